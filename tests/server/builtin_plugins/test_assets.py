"""Assets, texts and workers as modules."""

import base64

import pytest


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/d.json?raw", 'export default "{\\"a\\":1}";\n'),
        ("/d.json?url", 'export default "/d.json";\n'),
        ("/i.png?import", 'export default "/i.png";\n'),
        ("/i.png?import&url", 'export default "/i.png";\n'),
        (
            "/i.png?inline",
            f'export default "data:image/png;base64,{base64.b64encode(b"PNG").decode()}";\n',
        ),
        ("/i.svg?import", 'export default "data:image/svg+xml,%3Csvg%2F%3E";\n'),
        ("/i.svg?no-inline", 'export default "/i.svg";\n'),
        ("/big.svg?import", 'export default "/big.svg";\n'),
        ("/t.txt?import", 'export default "/t.txt";\n'),
        ("/t.txt?raw", 'export default "größe\\n";\n'),
        ("/m.js?raw", "export default \"import './none'\";\n"),
        ("/m.js?url", 'export default "/m.js";\n'),
    ],
)
def test_assets(project, url, expected):
    p = project(
        {"d.json": '{"a":1}', "i.png": "PNG", "i.svg": "<svg/>", "big.svg": "<svg>" + " " * 4096,
         "t.txt": "größe\n", "m.js": "import './none'"}
    )  # fmt: skip
    assert p.get(url) == expected


def test_workers_and_wasm(project):
    p = project({"w.js": "", "m.wasm": b"\0asm"})
    assert 'new Worker("/w.js"' in p.get("/w.js?worker")
    assert 'fetch("/m.wasm")' in p.get("/m.wasm?init")
