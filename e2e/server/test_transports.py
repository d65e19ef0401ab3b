"""Pages that can't have a WebSocket, or shall not."""

import pytest

from e2e.harness.project import html

MAIN = """\
export const name = "one";
document.querySelector("#out").textContent = name;
import.meta.hot.accept();
import.meta.hot.dispose(() => import.meta.hot.send("demo:disposed", name));
"""

FILES = {
    "index.html": html(head='<link rel="stylesheet" href="/a.css">', body='<p id="out"></p>'),
    "main.js": MAIN,
    "a.css": "#out { color: rgb(1, 1, 1) }",
}

# What a proxy does that knows no WebSocket: the connection closes without having opened.
BLOCKED = """\
{
  const Native = WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor() { super("ws://127.0.0.1:9/"); }
  };
}
"""


@pytest.mark.parametrize("how", ["chosen", "found"])
def test_updates_come_by_server_sent_events(project, serve, new_page, how):
    project.create(FILES)
    server = serve(project, *(["--transport", "sse"] if how == "chosen" else []))
    page = new_page()
    if how == "found":
        page.page.add_init_script(BLOCKED)
    page.open(server.url)
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two")
    project.edit("a.css", "1, 1, 1", "2, 2, 2")
    page.css("#out", "color", "rgb(2, 2, 2)")
    server.wait_for_line(r"a\.css.*ms")  # the page has said so, by POST
    page.assert_not_reloaded()
    page.assert_no_errors()


def test_an_edit_during_the_boot_comes_by_server_sent_events(project, serve, new_page):
    project.create(FILES)
    server = serve(project, "--transport", "sse")
    page = new_page()
    held = []
    page.page.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    with page.page.expect_request("**/pyodide.asm.wasm"):
        page.open(server.url, until_ready=False)
    project.edit("main.js", '"one"', '"two"')
    server.wait_for_line("hmr update /main.js")
    page.wait_for("true")
    held.pop().continue_()
    page.text("#out", "two")
    page.assert_not_reloaded()
