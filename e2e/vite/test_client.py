"""Vite's own client, from npm, on this server: the wire and the rules are Vite's.

The client takes the place of ours at the URL that our server's code imports, with its constants
filled in as Vite's server fills them in, and the token of the server that answers.
"""

import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from e2e.harness.hot_page import HotPage
from e2e.harness.project import html

CONNECTED = "[vite] connected."
COUNTER = """\
export const word = "first";
const state = import.meta.hot.data.state ?? { runs: 0 };
import.meta.hot.data.state = state;
state.runs += 1;
document.querySelector("#out").textContent = `${word} ${state.runs}`;
import.meta.hot.accept();
"""


@pytest.fixture(scope="session")
def vite_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Vite's client, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("Vite's client comes from npm, which is not on this machine")
    folder = tmp_path_factory.mktemp("vite-client")
    done = subprocess.run(
        [npm, "pack", "--silent", "vite@8"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with tarfile.open(next(folder.glob("vite-*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "dist" / "client"


@pytest.fixture
def open_page(
    context: BrowserContext, vite_client: Path, new_page: Callable[[], HotPage]
) -> Callable[[str], HotPage]:
    """Opens a page that runs Vite's client."""

    def filled_in(settings: dict) -> str:
        constants = {
            "__MODE__": "development",
            "__SERVER_HOST__": "localhost",
            "__HMR_PROTOCOL__": None,
            "__HMR_HOSTNAME__": None,
            "__HMR_PORT__": None,
            "__HMR_DIRECT_TARGET__": "",
            "__HMR_BASE__": settings["base"],
            "__HMR_TIMEOUT__": 30000,
            "__HMR_ENABLE_OVERLAY__": True,
            "__HMR_CONFIG_NAME__": "hmr.toml",
            "__WS_TOKEN__": settings["token"],
            "__SERVER_FORWARD_CONSOLE__": {"enabled": False},
        }
        code = (vite_client / "client.mjs").read_text("utf-8")
        code = code.replace("__BASE__", json.dumps(settings["base"]))
        for name, value in constants.items():
            code = code.replace(name, json.dumps(value), 1)
        return code.replace('"@vite/env"', '"/@vite/env"')

    def answer(route: Route) -> None:
        # what our server would have answered names the token
        found = re.search(r"^const config = (\{.*\});$", route.fetch().text(), re.MULTILINE)
        assert found
        body = filled_in(json.loads(found[1]))
        route.fulfill(content_type="text/javascript", body=body)

    def answer_env(route: Route) -> None:
        code = (vite_client / "env.mjs").read_text("utf-8").replace("__DEFINES__", "{}", 1)
        route.fulfill(content_type="text/javascript", body=code)

    context.route("**/@hmr/client", answer)
    context.route("**/@vite/env", answer_env)

    def open_(url: str) -> HotPage:
        page = new_page().open(url, until_ready=False)
        page.wait_for_console(CONNECTED)
        return page

    return open_


def test_modules_keep_their_data(project, serve, open_page):
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": COUNTER})
    page = open_page(serve(project).url)
    page.text("#out", "first 1")

    project.edit("main.js", "first", "second")
    page.text("#out", "second 2")
    page.wait_for_console("[vite] hot updated: /main.js")
    page.assert_not_reloaded()


def test_an_edit_of_the_html_reloads_the_page(project, serve, open_page):
    """What ours brings into the open page is a full reload for Vite's client."""
    project.create({"index.html": html(body='<p id="words">one</p>'), "main.js": COUNTER})
    page = open_page(serve(project).url)
    project.edit("index.html", ">one<", ">two<")
    page.wait_for_load(until_ready=False)
    page.text("#words", "two")


def test_a_dependency_is_accepted_and_an_update_climbs(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import { word } from "./middle.js";
const show = (text) => { document.querySelector("#out").textContent = text; };
show(word);
import.meta.hot.accept("./middle.js", (middle) => show(middle.word));
""",
            "middle.js": 'import { word as inner } from "./deep.js";\nexport const word = `${inner}!`;\n',
            "deep.js": 'export const word = "deep";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "deep!")

    project.edit("deep.js", "deep", "deeper")
    page.text("#out", "deeper!")
    page.wait_for_console("[vite] hot updated: /middle.js via /main.js")
    page.assert_not_reloaded()


def test_stylesheets_by_link_and_by_import(project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/linked.css" />',
                body='<p id="linked">a</p><p id="imported">b</p>',
            ),
            "main.js": 'import "./imported.css";\n',
            "linked.css": "#linked { color: red }\n",
            "imported.css": "#imported { color: red }\n",
        }
    )
    page = open_page(serve(project).url)
    page.css("#linked", "color", "rgb(255, 0, 0)")
    page.css("#imported", "color", "rgb(255, 0, 0)")

    project.edit("linked.css", "red", "blue")
    page.css("#linked", "color", "rgb(0, 0, 255)")
    project.edit("imported.css", "red", "green")
    page.css("#imported", "color", "rgb(0, 128, 0)")
    page.assert_not_reloaded()


def test_a_module_that_is_imported_no_more_is_pruned(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": 'import "./side.js";\nimport.meta.hot.accept();\n',
            "side.js": """\
document.querySelector("#out").textContent = "here";
import.meta.hot.accept();
import.meta.hot.prune(() => { document.querySelector("#out").textContent = "pruned"; });
""",
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "here")

    project.edit("main.js", 'import "./side.js";\n', "")
    page.text("#out", "pruned")
    project.write("main.js", 'import "./side.js";\nimport.meta.hot.accept();\n')
    page.text("#out", "here")  # its side effects run again
    page.assert_not_reloaded()


def test_without_a_boundary_the_page_is_reloaded(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": 'document.querySelector("#out").textContent = "one";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one")

    project.edit("main.js", "one", "two")
    page.wait_for_load(until_ready=False)
    page.text("#out", "two")


def test_an_error_is_shown_in_vites_overlay_and_cleared_by_the_fix(project, serve, open_page):
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": COUNTER})
    page = open_page(serve(project).url)
    page.text("#out", "first 1")
    project.edit("main.js", "first", "second")  # the first update of a page may reload it
    page.text("#out", "second 2")

    project.edit("main.js", "export const word", 'import "./none.js"; export const word')
    overlay = page.page.locator("vite-error-overlay")
    expect(overlay.locator(".message-body")).to_contain_text('import "./none.js"')
    expect(overlay.locator(".file")).to_contain_text("main.js:1:")
    expect(overlay.locator(".frame")).to_contain_text('import "./none.js"; export const word')

    project.write("main.js", COUNTER.replace("first", "third"))
    page.text("#out", "third 3")
    expect(overlay).to_have_count(0)
    page.assert_not_reloaded()


def test_it_comes_back_after_the_server_was_restarted(project, serve, open_page):
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": COUNTER})
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "first 1")

    server.stop()
    page.wait_for_console("[vite] server connection lost. Polling for restart...")
    serve(project, "--port", str(urlsplit(server.url).port), "--strict-port")
    page.wait_for_load(until_ready=False)  # Vite's client reloads the page
    page.wait_for_console(CONNECTED, times=2)
    project.edit("main.js", "first", "again")
    page.text("#out", "again 2")
