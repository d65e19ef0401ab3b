"""The import map by which a page takes unchanged modules from the browser's cache."""

import json
import re

import pytest

from tests.server.project import Project

PAGE = '<head><script type="module" src="/main.js"></script></head>'
FILES = {
    "main.js": 'import "./a.js"; import("./lazy.js"); import "./data.json"; import "./s.css";',
    "a.js": 'import "./b.js"; import.meta.hot.accept();',
    "b.js": "export const b = import.meta.env.MODE;",
    "lazy.js": 'import "./b.js";',
    "data.json": "{}",
    "s.css": "p { color: red }",
}
MAP = re.compile(r'<script type="importmap"[^>]*>(.*?)</script>', re.DOTALL)
HASHED = re.compile(r"[?&]hmr=[0-9a-f]{16}$")


def imports(page: str) -> dict[str, str]:
    found = MAP.search(page)
    return json.loads(found[1]).get("imports", {}) if found else {}


def load(p, page: str = PAGE, **files: str) -> dict[str, str]:
    for path, text in {"index.html": page, **files}.items():
        p.write(path, text)
    p.load()
    return imports(p.page())


@pytest.fixture
def known(project):
    p = project({"index.html": PAGE, **FILES})
    p.load()
    return p


def test_a_page_names_the_texts_of_the_modules_that_it_has_loaded(project):
    p = project({"index.html": PAGE, **FILES})
    assert imports(p.page()) == {}, "nothing is known of a page that nobody has loaded"
    p.load()
    found = imports(p.page())
    assert set(found) == {"/a.js", "/b.js", "/lazy.js", "/data.json?import", "/s.css"}
    assert all(HASHED.sub("", url) == name for name, url in found.items())
    assert "/main.js?" not in p.page(), "a script's URL is not in the map's reach"


def test_the_map_stands_before_all_scripts(known):
    page = known.page()
    assert page.index("importmap") < page.index('<script type="module"')


def test_an_edit_changes_the_names_of_what_it_changes(known):
    before = imports(known.page())
    known.edit("b.js", "export const b = 2;")
    stamp = known.stamp("/b.js")
    unread = imports(known.page())
    assert "/b.js" not in unread, "its new text is not known yet"
    known.load()
    after = imports(known.page())
    assert f"/b.js?t={stamp}" in after
    assert HASHED.search(after[f"/b.js?t={stamp}"])
    importer = f"/a.js?t={known.stamp('/a.js')}"  # its text holds the stamp
    assert after[importer].rpartition("=")[2] != before["/a.js"].rpartition("=")[2]
    assert after["/data.json?import"] == before["/data.json?import"]


def test_the_same_text_has_the_same_name_in_the_next_server(tmp_path):
    pages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        p = Project(tmp_path / name, {"index.html": PAGE, **FILES})
        p.load()
        pages.append(imports(p.page()))
        del pages[-1]["/s.css"]  # its text names its file
        p.close()
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "code",
    [
        "new Worker(new URL('w.js', import.meta.url));",
        "const { url } = import.meta;",
        "const meta = import.meta;",
        "import.meta.resolve('./x.js');",
        "import . meta . url;",
        "import.meta?.url;",
        "export const broken = (",
    ],
)
def test_a_module_that_may_see_its_url_is_left_out(known, code):
    found = load(known, **{"b.js": f"import.meta.hot.accept();\n{code}"})
    known.edit("b.js", f"import.meta.hot.accept(); {code}")
    known.load()
    assert not [name for name in imports(known.page()) if name.startswith("/b.js")]
    assert "/data.json?import" in found


@pytest.mark.parametrize(
    "page",
    [
        '<base href="/sub/">' + PAGE,
        '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">' + PAGE,
        '<script>addMap("importmap")</script>' + PAGE,
        '<script type="importmap">{}</script><script type="importmap">{}</script>' + PAGE,
        '<script type="importmap">{ not JSON</script>' + PAGE,
        '<script type="importmap">[]</script>' + PAGE,
        '<script type="importmap">{"imports": []}</script>' + PAGE,
        '<script type="importmap">{"scopes": {"/x/": 1}}</script>' + PAGE,
        '<script type="importmap-shim">{}</script>' + PAGE,
    ],
)
def test_a_page_gets_no_map_that_it_could_not_use(known, page):
    known.write("index.html", page)
    known.load()
    assert "hmr=" not in known.page()


def test_a_policy_with_a_nonce_lets_the_map_in(known):
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'nonce-x\'">'
    load(known, f'{policy}<script nonce="x" type="module" src="/main.js"></script>')
    assert '<script type="importmap" nonce="x"' in known.page()


@pytest.mark.parametrize(
    ("own", "left_out"),
    [
        ({"imports": {"lib": "https://example.org/lib.js"}}, set()),
        ({"imports": {"lib": "/b.js"}}, {"/b.js"}),
        ({"imports": {"lib": "http://localhost:5173/b.js"}}, {"/b.js"}),
        ({"imports": {"lib": "./b.js?x"}}, {"/b.js"}),
        ({"imports": {"/b.js": "/c.js"}}, {"/b.js"}),
        ({"imports": {"lib/": "/"}}, {"/a.js", "/b.js", "/lazy.js", "/data.json?import", "/s.css"}),
        ({"scopes": {"/x/": {"lib": "/b.js"}}}, {"/b.js"}),
        ({"scopes": {"/a.js": {"lib": "https://example.org/"}}}, {"/a.js"}),
        ({"integrity": {"/b.js": "sha256-x"}}, {"/b.js"}),
    ],
)
def test_the_pages_own_map_stays_and_what_it_leads_to_is_left_out(known, own, left_out):
    written = f'<script type="importmap">{json.dumps(own)}</script>'
    known.write("index.html", written + PAGE)
    known.load()
    page = known.page()
    assert page.count("importmap") == 1
    found = json.loads(MAP.search(page)[1])
    added = {name for name, url in found.get("imports", {}).items() if HASHED.search(url)}
    everything = {"/a.js", "/b.js", "/lazy.js", "/data.json?import", "/s.css"}
    assert added == everything - left_out
    assert found | {"imports": None} == own | {"imports": None}
    assert own.get("imports", {}).items() <= found.get("imports", {}).items()


def test_what_the_page_preloads_or_runs_is_left_out(known):
    head = '<link rel="modulepreload" href="b.js"><script type="module" src="./lazy.js"></script>'
    assert set(load(known, head + PAGE)) == {"/a.js", "/data.json?import", "/s.css"}


def test_no_text_ends_the_script(project):
    files = {"main.js": 'import "./<script>.js"', "<script>.js": ""}
    p = project({"index.html": PAGE, **files})
    p.load()
    assert "<script>.js" not in p.page()
    assert imports(p.page()).keys() == {"/<script>.js"}


def test_an_edited_page_is_compared_without_the_map(known):
    page = known.runner.run(known.env.transform_html(known.root / "index.html", "/index.html"))
    name = page.partition("<!--hmr-page:")[2].partition("-->")[0]
    assert "importmap" in page
    assert "importmap" not in known.env.served_html(name)
    again = known.env.transform_html(known.root / "index.html", "/index.html", again=True)
    assert "importmap" not in known.runner.run(again)


def test_the_setting_leaves_all_urls_as_they_are(project):
    p = project({"index.html": PAGE, **FILES}, module_cache=False)
    p.load()
    assert "hmr=" not in p.page()
