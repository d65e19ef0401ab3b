"""Where import maps of pages lead."""

import json

import pytest

from hmr_server.html.document import read_page
from hmr_server.pages.import_maps import ImportMaps

IMPORTS = {
    "lib": "./vendor/lib.js",
    "lib/": "./vendor/lib/",
    "lib/a/": "/a/",
    "far": "https://cdn.example/x.js",
}


def noted(
    maps: ImportMaps, key: str, content: object, *, head: str = "", url: str | None = "/index.html"
) -> bool:
    text = f'<head>{head}<script type="importmap">{json.dumps(content)}</script></head>'
    return maps.note(key, read_page(text), text, url)


@pytest.mark.parametrize(
    ("base", "url", "specifier", "found"),
    [
        ("/", "/index.html", "lib", "/vendor/lib.js"),
        ("/", "/sub/index.html", "lib", "/sub/vendor/lib.js"),
        ("/app/", "/index.html", "lib", "/vendor/lib.js"),
        ("/app/", "/index.html", "lib/a/x.js", None),  # outside of the base
        ("/", "/index.html", "lib/x/y.js", "/vendor/lib/x/y.js"),
        ("/", "/index.html", "lib/a/x.js", "/a/x.js"),
        ("/", "/index.html", "far", None),
        ("/", "/index.html", "other", None),
        ("/", None, "lib", None),
    ],
)
def test_where_a_specifier_leads(
    base: str, url: str | None, specifier: str, found: str | None
) -> None:
    maps = ImportMaps(base)
    noted(maps, "page", {"imports": IMPORTS}, url=url)
    assert maps.module_of(specifier) == found
    assert maps.defines(specifier) == (specifier != "other")


def test_pages_whose_maps_differ_leave_it_to_the_browser() -> None:
    maps = ImportMaps("/")
    assert noted(maps, "one", {"imports": {"lib": "/a.js"}})
    assert noted(maps, "two", {"imports": {"lib": "/a.js"}})
    assert not noted(maps, "two", {"imports": {"lib": "/a.js"}})
    assert maps.module_of("lib") == "/a.js"
    assert noted(maps, "two", {"imports": {"lib": "/b.js"}})
    assert maps.module_of("lib") is None
    assert maps.defines("lib")


@pytest.mark.parametrize(
    ("content", "head"),
    [
        ({"imports": IMPORTS, "scopes": {"/x/": {"lib": "/y.js"}}}, ""),
        ({"imports": IMPORTS}, '<base href="/x/">'),
        ({"imports": {"lib": "http://["}}, ""),
    ],
)
def test_what_is_uncertain_is_left_to_the_browser(content: object, head: str) -> None:
    maps = ImportMaps("/")
    noted(maps, "page", content, head=head)
    assert maps.module_of("lib") is None
    assert maps.defines("lib")


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("/sub/alias.js", "", True),
        ("/alias.js", "", False),
        ("/a%20b.js", "", True),
        ("/mocked/x/y.js", "", True),
        ("/same/x.js", "", False),
        ("/lib", "", False),
        ("/alias.js", '<base href="/sub/">', True),
    ],
)
def test_which_urls_a_map_may_lead_elsewhere(path: str, head: str, expected: bool) -> None:
    maps = ImportMaps("/app/")
    imports = {
        "./alias.js": "./real.js",
        "/app/a%20b.js": "/app/c.js",
        "../mocked/": "./mocks/",
        "/app/same/": "/app/same/",
        "/far": "//[",
        "lib": "./lib.js",
    }
    noted(maps, "page", {"imports": imports}, head=head, url="/sub/index.html")
    assert maps.led_elsewhere(path, "/main.js") == (path if expected else None)
    relative = f"../..{path}"
    assert maps.led_elsewhere(relative, "/deep/er/main.js") == (path if expected else None)
