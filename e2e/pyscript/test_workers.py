"""PyScript's workers, in pages as they are: each worker is replaced by itself and runs on."""

import pytest
from playwright.sync_api import expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import ISOLATED, WORKER_PAGE

FILES = {
    "hmr.toml": ISOLATED,
    "index.html": WORKER_PAGE,
    "worker.toml": """\
interpreter = "/pyodide/pyodide.mjs"

[files]
"./src/words.py" = "app/words.py"
""",
    "src/words.py": """\
def text(clicks):
    return f"one {clicks}"
""",
    "worker.py": """\
import asyncio

from app import words
from pyscript import Event, document, when

clicks = 0
added = Event()


@when("click", "#add")
def add(event):
    added.trigger(1)


@when(added)
def count(number):
    global clicks
    clicks += number
    show()


def show():
    document.querySelector("#out").textContent = words.text(clicks)


show()
""",
}


@pytest.fixture
def app(pyscript, serve, open_page):
    """A page whose program is a worker's, clicked once, with a name in its form."""
    pyscript.create(FILES)
    page = open_page(serve(pyscript).url)
    page.text("#out", "one 0")
    click(page, "one 1")
    page.page.fill("#name", "Ada")
    return page


def test_a_file_of_the_worker_s_configuration_is_replaced(app, pyscript):
    pyscript.edit("src/words.py", "one", "two")
    wait_until_applied(app, "/app/words.py")

    click(app, "two 2")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_handler_of_when_runs_the_new_code_once(app, pyscript):
    pyscript.edit("worker.py", "clicks += number", "clicks += number * 10")
    wait_until_applied(app, "/worker.py")

    click(app, "one 11")
    app.assert_not_reloaded()


def test_a_restart_leaves_no_handler_behind(app, pyscript):
    pyscript.edit("worker.py", "\nshow()\n", "\nshow()\nshow()\n")
    wait_until_applied(app, "/worker.py")
    app.text("#out", "one 0")
    pyscript.edit("worker.py", "show()\nshow()\n", "show()\n")
    wait_until_applied(app, "/worker.py", times=2)

    click(app, "one 1")
    click(app, "one 2")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_mistake_is_shown_by_the_page_and_mended(app, pyscript):
    pyscript.edit("worker.py", "clicks = 0", "clicks = 1 / 0")
    expect(app.overlay.locator(".message")).to_have_text("ZeroDivisionError: division by zero")
    expect(app.overlay.locator(".file")).to_have_text("worker.py:6:10")
    app.page.keyboard.press("Escape")
    click(app, "one 2")

    pyscript.edit("worker.py", "1 / 0", "5")
    wait_until_applied(app, "/worker.py")
    click(app, "one 6")
    expect(app.overlay).to_have_count(0)
    app.assert_not_reloaded()


def test_a_worker_that_a_script_makes_and_one_without_a_document(pyscript, serve, new_page):
    """Without the headers a worker has no document: it talks to its script."""
    pyscript.create(
        {
            "index.html": WORKER_PAGE.replace(
                ' worker src="./worker.py" config="./worker.toml"',
                ' src="./main.py" config="./worker.toml"',
            ),
            "worker.toml": FILES["worker.toml"],
            "src/words.py": FILES["src/words.py"],
            "main.py": """\
from pyscript import PyWorker, document, when, window

interpreter = f"{window.location.origin}/pyodide/pyodide.mjs"
worker = PyWorker("./worker.py", type="pyodide", version=interpreter)
await worker.ready


@when("click", "#add")
async def add(event):
    document.querySelector("#out").textContent = await worker.sync.text()


document.querySelector("#out").textContent = "ready"
""",
            "worker.py": """\
from pyscript import sync

clicks = 0


def text():
    global clicks
    clicks += 1
    return f"one {clicks}"


sync.text = text
""",
        }
    )
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "ready")
    click(page, "one 1")

    pyscript.edit("worker.py", "one", "two")
    wait_until_applied(page, "/worker.py")

    click(page, "two 2")
    page.assert_not_reloaded()


def test_the_page_and_its_worker_take_the_same_file_each_for_itself(pyscript, serve, new_page):
    pyscript.create(
        {
            **FILES,
            "index.html": WORKER_PAGE.replace(
                "</body>",
                '<p id="main"></p><script type="py" src="./main.py" config="./worker.toml"></script></body>',
            ),
            "main.py": """\
from app import words
from pyscript import document, when


@when("click", "#add")
def show(event):
    document.querySelector("#main").textContent = words.text("in main")


show(None)
""",
        }
    )
    server = serve(pyscript)
    page = new_page().open(server.url, until_ready=False)
    page.text("#main", "one in main")
    page.text("#out", "one 0")

    pyscript.edit("src/words.py", "one", "two")
    server.wait_for_line(r"hmr update .*patch · \d+ ms · 1 page, 1 worker$")

    click(page, "two 1")
    page.text("#main", "two in main")
    page.assert_not_reloaded()


def test_a_page_of_workers_alone_has_its_other_files_replaced_too(app, pyscript):
    """PyScript boots nothing in the page itself then."""
    pyscript.create({"style.css": "#out { color: red }"})
    pyscript.edit("index.html", "</head>", '<link rel="stylesheet" href="/style.css" /></head>')
    app.css("#out", "color", "rgb(255, 0, 0)")

    pyscript.edit("style.css", "red", "blue")

    app.css("#out", "color", "rgb(0, 0, 255)")
    app.assert_not_reloaded()


def test_the_inline_script_of_a_worker_is_replaced(pyscript, serve, open_page):
    script = "\n".join(f"      {line}".rstrip() for line in FILES["worker.py"].split("\n"))
    page = WORKER_PAGE.replace(' src="./worker.py"', "").replace("></script>\n  </body>", f">\n{script}</script>\n  </body>")  # fmt: skip
    pyscript.create({**FILES, "index.html": page})
    app = open_page(serve(pyscript).url)
    app.text("#out", "one 0")

    pyscript.edit("index.html", "clicks += number", "clicks += number * 10")
    wait_until_applied(app, "/index.html#py-0")

    click(app, "one 10")
    app.assert_not_reloaded()
