"""A page that the network has cut off while it was loaded: nobody fetches what is missing, so it is reloaded."""

import re
from pathlib import Path

import playwright
import pytest

from e2e.harness.cutting_proxy import CuttingProxy
from e2e.harness.project import html

FILES = {
    "index.html": html(
        head='<link rel="stylesheet" href="/style.css" />',
        body='<p id="out"></p><p id="dep"></p><p id="worker"></p>',
    ),
    "style.css": "#out { color: rgb(1, 0, 0); }\n" + " " * 2000,
    "main.js": """\
import "./dep.js";
new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => {
  document.querySelector("#worker").textContent = data;
};
document.querySelector("#out").textContent = "one";
""",
    # a module that sees its URL is requested, whatever the browser
    "dep.js": 'import.meta.url; document.querySelector("#dep").textContent = "a";\n//' + "x" * 2000,
    "worker.js": 'import "./of_worker.js";\npostMessage("ran");\n',
    "of_worker.js": "//" + "x" * 2000,
}


@pytest.fixture
def proxy(project, serve):
    project.create(FILES)
    server = serve(project)
    proxy = CuttingProxy(int(re.search(r":(\d+)/", server.url)[1]))
    yield proxy
    proxy.close()


# the browser itself asks twice where a used connection brings no reply at all
@pytest.mark.parametrize(
    ("path", "after", "count"),
    [
        pytest.param(r"^/style\.css", 0, 2, id="no reply"),
        pytest.param(r"^/dep\.js", 150, 1, id="cut in the headers"),
        pytest.param(r"^/dep\.js", 1000, 1, id="cut in the content"),
        # its name is in the part that has come: the browser keeps it as an empty file that has not changed
        pytest.param(r"^/style\.css", 125, 1, id="a stylesheet, cut after its ETag"),
        pytest.param(r"^/style\.css", 1000, 1, id="a stylesheet, before any script ran"),
        pytest.param(r"^/main\.js", 400, 1, id="a script, before the client ran"),
        pytest.param(r"^/@hmr/parts/rest\.js", 150, 1, id="the rest of the client, in the headers"),
        pytest.param(r"\.wasm", 10_000, 1, id="Pyodide"),
    ],
)
def test_a_page_whose_files_are_cut_off_is_reloaded_and_says_so(
    proxy, new_page, path, after, count
):
    proxy.cut_replies(path, after=after, count=count)
    page = new_page().open(proxy.url, until_ready=False)
    page.wait_for_console_with("was cut off while the page was loaded")
    page.wait_for_load(until_ready=False)
    page.wait_for_console("[hmr] connected.")
    page.text("#out", "one")
    page.text("#dep", "a")
    page.text("#worker", "ran")
    page.css("#out", "color", "rgb(1, 0, 0)")


def test_the_rest_of_the_client_is_asked_for_again_where_it_is_cut_off(proxy, new_page):
    proxy.cut_replies(r"^/@hmr/parts/rest\.js", after=1000)
    page = new_page().open(proxy.url, until_ready=False)
    page.wait_for_console("[hmr] connected.")
    page.text("#out", "one")


def test_a_worker_whose_module_is_cut_off_with_the_connection_is_made_again(proxy, new_page):
    proxy.cut_replies(r"^/of_worker\.js", after=1000, takes_down=True)
    page = new_page().open(proxy.url, until_ready=False)
    page.wait_for_console_with("waits for the dev server")
    proxy.calm()
    page.wait_for_load(until_ready=False)
    page.text("#worker", "ran")


@pytest.mark.parametrize(
    ("file", "text", "asked"),
    [
        ("main.js", 'import "./dep.js";\nimport "http://127.0.0.1:1/none.js";\n', "/style.css"),
        ("worker.js", "let = ;\n", "/@hmr/client"),
    ],
    ids=["a module of another server", "an error in a worker"],
)
def test_what_fails_for_another_reason_reloads_nothing(proxy, project, new_page, file, text, asked):
    project.write(file, text)
    page = new_page().open(proxy.url)
    page.wait_for(
        "(name) => performance.getEntriesByType('resource')"
        ".some((x) => x.initiatorType === 'fetch' && x.name.includes(name))",
        asked,  # by what looks for cuts
    )
    page.assert_not_reloaded()


def test_a_font_that_the_browser_has_already_is_not_cut_off(project, serve, open_page):
    """Chromium tells no size of it then, and never its type."""
    is_bare = "(x) => x.name.endsWith('.ttf') && x.contentType === '' && x.encodedBodySize === 0"
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/style.css" />', body='<p id="out">text</p>'
            ),
            "style.css": """\
@font-face { font-family: own; src: url(own.ttf); }
#out { font-family: own; color: rgb(1, 0, 0); }
""",
            "own.ttf": next(Path(playwright.__file__).parent.rglob("*.ttf")).read_bytes(),
        }
    )
    page = open_page(serve(project).url)
    page.page.reload()
    page.wait_for_load()
    page.wait_for(f"performance.getEntriesByType('resource').some({is_bare})")

    project.edit("style.css", "rgb(1, 0, 0)", "rgb(2, 0, 0)")

    page.css("#out", "color", "rgb(2, 0, 0)")
    page.assert_not_reloaded()
