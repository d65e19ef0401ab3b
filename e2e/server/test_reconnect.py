"""The connection is lost and comes back."""

import pytest
from playwright.sync_api import expect

from e2e.harness.project import html

SIGN = "hmr-connection-sign"
SIGN_DELAY_MS = 400  # `SIGN_DELAY` of hmr_browser.transport.reconnect, which only a page can import

FILES = {
    "index.html": html(body='<p id="out"></p><p id="dep"></p>'),
    "main.js": """\
import { value } from "./dep.js";
export const name = "one";
const { data } = import.meta.hot;
data.runs = (data.runs ?? 0) + 1;
document.querySelector("#out").textContent = `${name} ${data.runs}`;
document.querySelector("#dep").textContent = value;
import.meta.hot.accept();
import.meta.hot.accept("./dep.js", (dep) => { document.querySelector("#dep").textContent = dep.value; });
""",
    "dep.js": 'export const value = "a";\n',
}

# What Wi-Fi, sleep and proxies do to a socket, at a moment that the test chooses.
DROPPABLE = """\
{
  const Native = WebSocket;
  globalThis.blocked = false;
  globalThis.sockets = [];
  globalThis.WebSocket = class extends Native {
    constructor(url, protocols) {
      super(globalThis.blocked ? "ws://127.0.0.1:9/" : url, protocols);
      sockets.push(this);
    }
  };
  globalThis.drop = () => { blocked = true; sockets.at(-1).close(); };
  globalThis.restore = () => { blocked = false; };
}
"""


@pytest.fixture
def droppable(project, serve, new_page):
    """A page whose connection the test can drop."""
    project.create(FILES)
    server = serve(project)
    page = new_page()
    page.page.add_init_script(DROPPABLE)
    return page.open(server.url), server


def test_what_was_missed_is_replayed_in_order_and_once(droppable, project):
    page, server = droppable
    page.value("drop()")
    expect(page.page.locator(SIGN)).to_be_visible()
    project.edit("main.js", '"one"', '"two"')
    server.wait_for_line("no page is open")
    project.edit("dep.js", '"a"', '"b"')
    page.value("restore()")
    expect(page.page.locator(SIGN)).to_have_count(0)
    page.text("#dep", "b")
    page.text("#out", "two 2")
    page.wait_for_console(
        "[hmr] hot updated: /dep.js via /main.js"
    )  # it may find the new one there
    updated = [line for line in page.console if "updated" in line]
    assert updated == ["[hmr] hot updated: /main.js", "[hmr] hot updated: /dep.js via /main.js"]
    page.assert_not_reloaded()
    project.edit("dep.js", '"b"', '"c"')
    page.text("#dep", "c")


def test_a_connection_that_is_lost_in_the_middle_of_an_update(droppable, project):
    page, _ = droppable
    project.edit("main.js", "const { data }", "drop();\nconst { data }")  # while it is imported
    page.text("#out", "one 2")
    expect(page.page.locator(SIGN)).to_be_visible()
    project.edit("dep.js", '"a"', '"b"')
    page.value("restore()")
    page.text("#dep", "b")
    page.text("#out", "one 2")  # what had arrived is not applied again
    page.assert_not_reloaded()


def test_a_short_loss_shows_nothing(droppable, project):
    page, _server = droppable
    page.value("""
        window.signs = 0;
        new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(
          (node) => { if (node.localName === "hmr-connection-sign") signs += 1; },
        ))).observe(document.body, { childList: true });
        window.lost = performance.now();
        sockets.at(-1).close();
    """)
    page.wait_for("sockets.length === 2 && sockets[1].readyState === 1")
    lasted = page.value("performance.now() - lost")  # milliseconds; a busy machine is away longer
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two 2")
    assert page.value("signs") == 0 or lasted > SIGN_DELAY_MS


def test_going_back_in_the_history_shows_the_edits_of_meanwhile(project, serve, open_page):
    """The browser would take the modules from its cache, unasked."""
    project.create({**FILES, "other.html": html(body="other", modules=())})
    server = serve(project)
    page = open_page(server.url)
    page.page.goto(server.url + "other.html")
    page.wait_for_load(until_ready=False)
    project.edit("main.js", '"one"', '"two"')
    page.page.go_back(wait_until="commit")
    page.text("#out", "two 1")
    page.wait_for_console("[hmr] connected.", times=2)
    page._expected_loads = page.loads
    project.edit("main.js", '"two"', '"three"')
    page.text("#out", "three 2")
    page.assert_not_reloaded()
