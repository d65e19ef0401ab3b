"""Data files beside the page's Python: there as in production, and refreshed when they change."""

import json
import re
from urllib.parse import urlsplit

import pytest

from e2e.harness.project import html

PAGE = html(
    head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
    body='<p id="out"></p><p id="told"></p>',
    modules=(),
)
DATA = re.compile(r"/@hmr/python\?data=")
EVERY_BYTE = bytes(range(256)) * 3
# For a page that asks for text, a byte order mark decides how all of it is decoded.
MARKED = {
    "utf8.csv": b"\xef\xbb\xbfa;\xe9",
    "utf16.txt": b"\xff\xfea\x00\x00\xd8",
    "be.txt": b"\xfe\xffx",
}
# Asks the page's Python: `page.evaluate("ask(…)")` returns what an expression is, as JSON.
MAIN = """\
import importlib.resources
import json
import mmap
import os
import pkgutil
import shutil
from pathlib import Path

import js
from pyodide.ffi import create_proxy

import hmr_client
import app
import names_without_init
from app import words

told = []
started = [0]


def ask(source):
    try:
        return json.dumps(eval(source, globals()))
    except OSError as error:
        return json.dumps(type(error).__name__)


def write(name, text, mode="w"):
    with open(name, mode) as file:
        file.write(text)


def on_change(data):
    told.append([data["path"], data["file"], data["deleted"]])
    show()


def show():
    name = "nobody"
    if os.path.exists("names.json"):
        with open("names.json") as file:
            name = json.load(file)["name"]
    js.document.querySelector("#out").textContent = f"{words.text(name)} {started[0]}"
    js.document.querySelector("#told").textContent = json.dumps(told)


js.ask = create_proxy(ask)
if hot := hmr_client.hot(__name__):
    hot.on("hmr:file-changed", on_change)
show()
"""
FILES = {
    "index.html": PAGE,
    "main.py": MAIN,
    "names.json": '{"name": "one"}',
    "names_without_init/part.py": "",
    "names_without_init/more.txt": "more",
    "app/__init__.py": "",
    "app/words.py": "def text(name):\n    return f'hello {name}'\n",
    "app/data.csv": "a,b\n1,2\n",
    "app/template.html": "<body>{{ name }}</body>\n",
    "app/style.css": "p { color: red }\n",
    "app/every.bin": EVERY_BYTE,
    **{f"marked/{name}": content for name, content in MARKED.items()},
    "é #1?/100%.txt": "odd",
    ".env": "SECRET=1",
    "app/.hidden.txt": "hidden",
    "main.js": "export {}",
}


@pytest.fixture
def app(project, serve, open_page):
    page = open_page(serve(project.create(FILES)).url)
    page.text("#out", "hello one 0")
    return page


def ask(page, expression):
    return json.loads(page.page.evaluate("source => ask(source)", expression))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("open('names.json').read()", '{"name": "one"}'),
        ("open('app/data.csv', newline='').read()", "a,b\n1,2\n"),
        ("Path(__file__).with_name('names.json').read_text()", '{"name": "one"}'),
        ("(Path(words.__file__).parent / 'data.csv').stat().st_size", 8),
        ("importlib.resources.files('app').joinpath('data.csv').read_text()", "a,b\n1,2\n"),
        ("(importlib.resources.files(app) / 'template.html').read_text()", "<body>{{ name }}</body>\n"),
        ("importlib.resources.files(app.words).joinpath('data.csv').read_text()", "a,b\n1,2\n"),
        ("(importlib.resources.files('names_without_init') / 'more.txt').read_text()", "more"),
        ("pkgutil.get_data('app', 'data.csv').decode()", "a,b\n1,2\n"),
        ("pkgutil.get_data('app', 'words.py').decode()", FILES["app/words.py"]),
        ("sorted(os.listdir('app'))", ["data.csv", "every.bin", "style.css", "template.html"]),
        ("sorted(path.name for path in Path('.').glob('*.json'))", ["names.json"]),
        ("[os.path.exists(x) for x in ('app/data.csv', 'no', '.env', 'main.js')]", [True] + [False] * 3),
        ("open('é #1?/100%.txt').read()", "odd"),
        ("open('.env').read()", "FileNotFoundError"),
        ("Path('app/style.css').read_text()", "p { color: red }\n"),
    ],
)  # fmt: skip
def test_a_file_is_opened_as_in_production(app, expression, expected):
    assert ask(app, expression) == expected


def test_content_is_exact_to_the_byte(app):
    contents = {"app/every.bin": EVERY_BYTE, **{f"marked/{x}": y for x, y in MARKED.items()}}
    for name, content in contents.items():
        assert bytes(ask(app, f"list(open({name!r}, 'rb').read())")) == content, name
    file = "(file := open('app/every.bin', 'rb')).fileno()"
    assert bytes(ask(app, f"list(mmap.mmap({file}, 0, access=mmap.ACCESS_READ)[:])")) == EVERY_BYTE


def test_a_change_is_there_for_the_listener_and_the_next_open(app, project):
    ask(app, "started.__setitem__(0, 7)")

    project.edit("names.json", "one", "two")

    app.text("#out", "hello two 7")
    assert ask(app, "told") == [["/names.json", "/home/pyodide/names.json", False]]
    project.write("app/data.csv", "a,b,c\n")  # never read before
    data = ["/app/data.csv", "/home/pyodide/app/data.csv", False]
    app.text("#told", json.dumps([*ask(app, "told")[:1], data]))
    assert ask(app, "open('app/data.csv').read()") == "a,b,c\n"
    assert "[hmr] file refreshed: names.json" in app.console
    app.assert_not_reloaded()


def test_a_template_is_refreshed_without_a_reload(app, project):
    project.edit("app/template.html", "name", "other")

    template = ["/app/template.html", "/home/pyodide/app/template.html", False]
    app.text("#told", json.dumps([template]))
    assert ask(app, "Path('app/template.html').read_text()") == "<body>{{ other }}</body>\n"
    app.assert_not_reloaded()


def test_new_and_deleted_files_are_seen(app, project):
    project.write("deep/er/new.txt", "new")
    new = ["/deep/er/new.txt", "/home/pyodide/deep/er/new.txt", False]
    app.text("#told", json.dumps([new]))
    assert ask(app, "open('deep/er/new.txt').read()") == "new"

    project.remove("names.json")

    app.text("#out", "hello nobody 0")
    assert ask(app, "open('names.json').read()") == "FileNotFoundError"
    app.assert_not_reloaded()


def test_a_module_and_its_data_saved_together_are_there_together(app, project):
    project.write("names.json", '{"name": "two"}')
    project.write("app/words.py", FILES["app/words.py"] + "FOUND = open('names.json').read()\n")

    app.wait_for_console_with("hot updated: /app/words.py")
    assert ask(app, "words.FOUND") == '{"name": "two"}'
    app.assert_not_reloaded()


def test_what_the_program_writes_is_the_programs_until_the_file_changes_on_disk(app, project):
    ask(app, "write('names.json', '{}')")
    ask(app, "write('app/data.csv', '3,4', 'a')")  # what was there has to be fetched for it
    ask(app, "write('own.txt', 'mine')")
    assert ask(app, "open('names.json').read()") == "{}"
    assert ask(app, "open('app/data.csv').read()") == "a,b\n1,2\n3,4"
    assert ask(app, "os.path.getsize(shutil.copy('app/every.bin', 'copy.bin'))") == 768
    assert ask(app, "os.truncate('marked/be.txt', 2) or os.path.getsize('marked/be.txt')") == 2
    assert ask(app, "list(open('marked/be.txt', 'rb').read())") == [254, 255]
    moved = "os.rename('app/template.html', 'moved.html') or open('moved.html').read()"
    assert ask(app, moved) == FILES["app/template.html"]

    project.edit("names.json", "one", "two")

    app.text("#out", "hello two 0")
    assert ask(app, "open('own.txt').read()") == "mine"
    assert project.read("app/data.csv") == "a,b\n1,2\n"


def test_who_has_a_file_open_reads_it_to_its_end(app, project):
    ask(
        app,
        "globals().__setitem__('reading', open('app/every.bin', 'rb')) or len(reading.read(10))",
    )

    project.write("app/every.bin", b"short")

    app.wait_for("document.querySelector('#told').textContent.includes('every.bin')")
    assert ask(app, "len(reading.read())") == len(EVERY_BYTE) - 10
    assert ask(app, "open('app/every.bin').read()") == "short"


def test_a_stylesheet_that_python_may_read_is_swapped_as_ever(project, serve, open_page):
    link = '<link rel="stylesheet" href="/app/style.css" /></head>'
    project.create({**FILES, "index.html": PAGE.replace("</head>", link)})
    page = open_page(serve(project).url)
    page.text("#out", "hello one 0")

    project.edit("app/style.css", "red", "rgb(0, 0, 255)")

    page.css("#out", "color", "rgb(0, 0, 255)")
    page.wait_for("document.querySelector('#told').textContent.includes('style.css')")
    assert "0, 0, 255" in ask(page, "Path('app/style.css').read_text()")
    page.assert_not_reloaded()


def test_a_file_that_can_not_be_fetched_is_an_error_of_its_open(app):
    app.page.route(DATA, lambda route: route.abort())
    assert ask(app, "open('app/data.csv').read()") == "OSError"
    app.page.unroute(DATA)
    assert ask(app, "open('app/data.csv').read()") == "a,b\n1,2\n"
    assert any("app/data.csv could not be read" in line for line in app.console)


def test_what_changes_while_no_server_runs_is_told_by_the_next_one(project, serve, open_page):
    server = serve(project.create(FILES))
    page = open_page(server.url)
    page.text("#out", "hello one 0")

    server.process.kill()
    server.process.wait()
    project.edit("names.json", "one", "two")
    project.remove("app/data.csv")
    project.write("new.txt", "new")
    serve(project, "--port", str(urlsplit(server.url).port), "--strict-port")

    page.text("#out", "hello two 0")
    assert sorted(ask(page, "told")) == [
        ["/app/data.csv", "/home/pyodide/app/data.csv", True],
        ["/names.json", "/home/pyodide/names.json", False],
        ["/new.txt", "/home/pyodide/new.txt", False],
    ]
    assert ask(page, "[os.path.exists('app/data.csv'), open('new.txt').read()]") == [False, "new"]
    page.assert_not_reloaded()


def test_javascript_gets_the_change_as_well(project, serve, open_page):
    page = open_page(serve(project.create({
        **FILES,
        "index.html": PAGE.replace("</body>", '<script type="module" src="/listen.js"></script></body>'),
        "listen.js": 'import.meta.hot.on("hmr:file-changed", (data) => (globalThis.heard = data));\n',
    })).url)  # fmt: skip
    page.text("#out", "hello one 0")

    project.write("new.txt", "new")

    page.wait_for("globalThis.heard")
    data = {"path": "/new.txt", "file": "/home/pyodide/new.txt", "deleted": False}
    assert page.value("heard") == data


def test_a_worker_has_the_files_too(project, serve, open_page):
    contents = {"app/every.bin": EVERY_BYTE, **{f"marked/{x}": y for x, y in MARKED.items()}}
    page = open_page(serve(project.create({
        **FILES,
        **contents,
        "index.html": html(body='<p id="out"></p>'),
        "main.js": """\
const worker = new Worker("/worker.js", { type: "module" });
worker.onmessage = ({ data }) => (document.querySelector("#out").textContent = data);
import.meta.hot.accept();
""",
        "worker.js": 'import { start } from "/@hmr/client";\nawait start("/worker/main.py");\n',
        "worker/main.py": f"""\
import hmr_client
from js import postMessage
from pathlib import Path


def show(data=None):
    bad = [name for name, content in {contents!r}.items() if Path(name).read_bytes() != content]
    postMessage(f"{{Path('names.json').read_text()}} {{bad}}")


hmr_client.hot(__name__).on("hmr:file-changed", show)
show()
""",
    })).url)  # fmt: skip
    page.text("#out", '{"name": "one"} []')

    project.edit("names.json", "one", "two")

    page.text("#out", '{"name": "two"} []')
    page.assert_not_reloaded()
