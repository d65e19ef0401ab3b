"""`hmr-server build`: the same page from a static server, without client and dev server."""

import hashlib
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.harness.project import html

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_built_page_runs_without_the_dev_server(project, build, serve_static, new_page):
    project.create(
        {
            "index.html": html(
                head='<script type="module" src="/@hmr/client" data-entry="/app/main.py"></script>',
                body='<button id="add">add</button><p id="out"></p>',
            ),
            "main.js": 'import "./page.css";\nif (import.meta.hot) import.meta.hot.accept();\n',
            "page.css": "#out { color: rgb(1, 2, 3) }",
            "app/main.py": """\
import importlib
import hmr_client
from js import document
from pyodide.ffi.wrappers import add_event_listener

clicks = 0
words = importlib.import_module("wo" + "rds")


def add(event):
    global clicks
    clicks += 1
    show()


def show():
    document.querySelector("#out").textContent = words.text(clicks)


add_event_listener(document.querySelector("#add"), "click", add)
if hot := hmr_client.hot(__name__):
    hot.accept()
show()
""",
            "app/words.py": 'def text(n):\n    return f"{__name__} {n}"\n',
            ".env": "SECRET=1",
            "hmr.toml": "",
        }
    )
    said = build(project)
    dist = project.root / "dist"
    assert "1 page, Python from /app/main.py" in said
    assert "warning" not in said
    assert not (dist / ".env").exists()
    assert not list(dist.rglob("*.py"))
    assert "@hmr" not in (dist / "index.html").read_text()

    page = new_page().open(serve_static(dist), until_ready=False)
    page.text("#out", "words 0")
    page.page.click("#add")
    page.text("#out", "words 1")
    page.css("#out", "color", "rgb(1, 2, 3)")
    page.assert_no_errors()
    assert not [line for line in page.console if "hmr" in line]


def test_a_built_page_finds_its_data_files_in_the_same_places(
    project, build, serve_static, new_page, context
):
    every_byte = bytes(range(256))
    large = every_byte * 2000
    project.create(
        {
            "index.html": html(
                head='<script type="module" src="/@hmr/client" data-entry="/app/main.py"></script>',
                body='<p id="out"></p>',
                modules=(),
            ),
            "app/main.py": """\
import hashlib
import importlib.resources
import json
import os
import pkgutil
from pathlib import Path

import pack
from js import document

here = Path(__file__).parent
picture = here / "picture.png"


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


document.querySelector("#out").textContent = json.dumps([
    open("names.json").read(),
    (here / "every.bin").read_bytes().hex(),
    digest("data/large file.bin"),
    digest("data/marked.csv"),
    [picture.stat().st_size, digest(picture)],
    importlib.resources.files("pack").joinpath("page.html").read_text(),
    pkgutil.get_data("pack", "page.html").decode(),
    sorted(os.listdir("data")),
    digest("public/logo.svg"),
    os.path.exists(".env"),
])
""",
            "app/pack/__init__.py": "",
            "app/pack/page.html": '<head><script src="/@hmr/client"></script></head>',
            "app/every.bin": every_byte,
            "app/picture.png": every_byte,
            "data/large file.bin": large,
            "data/marked.csv": b"\xef\xbb\xbf\xff" + large,
            "public/logo.svg": "<svg/>",
            "names.json": "{}",
            ".env": "SECRET=1",
        }
    )
    build(project)
    asked = []
    context.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))

    page = new_page().open(serve_static(project.root / "dist"), until_ready=False)

    template = '<head><script src="/@hmr/client"></script></head>'
    digests = [hashlib.sha256(x).hexdigest() for x in (large, b"\xef\xbb\xbf\xff" + large)]
    page.text(
        "#out",
        json.dumps(
            [
                "{}",
                every_byte.hex(),
                *digests,
                [256, hashlib.sha256(every_byte).hexdigest()],
                template,
                template,
                ["large file.bin", "marked.csv"],
                hashlib.sha256(b"<svg/>").hexdigest(),
                False,
            ]
        ),
    )
    fetched = {"picture.png", "large%20file.bin", "logo.svg"}
    assert fetched <= set(asked)
    assert not {"names.json", "every.bin", "marked.csv", "page.html"} & set(asked)


def test_the_demo_is_built(project, build, serve_static, new_page):
    project.copy(REPOSITORY, "index.html", "browser/demo")
    build(project)

    page = new_page().open(serve_static(project.root / "dist"), until_ready=False)

    expect(page.page.locator("#caption")).to_contain_text("12 shapes")
    page.page.click("#increment")
    page.text("#count", "1")
    page.assert_no_errors()


def test_workers_and_a_page_that_boots_pyodide_itself_are_built(
    project, build, serve_static, new_page
):
    """What pages import of the client is there without the dev server too."""
    project.create(
        {
            "index.html": html(
                head='<script type="module" src="/@hmr/client" data-attach data-entry="/main.py"></script>',
                body='<p id="out"></p><p id="main"></p>',
            ),
            "main.js": """\
import { attach } from "/@hmr/client";
const { loadPyodide } = await import(new URL(window.pyodideUrl, location));
const pyodide = await loadPyodide();
await attach(pyodide);
const worker = new Worker("/jobs/worker.js", { type: "module" });
worker.onmessage = ({ data }) => (document.querySelector("#out").textContent = data);
""",
            "main.py": """\
from js import document
import words

document.querySelector("#main").textContent = words.text("in the page")
""",
            "jobs/worker.js": 'import { start } from "/@hmr/client";\n\nawait start("./job.py");\n',
            "jobs/job.py": "from js import postMessage\nimport tools\n\npostMessage(tools.NAME)\n",
            "jobs/tools.py": 'NAME = "in the worker"\n',
            "words.py": 'def text(where):\n    return f"one {where}"\n',
        }
    )
    said = build(project)
    assert "Python from /main.py, /jobs/job.py" in said
    dist = project.root / "dist"
    page = new_page()
    [pyodide] = dist.glob("assets/pyodide-*/pyodide.mjs")
    page.page.add_init_script(f"window.pyodideUrl = '/{pyodide.relative_to(dist).as_posix()}'")

    page.open(serve_static(dist), until_ready=False)

    page.text("#main", "one in the page")
    page.text("#out", "in the worker")
    page.assert_no_errors()


def test_python_files_are_copied_where_a_page_fetches_them_itself(
    project, build, serve_static, new_page
):
    started = '<script type="module" src="/@hmr/client" data-entry="/app/main.py"></script>'
    project.create(
        {
            "index.html": html(head=started, modules=()),
            "app/main.py": "",
            "app/words.py": "",
            "wasm.js": f"export default '{'A' * 1_000_000}';",  # in no time, or in an hour
        }
    )
    build(project)
    dist = project.root / "dist"
    assert not list(dist.rglob("*.py"))

    project.write("own.html", html(body='<p id="out"></p>'))
    project.write(
        "main.js",
        "const { ok } = await fetch('/app/words.py');\n"
        "document.querySelector('#out').textContent = ok;\n",
    )
    build(project)
    page = new_page().open(f"{serve_static(dist)}own.html", until_ready=False)
    page.text("#out", "true")


def test_a_second_build_takes_the_place_of_the_first(project, build):
    project.create({"index.html": html(modules=()), "old.txt": "x"})
    build(project)
    project.remove("old.txt")
    build(project)

    assert not (project.root / "dist" / "old.txt").exists()


@pytest.mark.parametrize(
    ("files", "options", "message"),
    [
        ({"a.txt": ""}, [], "has no HTML page"),
        (
            {
                "index.html": '<script type="module" src="/@hmr/client" data-entry="/no.py"></script>'
            },
            [],
            "there is no /no.py",
        ),
        ({"index.html": "", "other/file": "x"}, ["--out", "other"], "is not empty"),
        ({"index.html": ""}, ["--out", "."], "not an earlier build"),
    ],
)
def test_what_can_not_be_built_is_said_and_nothing_is_lost(project, build, files, options, message):
    project.create(files)
    options = [str(project.root / x) if not x.startswith("-") else x for x in options]

    said = build(project, *options, fails=True)

    assert message in said
    assert "Traceback" not in said
    assert all((project.root / name).is_file() for name in files)
