"""A page that is loaded again takes its modules from the browser's cache, and is what the disk is."""

from urllib.parse import urlsplit

from e2e.harness.project import html

COUNT = """
globalThis.runs ??= {};
globalThis.run = (name) => { runs[name] = (runs[name] ?? 0) + 1; };
"""
FILES = {
    "index.html": html(
        head='<script type="importmap">{"imports": {"named": "/named.js", "~/": "/below/"}}</script>'
        f"<script>{COUNT}</script>",
        body='<p id="out"></p><p id="data"></p>',
    ),
    "other.html": html(body="<i>other</i>", modules=()),
    "main.js": """\
import { value } from "./a.js";
import { shared } from "/shared.js";
import { shared as same } from "./b.js";
import { named } from "named";
import { named as alsoNamed } from "./named.js";
import { below } from "~/c.js";
import { below as alsoBelow } from "./below/c.js";
import data from "./data.json";
import "./style.css";
import { here } from "./here.js";
const lazy = await import("./lazy.js");
const show = (value) => { document.querySelector("#out").textContent = value; };
show(value);
document.querySelector("#data").textContent = data.word;
globalThis.same = shared === same && lazy.shared === shared && named === alsoNamed && below === alsoBelow;
globalThis.here = here;
const worker = new Worker("/worker.js", { type: "module" });
worker.onmessage = ({ data }) => { globalThis.worked = data; };
import.meta.hot.accept("./a.js", (next) => show(next.value));
globalThis.loaded = true;
""",
    "a.js": 'import "./shared.js"; run("a"); export const value = "one";',
    "b.js": 'export { shared } from "./shared.js";',
    "shared.js": 'globalThis.run?.("shared"); export const shared = {};',
    "lazy.js": 'export { shared } from "./shared.js"; run("lazy");',
    "named.js": 'run("named"); export const named = {};',
    "below/c.js": 'run("below"); export const below = {};',
    "here.js": "export const here = import.meta.url;",
    "data.json": '{"word": "first"}',
    "style.css": "#out { color: rgb(0, 0, 255) }",
    "worker.js": 'import "./shared.js"; import.meta.hot; postMessage("worked");',
}
KEPT = """performance.getEntriesByType("resource")
    .filter(({ transferSize, name }) => transferSize === 0 && name.includes("hmr="))
    .map(({ name }) => new URL(name).pathname).sort()"""
ONCE = {"a": 1, "shared": 1, "lazy": 1, "named": 1, "below": 1}


def check(page, value):
    page.text("#out", value)
    page.wait_for("globalThis.loaded && globalThis.worked === 'worked'")
    assert page.value("same")
    assert page.value("here").endswith("/here.js")
    assert page.value("runs") == ONCE
    page.css("#out", "color", "rgb(0, 0, 255)")
    page.assert_no_errors()


def reload(page):
    page.page.reload()
    page.wait_for_load()


def test_a_reload_asks_for_what_has_changed_only(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    check(page, "one")
    reload(page)  # what was asked for without a hash has one from here on
    check(page, "one")
    reload(page)
    check(page, "one")
    kept = ["/a.js", "/b.js", "/data.json", "/lazy.js", "/shared.js", "/style.css"]
    assert page.value(KEPT) == kept

    # what is imported again is, with what it imports, what the page has
    project.edit("a.js", "one", "two")
    page.text("#out", "two")
    page.assert_not_reloaded()
    assert page.value("runs") == {**ONCE, "a": 2}

    reload(page)
    check(page, "two")
    project.edit("a.js", "two", "one")  # its first text, which the browser has
    page.text("#out", "one")
    reload(page)
    check(page, "one")

    # no boundary: the page is reloaded, and shows the new text
    project.edit("data.json", "first", "second")
    page.wait_for_load()
    page.text("#data", "second")
    check(page, "one")

    # another page in between, and back
    page.page.goto(f"{server.url}other.html")
    page.wait_for_load()
    project.edit("a.js", "one", "three")
    page.page.go_back()
    page.wait_for_load()
    page.text("#out", "three")

    # the page's text is compared with what was served, which has no hashes
    project.edit("index.html", '<p id="out">', '<b id="new">new</b><p id="out">')
    page.text("#new", "new")
    page.assert_not_reloaded()


def test_a_page_of_a_restarted_server_is_what_the_disk_is(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    check(page, "one")
    reload(page)
    check(page, "one")
    server.process.kill()
    server.process.wait()
    project.edit("a.js", "one", "two")
    project.edit("lazy.js", "run(", "globalThis.lazily = 1; run(")
    serve(project, "--port", str(urlsplit(server.url).port), "--strict-port")
    page.wait_for_load()  # nothing accepts lazy.js
    page.wait_for("globalThis.lazily === 1")
    check(page, "two")
    for _ in range(2):
        reload(page)
        check(page, "two")
    assert "/shared.js" in page.value(KEPT)
