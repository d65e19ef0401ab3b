"""A folder of odd files, on `python -m http.server` and on hmr-server: a browser sees no difference.

What differs on purpose stands in `DIFFERENT`, with the reason.
"""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

from playwright.sync_api import Page

from e2e.harness.project import Project

APP = """\
<!doctype html>
<html>
<head>
<meta charset="utf-8"><title>app</title><base href="/app/">
<link rel="icon" href="data:,">
<script type="importmap">{"imports": {"bare": "/app/bare.js", "lib/": "/app/"}}</script>
<script>
  window.ran = {};
  window.expected = 0;
  const note = (name, value = "ran") => { ran[name] = String(value); };
  const wait = (name, start) => {
    expected += 1;
    new Promise(start).then((value) => note(name, value), (error) => note(name, error?.message ?? "failed"));
  };
</script>
<script type="module" src="mapped.js"></script><link rel="stylesheet" href="mapped.css">
<link rel="stylesheet" href="style.css"><link rel="stylesheet" href="missing.css">
<script src="classic.js"></script>
<script src="classic import.js?v=1"></script>
<script src="semicolons.js" crossorigin></script>
<script src="ranges/%C3%BCml%20%23.js" defer></script>
<script src="latin.js" charset="latin1"></script>
<script src="marked.js"></script>
<script src="missing.js" onerror="note('missing.js', 'error')"></script>
<script type="module" src="module.js"></script>
<script type="module">
  import { same } from "lib/module.js";
  import sheet from "./sheet.css" with { type: "css" };
  import data from "./data.json" with { type: "json" };
  document.adoptedStyleSheets = [sheet];
  note("inline module", [same, data.a, sheet instanceof CSSStyleSheet]);
</script>
</head>
<body>
<p id="styled">x</p><p id="adopted">x</p>
<img src="dot.svg" onload="note('img', this.naturalWidth)">
<img src="missing.png" onerror="note('missing.png', 'error')">
<object data="missing.svg">fallback</object>
<iframe src="frame.html" onload="note('iframe', contentDocument.title)"></iframe>
<iframe src="/folder" onload="note('iframe of a folder', contentDocument.title)"></iframe>
<script>
  const worker = (name, url, options) => wait(name, (done) => {
    const made = new Worker(url, options);
    made.onmessage = ({ data }) => done(data);
    made.onerror = (event) => { event.preventDefault(); done("error " + event.message); };
  });
  worker("classic worker", "worker.js");
  worker("module worker", "module_worker.js", { type: "module" });
  wait("shared worker", (done) => { const { port } = new SharedWorker("shared.js"); port.onmessage = ({ data }) => done(data); });
  wait("service worker", async (done) => {
    await navigator.serviceWorker.register("/scoped/sw.js");
    const frame = Object.assign(document.createElement("iframe"), { src: "/scoped/page.html" });
    const [scope] = await navigator.serviceWorker.getRegistrations();
    while (scope.active?.state !== "activated") await new Promise((next) => setTimeout(next, 20));
    addEventListener("message", ({ data }) => done(JSON.stringify(data)));
    document.body.append(frame);
  });
  wait("import of an expression", async (done) => {
    const name = "./module.js";
    done(`${(await import(name)).same}, ran ${window.times} time`);
  });
  wait("import that fails", (done) => { const name = "./none.js"; import(name).catch(() => done("failed")); });
  wait("fetch of a module", async (done) => done(await (await fetch("module.js")).text()));
</script>
</body>
</html>
"""

SW = """\
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => event.respondWith(fetch(event.request).then(({ body, status, headers }) => new Response(body, { status, headers }))));
"""

SCOPED = """\
<!doctype html><title>scoped</title><link rel="stylesheet" href="s.css"><script src="c.js"></script>
<p id="p">x</p>
<script type="module" src="m.js"></script>
<script type="module">
  const text = await (await fetch("m.js")).text() && (await (await fetch("read.js")).text());
  parent.postMessage([window.c, window.m, text, getComputedStyle(p).color, Boolean(navigator.serviceWorker.controller)]);
</script>
"""

FILES: dict[str, str | bytes] = {
    "app/index.html": APP,
    "app/style.css": "@import './imported.css'; #styled { background: url(dot.svg) }",
    "app/imported.css": "@import './not-there.css'; #styled { color: rgb(1, 2, 3) }",
    "app/sheet.css": "#adopted { color: rgb(4, 5, 6) }",
    "app/classic.js": "var in_b = 1\nin_b = 2\nnote('classic', in_b)\nvar late = () => import('not-there')",
    "app/classic import.js": "note('classic import'); var name_ = './module.js', go = () => import(name_)",
    "app/semicolons.js": "var a, b\n[a, b] = [1, 2]\nlet q\n(function () { note('semicolons', a) })()",
    "app/ranges/üml #.js": "note('umlaut')",
    "app/latin.js": "note('latin', 'ü')".encode("latin-1"),
    "app/marked.js": b"\xef\xbb\xbfnote('byte order mark')",
    "app/module.js": "import 'bare'; export const same = 'same'; window.times = (window.times ?? 0) + 1; note('module')",
    "app/bare.js": "note('bare')",
    "app/mapped.js": """\
import { same } from "./module.js"; const name = "./bare.js";
note("place of an error", new Error(same).stack.match(/mapped\\.js:(\\d+:\\d+)/)[1]); import(name);
//# sourceMappingURL=mapped.js.map
""",
    "app/mapped.js.map": '{"version": 3, "sources": ["mapped.ts"], "sourcesContent": ["x"], "names": [], "mappings": "AAAA"}',
    "app/mapped.css": "b { color: red }\n/*# sourceMappingURL=mapped.css.map */\n",
    "app/mapped.css.map": '{"version": 3, "sources": ["mapped.scss"], "names": [], "mappings": "AAAA"}',
    "app/data.json": '{"a": 1}',
    "app/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
    "app/frame.html": "<title>frame</title>",
    "app/worker.js": "importScripts('helper.js'); const n = './m.js'; const l = () => import(n); postMessage(helped())",
    "app/helper.js": "var in_h = 1\nin_h = 2\nself.helped = () => 'helped ' + in_h; self.load = (n) => import(n)",
    "app/module_worker.js": "import { x } from './x.js'; postMessage(x)",
    "app/x.js": "export const x = 'x'",
    "app/shared.js": "onconnect = ({ ports: [port] }) => port.postMessage('shared')",
    "scoped/sw.js": SW,
    "scoped/page.html": SCOPED,
    "scoped/s.css": "p { color: rgb(7, 8, 9) }",
    "scoped/c.js": "var c = 1; var go = (n) => import(n)",
    "scoped/m.js": "import './dep.js'; window.m = 'module'",
    "scoped/dep.js": "export {}",
    "scoped/read.js": "import 'not-installed'",
    # what is read
    "LICENSE": "any\n",
    "Makefile": "all:\n",
    "part.html": "<p>part</p>",
    "upper.HTML": "<title>upper</title>",
    "old.htm": "<title>old</title>",
    "latin.html": "<meta charset=iso-8859-1><title>größe</title>".encode("latin-1"),
    "bom.html": "\ufeff<title>bom ü</title>",
    "empty.html": "",
    "empty.txt": "",
    "theme.css": "h1 { color: red } @import 'late.css';",
    "style.scss": "$a: red;",
    "types.ts": "const a: number = 1",
    "view.jsx": "export default () => <p>x</p>",
    "app.vue": "<template></template>",
    "broken.js": 'import "not-installed"; export const = 3',
    "common.cjs": "module.exports = 1",
    "script.mjs": "import.meta.hot?.accept()",
    "UPPER.JS": "1",
    "app.js.map": '{"version": 3}',
    "data.json": '{"a": [1]}',
    "data.csv": "a,b\r\n1,2\r\n",
    "data.xml": "<a/>",
    "data.toml": "a = 1",
    "data.yaml": "a: 1",
    "data.py": "print(1)\n",
    "notes.md": "# notes",
    "page.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"/>',
    "logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "pixel.png": bytes(range(256)),
    "font.woff2": b"wOF2",
    "tone.mp3": b"ID3",
    "film.mp4": bytes(i % 251 for i in range(2_000_000)),
    "code.wasm": b"\0asm\1\0\0\0",
    "pack.zip": b"PK",
    "pack-1.0-py3-none-any.whl": b"PK",
    "pack.tar.gz": gzip.compress(b"tar", mtime=0),
    "unknown.xyz": b"\xff\x00",
    "latin.txt": "größe".encode("latin-1"),
    "no extension": "x",
    ".hidden": "hidden",
    "a b.txt": "blank",
    "a+b.txt": "plus",
    "a&b=c.txt": "ampersand",
    "100%.txt": "percent",
    "a#b.txt": "hash",
    "q?.txt": "question mark",
    "größe.txt": "umlaut",
    "日本/語.js": "1",
    "quote'\".txt": "quotes",
    "a;b.txt": "semicolon",
    "tilde~.txt": "tilde",
    "long/" + "x" * 200 + ".txt": "long",
    "lib.js/index.html": "<title>a folder that is called like a script</title>",
    "folder/index.html": "<title>folder</title><script src='in.js'></script>",
    "folder/in.js": "1",
    "old folder/index.htm": "<title>old folder</title>",
    "list/a <b>.txt": "x",
    "list/sub/x.txt": "x",
    "about.html": "<title>about</title>",
    "index.html": "<title>index</title>",
}

READ = [
    *(f"/{name}" for name in FILES if "%" not in name and not name.startswith("app/")),
    "/100%25.txt",
    "/", "/folder", "/folder/", "/folder?x=1&y", "/folder/index.html", "/old%20folder/", "/lib.js", "/lib.js/",
    "/list", "/list/", "/日本", "/folder/../LICENSE", "/folder//in.js",
    "/data.json?v=1", "/theme.css?v=1&w", "/LICENSE?v=1", "/data.csv?", "/app/module.js", "/types.ts?x",
    "/link.txt", "/link/in.js", "/linked.html",
    "/nosuch", "/nosuch/", "/nosuch.csv", "/nosuch.py", "/nosuch.whl", "/nosuch.json", "/nosuch.js", "/nosuch.css",
    "/license", "/Data.json", "/upper.html", "/UPPER.js", "/FOLDER/", "/Folder/in.js", "/App/module.js",
    "/app/mapped.js", "/app/mapped.js.map", "/app/mapped.css", "/app/mapped.css.map?v=1",
    "/nosuch.png", "/nosuch.html", "/nosuch/index.html", "/folder/nosuch.svg", "/LICENSE/", "/data.json/",
]  # fmt: skip

SHOWN = [
    "/", "/part.html", "/upper.HTML", "/old.htm", "/latin.html", "/bom.html", "/empty.html", "/folder", "/folder/",
    "/old%20folder/", "/lib.js", "/about.html", "/logo.svg", "/data.json", "/broken.js", "/theme.css",
    "/linked.html", "/a%20b.txt", "/latin.txt",
]  # fmt: skip

_BETTER = "http.server sends application/octet-stream, which no browser runs or reads"
DIFFERENT = {
    "/.hidden": "hidden files may hold secrets",
    "/common.cjs": _BETTER,
    "/app.js.map": _BETTER,
    "/app/mapped.js.map": _BETTER,
    "/app/mapped.css.map?v=1": _BETTER,
    "/data.toml": _BETTER,
    "/pack-1.0-py3-none-any.whl": "a wheel is a zip; http.server sends application/octet-stream",
    "/data.xml": "text/xml and application/xml are the same to browsers; http.server asks the system",
    "/pack.tar.gz": "http.server knows application/gzip, which is what is sent",
    "/list": "a list is written otherwise",
    "/list/": "a list is written otherwise",
    "/日本": "a list is written otherwise",
}

READ_ALL = """async (urls) => {
  const read = async (url) => {
    const response = await fetch(url.replace(/[#]/g, "%23").replace(/(\\?)(?=\\.txt)/, "%3F"), { cache: "no-store" });
    const bytes = await response.arrayBuffer();
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const hash = [...new Uint8Array(digest)].map((x) => x.toString(16)).join("").slice(0, 12);
    const type = (response.headers.get("content-type") ?? "").split(";")[0];
    return response.ok
      ? [response.status, new URL(response.url).pathname + new URL(response.url).search, type, bytes.byteLength, hash]
      : [response.status];
  };
  const found = {};
  for (const url of urls) found[url] = await read(url);
  return found;
}"""


RANGES = {  # of film.mp4: the status, the first byte and the length of what is sent
    "bytes=10-19": (206, 10, 10),
    "bytes=-5": (206, -5, 5),
    "bytes=1999990-": (206, 1_999_990, 10),
    "bytes=1999990-3000000": (206, 1_999_990, 10),
    "bytes=5000000-": (416, 0, 0),
    "bytes=x": (200, 0, 2_000_000),
    "bytes=20-10": (200, 0, 2_000_000),
    "pages=1-2": (200, 0, 2_000_000),
}

READ_RANGES = """async (ranges) => {
  const read = async (range) => {
    const response = await fetch("/film.mp4", { cache: "no-store", headers: { range } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return [response.status, response.headers.get("content-range"), response.ok ? bytes.length : 0, response.ok ? bytes[0] : 0];
  };
  const found = {};
  for (const range of ranges) found[range] = await read(range);
  return found;
}"""


def test_a_browser_sees_what_a_static_server_shows(
    project: Project, serve, serve_static, page: Page
) -> None:
    project.create(FILES)
    project.path("link.txt").symlink_to("LICENSE")
    project.path("link").symlink_to("folder")
    project.path("linked.html").symlink_to("about.html")
    static = _seen(page, serve_static(project.root))
    ours = _seen(page, serve(project).url)

    assert len(READ) > 100
    for kind, urls in static.items():
        different = {
            url: (expected, ours[kind][url])
            for url, expected in urls.items()
            if url not in DIFFERENT and ours[kind][url] != expected
        }
        lines = "".join(f"\n{url}: {pair}" for url, pair in different.items())
        assert not different, f"{kind}: {lines}"
    # http.server knows no ranges: it sends all, which is right too, and no film can be wound in
    for range_, (status, _, length, byte) in page.evaluate(READ_RANGES, list(RANGES)).items():
        expected, start, size = RANGES[range_]
        assert (status, length) == (expected, size), range_
        assert byte == (FILES["film.mp4"][start] if size else 0), range_
    listed = page.evaluate("async () => (await fetch('/list/')).text()")
    assert 'href="./a%20%3Cb%3E.txt">a &lt;b&gt;.txt<' in listed
    assert 'href="./sub/">sub/<' in listed


def _seen(page: Page, root: str) -> dict[str, dict[str, object]]:
    """What one page sees of a server, step by step."""
    page.goto(f"{root}part.html")
    read = page.evaluate(READ_ALL, READ)
    shown = {}
    for url in SHOWN:
        response = page.goto(root + url[1:])
        assert response is not None
        page.wait_for_load_state()
        what = page.evaluate(
            "[document.title, document.body?.innerText ?? '', document.contentType]"
        )
        shown[url] = [response.status, urlsplit(page.url).path, *what]
    errors: list[str] = []
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    page.goto(f"{root}app/")
    page.wait_for_function(
        "Object.keys(ran).length >= expected + 14 && Object.keys(ran).includes('service worker')"
    )
    page.wait_for_function("'module' in ran && 'umlaut' in ran && 'iframe of a folder' in ran")
    ran = page.evaluate("ran")
    for name in ("styled", "adopted"):
        ran[f"#{name}"] = page.evaluate(f"getComputedStyle({name}).color")
    # what a developer reads of what is missing; http.server has words of its own for 404
    ran["console"] = sorted(text.replace("File not found", "Not Found") for text in errors)
    return {"read": read, "shown": shown, "ran": ran}
