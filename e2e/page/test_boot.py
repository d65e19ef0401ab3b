"""What a page does while Python is not there yet."""

import pytest
from playwright.sync_api import Route, expect

from e2e.harness.hot_page import CONNECTED
from e2e.harness.project import html

INTERPRETER = "**/pyodide.asm.wasm"

FILES = {
    "index.html": html(body='<button id="button">0</button><p id="out"></p>'),
    "main.js": """\
export const name = "one";
const { data } = import.meta.hot;
data.events ??= [];
data.events.push(`run ${name}`);
window.events = data.events;
document.querySelector("#out").textContent = name;
document.querySelector("#button").onclick = ({ target }) => target.textContent++;
import.meta.hot.dispose(() => data.events.push(`dispose ${name}`));
import.meta.hot.accept(() => data.events.push(`accepted by ${name}`));
""",
}


@pytest.fixture
def booting(project, serve, new_page):
    """A page whose Pyodide arrives when the test lets it."""
    project.create(FILES)
    server = serve(project)
    page = new_page()
    held: list[Route] = []
    page.page.route(INTERPRETER, lambda route: held.append(route))
    with page.page.expect_request(INTERPRETER):
        page.open(server.url, until_ready=False)

    def let_go() -> None:
        page.wait_for("true")  # lets Playwright hand over the request
        while held:
            held.pop().continue_()

    return page, let_go


def test_the_page_works_before_python_is_ready(booting):
    page, let_go = booting

    page.text("#out", "one")
    page.page.click("#button")
    page.text("#button", "1")
    page.wait_for("document.readyState === 'complete'")
    assert page.value("window.events") == ["run one"]
    assert CONNECTED not in page.console

    let_go()
    page.wait_for_console(CONNECTED)
    page.text("#button", "1")
    page.assert_not_reloaded()


def test_a_boot_that_takes_long_is_not_cut_off(booting):
    """After five seconds the client asks for the interpreter's headers: an answer without content."""
    page, let_go = booting
    with page.page.expect_response(lambda response: response.request.method == "HEAD"):
        page.text("#out", "one")
    let_go()
    page.wait_for_console(CONNECTED)
    page.page.wait_for_load_state("networkidle")
    page.assert_not_reloaded()


def test_an_edit_made_while_pyodide_boots_is_applied(booting, project):
    page, let_go = booting
    page.text("#out", "one")

    project.edit("main.js", '"one"', '"two"')
    page.wait_for_payload("update")
    assert page.value("window.events") == ["run one"]
    let_go()

    page.text("#out", "two")
    page.wait_for("window.events.length === 4")
    assert page.value("window.events") == ["run one", "dispose one", "run two", "accepted by one"]
    page.assert_not_reloaded()


def test_edits_made_while_pyodide_boots_arrive_in_order(booting, project):
    page, let_go = booting
    page.text("#out", "one")

    project.edit("main.js", '"one"', '"two"')
    page.wait_for_payload("update")
    project.edit("main.js", '"two"', '"three"')
    let_go()

    page.text("#out", "three")
    project.edit("main.js", '"three"', '"four"')
    page.text("#out", "four")
    runs = [event for event in page.value("window.events") if event.startswith("run")]
    assert runs[0] == "run one"
    assert runs[-2:] == ["run three", "run four"]
    page.assert_not_reloaded()


def test_an_error_is_shown_before_python_is_ready(booting, project):
    page, let_go = booting
    page.text("#out", "one")
    project.edit("main.js", '"one";', '"two";\nimport "./nowhere.js";')
    page.wait_for_payload("update")

    # The browser asks for the module, as it does when a user opens the page in a second tab.
    page.value("import('/main.js?t=1000000000000').catch(() => {})")
    expect(page.overlay.locator(".frame")).to_contain_text("./nowhere.js")
    assert CONNECTED not in page.console

    # The first update that is applied with an open overlay reloads the page (as in Vite).
    let_go()
    page.wait_for_load(until_ready=False)
    expect(page.overlay.locator(".frame")).to_contain_text("./nowhere.js")


def test_a_page_without_pyodide_says_so_and_reloads_on_an_edit(project, serve, new_page):
    project.create(FILES)
    server = serve(project)
    page = new_page()
    page.page.route(f"{INTERPRETER}*", lambda route: route.abort())
    page.open(server.url, until_ready=False)
    page.text("#out", "one")
    page.overlay.locator(".message").get_by_text("Hot updates are off").wait_for()

    project.edit("main.js", '"one"', '"two"')
    page.wait_for_load(until_ready=False)

    page.text("#out", "two")


@pytest.mark.parametrize("never", ["requestAnimationFrame", "requestIdleCallback"])
def test_a_page_that_is_never_painted_is_updated(never, project, serve, new_page):
    """A tab that goes to the background at once may have said that it is visible."""
    project.create(FILES)
    page = new_page()
    page.page.add_init_script(f"globalThis.{never} = () => 0;")
    page.open(serve(project).url, until_ready=False)
    page.text("#out", "one")
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two")
    page.assert_not_reloaded()
