"""Files that are too large to be read are served as they are, and their saves are told all the same."""

import httpx

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
