"""Files that are too large to be read are served as they are, and their saves are pushed all the same."""

from collections.abc import Callable

import httpx

from hmr_client.wire.payloads import FullReload
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import Project
from tests.server.running import Start

LARGE = b"const text = `" + b"x" * 700_000 + b"`;\n"
SHEET = b"a { color: red; }\n" * 40_000


def test_a_large_file_is_served_as_it_is(start: Start) -> None:
    running = start()
    for name, content in (("large.js", LARGE), ("large.css", SHEET)):
        (running.config.root / name).write_bytes(content)
        accept = {"accept": "text/css,*/*"}
        answer = httpx.get(f"{running.url}{name}", headers=accept)
        assert answer.content == content
        assert answer.headers["content-type"].startswith(("text/javascript", "text/css"))
        tagged = {**accept, "if-none-match": answer.headers["etag"]}
        assert httpx.get(f"{running.url}{name}", headers=tagged).status_code == 304
        (running.config.root / name).write_bytes(content + b"\n")
        assert httpx.get(f"{running.url}{name}", headers=tagged).content == content + b"\n"


def test_what_is_parsed_beside_the_loop_is_what_it_would_be(start: Start) -> None:
    size = 100_000
    running = start()
    root = running.config.root
    (root / "dep.js").write_text("export const x = 1;\n")
    (root / "main.js").write_text('import { x } from "./dep";\n' + "// long\n" * (size // 8))
    assert 'from "/dep.js"' in httpx.get(f"{running.url}main.js", timeout=60).text
    (root / "deep.css").write_text("b { c: url(d.png) }\n")
    (root / "long.css").write_text('@import "./deep.css";\n' + "a { b: c }\n" * (size // 11))
    found = httpx.get(f"{running.url}long.css", headers={"accept": "text/css"}, timeout=60).text
    assert 'url("/d.png")' in found


def test_a_saved_large_file_reloads_the_page_or_swaps_its_link(
    project: Callable[..., Project],
) -> None:
    """The payload names the file: the page says that it has changed."""
    p = project(
        {
            "index.html": '<link rel="stylesheet" href="/large.css">'
            '<script type="module" src="/main.js"></script>',
            "main.js": 'import "/large.js"; import.meta.hot.accept();',
            "large.js": LARGE,
            "large.css": SHEET,
        }
    )
    p.load()
    assert p.answer("/large.js").file == (p.root / "large.js").as_posix()
    assert p.save({"large.css": SHEET + b"\n"}) == ["css /large.css?direct"]
    # its importer is a boundary: it runs again, and imports the new version
    assert p.save({"large.js": LARGE + b"\n"}) == ["js /main.js"]
    # without one the page is reloaded, for this file
    p.save({"main.js": 'import "/large.js";'})
    p.load()
    file = p.write("large.js", LARGE + b"\n\n")
    (reload,) = p.payloads(FileChange(ChangeKind.UPDATE, file))
    assert reload == FullReload(
        path="*", triggered_by=file.as_posix(), extra={"scripts": ["/large.js"]}
    )
    p.load()
    assert p.answer("/large.js").file == file.as_posix()
    assert b'"/large.js?t=' in p.answer("/main.js").body
