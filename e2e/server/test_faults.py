"""What networks, servers and modules do at the wrong moment: no update is lost, and none waits for ever."""

import re
import signal

import pytest
from playwright.sync_api import Route, expect

from e2e.harness.cutting_proxy import CuttingProxy
from e2e.harness.project import html

FILES = {
    "index.html": html(
        head='<link rel="stylesheet" href="/style.css" />', body='<p id="out"></p><p id="dep"></p>'
    ),
    "style.css": "#out { color: rgb(1, 0, 0); }\n",
    "main.js": """\
import "./dep.js";
export const name = "one";
const out = document.querySelector("#out");
if (out) out.textContent = name;
import.meta.hot.accept();
""",
    "dep.js": """\
const dep = document.querySelector("#dep");
if (dep) dep.textContent = "a";
import.meta.hot.accept();
""",
}


@pytest.fixture
def through_proxy(project, serve, open_page):
    """A page that talks to its server through a proxy, and requests what an update is about."""
    project.create({**FILES, "hmr.toml": "push-sources = false\n"})
    server = serve(project)
    proxy = CuttingProxy(int(re.search(r":(\d+)/", server.url)[1]))
    yield open_page(proxy.url), proxy, server
    proxy.close()


@pytest.mark.parametrize("after", [0, 150, 400])
def test_a_module_whose_reply_is_cut_is_fetched_again(through_proxy, project, after):
    page, proxy, _server = through_proxy
    proxy.cut_replies(r"^/main\.js\?t=", after=after)
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two")
    assert proxy.replies_cut == 1
    page.assert_not_reloaded()


def test_a_linked_stylesheet_whose_reply_is_cut_stays_until_the_new_one_is_there(
    through_proxy, project
):
    page, proxy, _server = through_proxy
    page.value("window.links = new Set([...document.querySelectorAll('link[rel=stylesheet]')]); 0")
    proxy.cut_replies(r"^/style\.css\?t=", count=2)
    project.edit("style.css", "rgb(1, 0, 0)", "rgb(2, 0, 0)")
    page.css("#out", "color", "rgb(2, 0, 0)")
    assert proxy.replies_cut == 2
    page.wait_for("document.querySelectorAll('link[rel=stylesheet]').length === 1")
    page.assert_not_reloaded()


def test_what_was_pushed_and_not_fetched_when_the_server_was_killed(through_proxy, project, serve):
    """The push has arrived; the new process serves what it was about."""
    page, proxy, server = through_proxy
    proxy.cut_replies(r"^/(main\.js|style\.css)\?t=", count=50)  # nothing of it gets through
    project.edit("main.js", '"one"', '"two"')
    project.edit("style.css", "rgb(1, 0, 0)", "rgb(2, 0, 0)")
    page.wait_for_payload("update")
    proxy.is_down = True
    proxy.cut_all()
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    page.wait_for_console("[hmr] server connection lost. Polling for restart...")
    project.edit("dep.js", '"a"', '"b"')
    serve(project, "--port", str(proxy._target[1]), "--strict-port")
    proxy.calm()
    page.text("#out", "two")
    page.css("#out", "color", "rgb(2, 0, 0)")
    page.text("#dep", "b")
    if (
        page.loads > 1
    ):  # it was killed before it had written down what it sent, and the page says so
        page.wait_for_console_with("page reload: more has changed")
        page._expected_loads = page.loads


def test_a_module_that_never_finishes_holds_up_neither_others_nor_its_fix(
    project, serve, open_page
):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    project.edit("main.js", "export", "await new Promise(() => {});\nexport")
    page.wait_for_console_with("/main.js has not finished after 5 seconds")
    server.wait_for_line(r"/main.js has not finished after 5 seconds")
    expect(page.overlay.locator(".message-body")).to_contain_text("/main.js has not finished")
    project.edit("dep.js", '"a"', '"b"')
    page.text("#dep", "b")
    project.edit("main.js", "await new Promise(() => {});\nexport", "export")
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two")
    page.assert_not_reloaded()


def test_a_reload_does_not_wait(project, serve, open_page):
    project.create(FILES | {"index.html": html(modules=("/main.js", "/plain.js")), "plain.js": ""})
    page = open_page(serve(project).url)
    project.edit("main.js", "export", "await new Promise(() => {});\nexport")
    page.wait_for_payload("update")
    project.write("plain.js", "console.log('new');")  # nothing accepts it
    page.wait_for_load(until_ready=False)


def test_a_page_whose_python_the_network_has_cut_off_is_reloaded(project, serve, new_page):
    project.create(FILES)
    server = serve(project)
    proxy = CuttingProxy(int(re.search(r":(\d+)/", server.url)[1]))
    proxy.cut_replies(r"\.wasm$", after=10_000, count=99)
    page = new_page().open(proxy.url, until_ready=False)
    page.wait_for_console_with("wasm instantiation failed")  # Pyodide waits for ever
    proxy.is_down = True
    proxy.cut_all()
    project.edit("main.js", '"one"', '"two"')
    page.wait_for_console_with("waits for the dev server")
    proxy.calm()
    page.wait_for_load(until_ready=False)
    page.wait_for_console("[hmr] connected.")
    page.text("#out", "two")
    proxy.close()


def test_what_is_saved_while_the_page_is_loaded_is_told_once_it_is_connected(
    project, serve, open_page, new_page
):
    """A module is read, saved, and only then the page has a connection: nothing else would tell it."""
    module = 'import.meta.hot.accept();\ndocument.querySelector("#out").textContent = "one";\n'
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": module})
    server = serve(project)
    witness = open_page(server.url)
    witness.text("#out", "one")

    page = new_page()
    held: list[Route] = []
    page.page.route("**/@hmr/client*", lambda route: held.append(route), times=1)
    with page.page.expect_response("**/main.js*"):
        page.open(server.url, until_ready=False)
    project.edit("main.js", '"one"', '"two"')
    witness.text("#out", "two")
    for route in held:
        route.continue_()
    page.text("#out", "two")
    page.assert_not_reloaded()
