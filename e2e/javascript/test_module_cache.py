"""A page has its modules with it, or takes them from the browser's cache, and is what the disk is."""

import re
from urllib.parse import urlsplit

import pytest

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
# what a page asks for, beside the client and its worker
ASKED = """[...new Set(performance.getEntriesByType("resource")
    .filter(({ name, initiatorType }) => initiatorType !== "fetch" && !/@hmr|worker/.test(name))
    .map(({ name }) => new URL(name).pathname))].sort()"""
# those that stand in the page or its map, see their own URL, come later, or are for the worker
NOT_SENT = ["/below/c.js", "/here.js", "/lazy.js", "/main.js", "/named.js", "/shared.js"]
WITHOUT_SOURCES = {"hmr.toml": "push-sources = false\n"}
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
    project.create({**FILES, **WITHOUT_SOURCES})
    server = serve(project)
    page = open_page(server.url)
    check(page, "one")
    reload(page)  # what was asked for without a hash has one from here on
    check(page, "one")
    reload(page)
    check(page, "one")
    kept = ["/a.js", "/b.js", "/data.json", "/lazy.js", "/shared.js", "/style.css"]
    assert page.value(KEPT) == kept
    is_what_the_disk_is(project, server, page)


def test_a_page_comes_with_its_modules(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    check(page, "one")
    assert page.value(ASKED) == NOT_SENT
    reload(page)
    check(page, "one")
    assert page.value(ASKED) == NOT_SENT
    is_what_the_disk_is(project, server, page)


def is_what_the_disk_is(project, server, page):

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


@pytest.mark.parametrize("settings", [{}, WITHOUT_SOURCES], ids=["sources", "requests"])
def test_a_page_of_a_restarted_server_is_what_the_disk_is(project, serve, open_page, settings):
    project.create({**FILES, **settings})
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
    if settings:
        assert "/shared.js" in page.value(KEPT)
    else:
        assert page.value(ASKED) == NOT_SENT


def test_a_page_that_runs_a_module_as_a_script_too_is_reloaded_without_its_text(
    project, serve, open_page
):
    script = (
        'Object.assign(document.createElement("script"), { type: "module", src: "/shared.js" })'
    )
    project.create(
        {
            "index.html": html(),
            "main.js": f'import "./a.js";\ndocument.body.append({script});\n',
            "a.js": 'import "./shared.js";\n',
            "shared.js": "globalThis.runs = (globalThis.runs ?? 0) + 1;\n",
        }
    )
    page = open_page(serve(project).url)
    page.wait_for_load()
    page.wait_for("runs === 1")
    assert page.value(ASKED) == ["/main.js", "/shared.js"]


def test_errors_of_modules_that_came_with_the_page_name_their_files(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": 'import { fail } from "./a.js";\nglobalThis.fail = fail;\n',
            "a.js": "\nexport const fail = () => { throw new Error('as asked'); };\n",
        }
    )
    page = open_page(serve(project).url)
    page.wait_for("'fail' in globalThis")
    stack = page.value("(() => { try { fail(); } catch ({ stack }) { return stack; } })()")
    assert re.search(r"//127.0.0.1:\d+/a\.js:2:", stack)
    # the server's parser can read it, the browser can't
    project.edit("a.js", "\nexport", "let twice, twice;\nexport")
    page.overlay.wait_for()
    reload(page)
    page.overlay.wait_for()
    shown = "document.querySelector('vite-error-overlay')?.shadowRoot.textContent ?? ''"
    page.wait_for(f"/a\\.js:1/.test({shown})")
    project.edit("a.js", "let twice, twice;", "")
    page.wait_for_load()
    page.wait_for("'fail' in globalThis")
    page.overlay.wait_for(state="detached")
    assert not any("data:text/javascript" in line for line in page.console)
