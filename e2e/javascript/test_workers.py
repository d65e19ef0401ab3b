"""Python in a module worker: its modules are replaced while it runs on, the page shows what it says."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.project import html

# a page is connected by the time that its worker is made
HOLD_THE_WORKER = """\
{
  const Native = Worker;
  globalThis.Worker = class {
    constructor(...how) {
      globalThis.letGo = () => {
        const worker = new Native(...how);
        worker.onmessage = this.onmessage;
      };
    }
  };
}
"""

FILES = {
    "index.html": html(
        body='<button id="add">add</button><input id="name" /><p id="out"></p><p id="ticks"></p>'
    ),
    "main.js": """\
const worker = new Worker("/worker.js", { type: "module" });
worker.onmessage = ({ data: [id, text] }) => (document.getElementById(id).textContent = text);
document.querySelector("#add").onclick = () => worker.postMessage("add");
import.meta.hot.on("hmr:applied", () => {});
""",
    "worker.js": """\
import { start } from "/@hmr/client";

await start("/counter.py");
""",
    "counter.py": """\
import asyncio

from js import addEventListener, postMessage
from pyodide.ffi import create_proxy, to_js

from words import text

STATE = {"clicks": 0}


def show(id, value):
    postMessage(to_js([id, value]))


def on_message(event):
    STATE["clicks"] += 1
    show("out", text(STATE["clicks"]))


async def tick():
    ticks = 0
    while True:
        ticks += 1
        show("ticks", ticks)
        await asyncio.sleep(0.01)


addEventListener("message", create_proxy(on_message))
ticking = asyncio.create_task(tick())
show("out", text(STATE["clicks"]))
""",
    "words.py": 'def text(clicks):\n    return f"one {clicks}"\n',
}
# a page that shows what its worker posts
SHOWS = {
    "index.html": html(body='<p id="out"></p>'),
    "main.js": FILES["main.js"].replace('document.querySelector("#add")', "globalThis"),
}


@pytest.fixture
def server(project, serve):
    return serve(project.create(FILES))


@pytest.fixture
def app(server, open_page):
    """A page with a worker, clicked once, with a name in its form."""
    page = open_page(server.url)
    page.text("#out", "one 0")
    page.page.click("#add")
    page.text("#out", "one 1")
    page.page.fill("#name", "Ada")
    return page


def test_a_module_of_a_worker_is_replaced_and_the_worker_runs_on(app, project):
    ticks = int(app.page.text_content("#ticks"))
    project.edit("words.py", "one", "two")
    wait_until_applied(app, "/words.py")

    click(app, "two 2")
    app.wait_for(f"Number(document.querySelector('#ticks').textContent) > {ticks + 5}")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_listener_runs_its_new_code_once(app, project):
    project.edit("counter.py", '["clicks"] += 1', '["clicks"] += 10')
    wait_until_applied(app, "/counter.py")

    click(app, "one 11")
    app.assert_not_reloaded()


def test_a_changed_call_at_the_top_level_restarts_the_program_in_its_worker(app, project):
    project.edit("counter.py", '\nshow("out"', '\nshow("out", "again")\nshow("out"')
    wait_until_applied(app, "/counter.py")

    app.text("#out", "one 0")
    click(app, "one 1")
    expect(app.page.locator("hmr-badge summary")).to_contain_text("restarted in")
    app.assert_not_reloaded()


def test_a_mistake_is_shown_by_the_page_and_its_fix_clears_it(app, project):
    project.edit("words.py", "def text(clicks):", "def text(clicks:")
    expect(app.overlay.locator(".message")).to_contain_text("SyntaxError: ")
    expect(app.overlay.locator(".file")).to_have_text(re.compile(r"^words\.py:1:\d+$"))
    app.page.keyboard.press("Escape")
    click(app, "one 2")

    project.edit("words.py", "def text(clicks:", "def text(clicks):")
    project.edit("words.py", "one", "two")
    wait_until_applied(app, "/words.py")

    click(app, "two 3")
    expect(app.overlay).to_have_count(0)
    app.assert_not_reloaded()


def test_the_overlay_stays_until_the_fix_and_then_goes_by_itself(app, project):
    project.edit("words.py", "return", "return }")
    expect(app.overlay).to_have_count(1)
    project.edit("words.py", "return }", "return")
    expect(app.overlay).to_have_count(0)
    app.assert_not_reloaded()


def test_the_badge_of_the_page_says_what_was_done(app, project):
    project.edit("words.py", "one", "two")

    line = app.page.locator("hmr-badge summary")
    expect(line).to_have_text(re.compile(r"^updated text in \d+ ms · state kept$"))
    line.click()
    expect(app.page.locator("hmr-badge li")).to_have_text(
        "words.py: patch, only function bodies changed (text)"
    )


def test_a_program_that_fails_at_the_start_is_mended_in_its_worker(project, serve, new_page):
    project.create({**FILES, "words.py": FILES["words.py"] + "\n1 / 0\n"})
    page = new_page().open(serve(project).url)
    expect(page.overlay.locator(".message")).to_have_text("ZeroDivisionError: division by zero")

    project.edit("words.py", "\n1 / 0\n", "")

    page.text("#out", "one 0")
    expect(page.overlay).to_have_count(0)
    click(page, "one 1")
    page.assert_not_reloaded()


def test_an_edit_made_while_the_worker_boots_is_not_lost(project, serve, new_page):
    project.create(FILES)
    server = serve(project)
    page = new_page()
    page.open(server.url, until_ready=False)
    with page.page.expect_response(lambda response: "@hmr/python?entry" in response.url):
        pass
    project.edit("words.py", "one", "two")

    click_until(page, "two")
    page.assert_not_reloaded()


def click_until(page, start, end=""):
    """Click until what is shown begins and ends with some words."""
    page.wait_for(
        """([start, end]) => {
            document.querySelector("#add").click();
            const text = document.querySelector("#out").textContent;
            return text.startsWith(start) && text.endsWith(end);
        }""",
        [start, end],
    )


def test_a_worker_that_boots_pyodide_itself_hands_it_over(project, serve, open_page):
    project.create(
        {
            **FILES,
            "worker.js": """\
import { attach } from "/@hmr/client";
const script = await (await fetch("/@hmr/client")).text();
const indexURL = new URL(JSON.parse(/^const config = (.*);$/m.exec(script)[1]).pyodide, location).href;
const { loadPyodide } = await import(indexURL + "pyodide.mjs");
const own = await loadPyodide({ indexURL });
own.runPython("own = 'own '");
await attach(own, { entry: "./counter.py" });
""",
            "words.py": 'import pyodide_js\n\ndef text(clicks):\n    return f"one {clicks}"\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one 0")

    project.edit("words.py", "one", "two")
    wait_until_applied(page, "/words.py")

    click(page, "two 1")
    page.assert_not_reloaded()


# twice the worker's age goes by until its connection is on its way
CONNECT_LATE = """\
const Native = WebSocket;
globalThis.WebSocket = class {
  constructor(...how) {
    const end = 3 * performance.now();
    while (performance.now() < end);
    return new Native(...how);
  }
};
"""


def test_what_is_saved_before_a_worker_is_connected_is_told_once_it_is(project, serve, new_page):
    """Its module was read and saved, and then it got its client: the update was pushed to its page alone."""
    project.create(
        {
            **SHOWS,
            "worker.js": 'import "./late.js";\nimport "./words.js";\n',
            "late.js": CONNECT_LATE,
            "words.js": 'postMessage(["out", "one"]);\nimport.meta.hot.accept();\n',
        }
    )
    page = new_page()
    held: list[Route] = []
    server = serve(project)
    page.page.add_init_script(HOLD_THE_WORKER)
    page.open(server.url)
    page.wait_for("globalThis.letGo !== undefined")
    page.page.route("**/@hmr/client*", lambda route: held.append(route), times=1)
    with page.page.expect_request("**/@hmr/client*"):
        page.value("letGo()")
    project.edit("words.js", "one", "two")
    page.wait_for_payload("update")
    page.value("0")
    held.pop().continue_()
    page.text("#out", "two")
    page.assert_not_reloaded()


def test_es_modules_of_a_worker_without_python_are_replaced(project, serve, open_page):
    project.create(
        {
            **SHOWS,
            "worker.js": 'import "./words.js";\n',
            "words.js": 'postMessage(["out", "one"]);\nimport.meta.hot.accept();\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one")
    assert len(page.page.workers) == 1

    project.edit("words.js", "one", "two")

    page.text("#out", "two")
    page.assert_not_reloaded()


def test_a_module_of_a_worker_that_threw_is_mended_by_its_save(project, serve, open_page):
    project.create(
        {
            **SHOWS,
            "worker.js": 'import "./words.js";\n',
            "words.js": 'postMessage(["out", "one"]);\nnothing();\nimport.meta.hot.accept();\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one")

    project.write("words.js", 'postMessage(["out", "two"]);\nimport.meta.hot.accept();\n')

    page.wait_for_load()
    page.text("#out", "two")


def test_a_program_that_can_not_be_started_again_has_the_page_reloaded(app, project):
    project.edit("counter.py", '\nshow("out"', '\nshow("out", "again")\n1 / 0\nshow("out"')
    expect(app.overlay).to_have_count(1)
    project.edit("counter.py", "1 / 0", "2 / 0")

    app.wait_for_load()
    project.edit("counter.py", "2 / 0", "2 / 1")
    app.text("#out", "one 0")


def test_a_restarted_server_tells_the_worker_what_has_changed_meanwhile(
    app, project, server, serve
):
    ticks = int(app.page.text_content("#ticks"))
    server.process.kill()
    server.process.wait()
    project.edit("words.py", "one", "two")
    serve(project, "--port", str(urlsplit(server.url).port), "--strict-port")
    wait_until_applied(app, "/words.py")

    click(app, "two 2")
    app.wait_for(f"Number(document.querySelector('#ticks').textContent) > {ticks + 5}")
    app.assert_not_reloaded()


def test_a_new_module_a_rename_and_a_deleted_file(app, project):
    project.write("signs.py", 'MARK = "+"\n')
    project.write("words.py", "from signs import MARK\n\n\n" + FILES["words.py"])
    project.edit("words.py", "{clicks}", "{clicks}{MARK}")
    click_until(app, "one", "+")

    project.path("signs.py").rename(project.path("marks.py"))
    project.edit("words.py", "from signs", "from marks")
    project.edit("marks.py", '"+"', '"*"')
    click_until(app, "one", "*")
    expect(app.overlay).to_have_count(0)
    app.assert_not_reloaded()


def test_a_worker_that_is_behind_its_page_leaves_no_mended_mistake(project, serve, open_page):
    busy = """
def wait_for_go():
    while open_url("/go.txt").read() != "go":
        pass


def on_message(event):
    if event.data == "busy":
        show("out", "busy")
        wait_for_go()
        return
"""
    project.create(FILES)
    project.edit("counter.py", "\ndef on_message(event):\n", busy)
    project.edit(
        "counter.py",
        "import create_proxy, to_js",
        "import create_proxy, to_js\nfrom pyodide.http import open_url",
    )
    project.edit(
        "main.js", '"add");\n', '"add");\nglobalThis.worker = worker;\nglobalThis.updates = 0;\n'
    )
    project.edit("main.js", '"hmr:applied", () => {}', '"vite:afterUpdate", () => updates++')
    page = open_page(serve(project).url)
    page.text("#out", "one 0")

    # answered here: a file of the project that a worker has fetched reloads the page when it is saved
    go = [""]
    page.page.route("**/go.txt", lambda route: route.fulfill(body=go[0]))
    page.page.evaluate("worker.postMessage('busy')")
    page.text("#out", "busy")
    project.edit("words.py", "def text(clicks):", "def text(clicks:")
    page.wait_for("updates === 1")
    project.write("words.py", FILES["words.py"].replace("one", "two"))
    page.wait_for("updates === 2")
    go[0] = "go"
    wait_until_applied(page, "/words.py")

    expect(page.overlay).to_have_count(0)
    click(page, "two 1")


def test_ten_edits_faster_than_they_can_be_applied(app, project):
    for number in range(10):
        project.write("words.py", FILES["words.py"].replace("one", f"edit {number}"))
    project.edit("counter.py", '["clicks"] += 1', '["clicks"] += 5')
    wait_until_applied(app, "/counter.py")

    click(app, "edit 9 6")
    expect(app.overlay).to_have_count(0)
    app.assert_not_reloaded()


def test_two_workers_are_replaced_each_with_its_state(project, serve, open_page):
    project.create(FILES)
    project.edit("index.html", '<p id="ticks">', '<p id="other"></p><p id="ticks">')
    project.edit(
        "main.js",
        "import.meta",
        """const other = new Worker("/worker.js", { type: "module" });
other.onmessage = ({ data: [id, text] }) => id === "out" && (document.querySelector("#other").textContent = text);
document.querySelector("#name").onchange = () => other.postMessage("add");
import.meta""",
    )
    page = open_page(serve(project).url)
    page.text("#out", "one 0")
    page.text("#other", "one 0")
    click(page, "one 1")

    project.edit("words.py", "one", "two")
    wait_until_applied(page, "/words.py", times=2)

    click(page, "two 2")
    page.page.fill("#name", "Ada")
    page.page.press("#name", "Enter")
    page.text("#other", "two 1")
    page.assert_not_reloaded()


def test_the_terminal_tells_workers_from_pages(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one 0")
    page.wait_for_console("[hmr] connected.", times=2)  # the worker, too: it says "one 0" before

    project.edit("words.py", "one", "two")

    server.wait_for_line(r"hmr update /words\.py +patch · \d+ ms · 1 worker$")


def test_a_worker_without_python_boots_none_until_a_module_of_its_own_changes(
    project, serve, open_page
):
    project.create(
        {
            "index.html": html(
                body='<button id="ask">ask</button><p id="out"></p><p id="main"></p>'
            ),
            "main.js": """\
import { text } from "./text.js";
const worker = new Worker("/worker.js", { type: "module" });
worker.onmessage = ({ data }) => (document.querySelector("#out").textContent = data);
document.querySelector("#ask").onclick = () => worker.postMessage("how many?");
const show = (text) => (document.querySelector("#main").textContent = text);
show(text);
import.meta.hot.accept("./text.js", ({ text }) => show(text));
""",
            "text.js": 'export const text = "one";\n',
            "worker.js": """\
const files = () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("pyodide"));
onmessage = () => postMessage(`one, ${files().length ? "" : "no "}Pyodide`);
postMessage("one");
import.meta.hot.accept();
""",
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one")

    project.edit("text.js", "one", "two")
    page.text("#main", "two")
    server.wait_for_line(r"hmr update /main\.js .* 1 page$")
    page.page.click("#ask")
    page.text("#out", "one, no Pyodide")

    project.edit("worker.js", "`one", "`two")
    page.text("#out", "one")
    page.page.click("#ask")
    page.text("#out", "two, Pyodide")
    page.assert_not_reloaded()
