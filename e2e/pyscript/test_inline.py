"""Python that stands in the HTML of a PyScript page is replaced when only it has changed there."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import PAGE, open_app

MORE = """\
    <script type="py">
      def twice(text):
          return f"{text} {text}"

      @when("click", "#inline")
      def on_inline(event):
          document.querySelector("#inline").textContent = twice("clicked")
    </script>
  </body>
"""

DOCS = """\
<!doctype html>
<script type="module" src="/pyscript/core.js"></script>
<p id="docs"></p>
<script type="py" config='{"interpreter": "/pyodide/pyodide.mjs"}'>
  from pyscript import document
  def write(text):
      document.querySelector("#docs").textContent = text
  write("docs")
</script>
"""


@pytest.fixture
def app(pyscript, serve, new_page):
    pyscript.write("index.html", PAGE.replace("  </body>\n", MORE))
    return open_app(new_page(), serve(pyscript).url)


def test_an_inline_script_is_replaced_and_the_page_keeps_its_state(app, pyscript):
    pyscript.edit("index.html", 'f"{text} {text}"', 'f"{text}, {text}!"')
    wait_until_applied(app, "/index.html#py-1")

    app.page.click("#inline")
    app.text("#inline", "clicked, clicked!")
    click(app, "one, 2 clicks")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_reload_after_a_replacement_runs_the_new_code(app, pyscript):
    pyscript.edit("index.html", 'f"{text} {text}"', 'f"new {text}"')
    wait_until_applied(app, "/index.html#py-1")

    app.page.reload()
    app.wait_for_load(until_ready=False)
    app.text("#inline", "inline é, 0 clicks")
    app.wait_for("document.querySelectorAll('script-py').length === 3")
    app.page.click("#inline")
    app.text("#inline", "new clicked")


def test_an_inline_script_and_a_file_saved_together_are_one_update(app, pyscript):
    html = pyscript.read("index.html").replace('f"{text} {text}"', 'words.text(text, "many")')
    words = pyscript.read("src/words.py").replace("{clicks}", "{clicks}!")
    pyscript.write("src/words.py", words)
    pyscript.write("index.html", html)
    wait_until_applied(app, "/index.html#py-1")
    wait_until_applied(app, "/app/words.py")

    app.page.click("#inline")
    app.text("#inline", "clicked, many! clicks")
    app.assert_not_reloaded()


def test_a_change_beside_the_scripts_and_one_in_them_come_into_the_page(app, pyscript):
    """The lines move too: the script is patched for its tracebacks alone, and keeps its state."""
    was = app.page.locator("#inline").inner_text()
    pyscript.edit("index.html", '<p id="inline">', '<hr />\n<p id="inline" class="new">')
    app.text("#inline.new", was)
    app.assert_not_reloaded()

    pyscript.edit("index.html", "</body>", '<script type="py">print(1)</script></body>')
    app.wait_for_load(until_ready=False)
    app.text("#inline.new", "inline é, 0 clicks")
    assert any("it has another number of inline scripts" in line for line in app.console)


def test_errors_of_an_inline_script_name_the_line_of_the_page(app, pyscript):
    html = pyscript.read("index.html")
    pyscript.edit("index.html", 'return f"{text} {text}"', 'return f"{text}')
    line = html[: html.index("return f")].count("\n") + 1

    expect(app.overlay.locator(".frame")).to_contain_text(f'> {line} |     return f"{{text}}')
    expect(app.overlay.locator(".file")).to_contain_text(f"index.html:{line}:")
    app.page.keyboard.press("Escape")
    click(app, "one, 2 clicks")

    pyscript.write("index.html", html.replace('f"{text} {text}"', "text + nothing"))
    wait_until_applied(app, "/index.html#py-1")
    expect(app.overlay).to_have_count(0)
    with app.page.expect_event("pageerror") as error:
        app.page.click("#inline")
    assert f'index.html#py-1", line {line}, in twice' in error.value.message

    pyscript.write("index.html", html)
    wait_until_applied(app, "/index.html#py-1", times=2)
    app.page.click("#inline")
    app.text("#inline", "clicked clicked")
    app.assert_not_reloaded()


def test_a_script_that_other_lines_have_moved_is_not_run_again(app, pyscript):
    pyscript.edit("index.html", "      from pyscript import document\n", "      import sys\n" * 3)
    wait_until_applied(app, "/index.html#py-1")
    click(app, "one, 2 clicks")
    app.text("#inline", "inline é, 0 clicks")
    app.assert_not_reloaded()


def test_of_two_pages_the_one_that_has_changed_is_updated(app, pyscript, new_page):
    pyscript.write("docs/index.html", DOCS)
    docs = new_page().open(f"{app.page.url}docs/", until_ready=False)
    docs.text("#docs", "docs")

    pyscript.edit("docs/index.html", 'write("docs")', 'write("new docs")')
    docs.text("#docs", "new docs")

    docs.assert_not_reloaded()
    click(app, "one, 2 clicks")
    app.assert_not_reloaded()


def test_after_a_restart_of_the_server_inline_scripts_are_replaced(pyscript, serve, new_page):
    server = serve(pyscript)
    page = open_app(new_page(), server.url)
    pyscript.edit("index.html", "inline é,", "edited,")
    page.text("#inline", "edited, 1 clicks")

    server.process.terminate()  # one that is killed may not have written down its last push: pages reload
    server.process.wait()
    serve(pyscript, "--port", str(urlsplit(server.url).port), "--strict-port")
    pyscript.edit("index.html", "edited,", "again,")

    page.text("#inline", "again, 1 clicks")
    page.assert_not_reloaded()


def test_what_was_edited_while_the_server_was_away_reloads_the_page(pyscript, serve, new_page):
    server = serve(pyscript)
    page = open_app(new_page(), server.url)
    pyscript.edit("index.html", "inline é,", "edited,")
    page.text("#inline", "edited, 1 clicks")

    server.process.kill()
    server.process.wait()
    pyscript.edit("index.html", "edited,", "again,")
    serve(pyscript, "--port", str(urlsplit(server.url).port), "--strict-port")

    page.wait_for_load(until_ready=False)
    page.text("#inline", "again, 0 clicks")


def test_an_edit_while_the_page_boots_is_not_lost(app, pyscript):
    app.page.reload(wait_until="commit")
    app.wait_for_load(until_ready=False)
    pyscript.edit("index.html", "inline é,", "edited,")

    app.text("#inline", "edited, 0 clicks")
    app.assert_not_reloaded()


def test_micropython_reloads_the_page(app, pyscript, new_page):
    mpy = """<!doctype html><script type="mpy">print("one")</script>"""
    pyscript.write("mpy.html", mpy)
    page = new_page().open(f"{app.page.url}mpy.html")

    pyscript.edit("mpy.html", "one", "two")

    page.wait_for_load()
