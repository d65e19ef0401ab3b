"""PyScript pages as they are, with nothing in them that knows of hot replacement."""

import zipfile
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import FILES, open_app


@pytest.fixture
def app(pyscript, serve, new_page):
    return open_app(new_page(), serve(pyscript).url)


def test_a_file_of_the_configuration_is_replaced(app, pyscript):
    pyscript.edit("src/words.py", "{clicks}", "{clicks}!")
    wait_until_applied(app, "/app/words.py")

    click(app, "one, 2! clicks")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_handler_of_when_runs_the_new_code_once(app, pyscript):
    pyscript.edit("main.py", "clicks += 1", "clicks += 10")
    wait_until_applied(app, "/main.py")

    click(app, "one, 11 clicks")
    app.assert_not_reloaded()


def test_a_restart_leaves_no_handler_behind(app, pyscript):
    pyscript.edit("main.py", "\nshow()\n", "\nshow()\nshow()\n")
    app.text("#out", "one, 0 clicks")
    pyscript.edit("main.py", "show()\nshow()\n", "show()\n")
    wait_until_applied(app, "/main.py", times=2)

    click(app, "one, 1 clicks")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_mistake_is_shown_and_mended(app, pyscript):
    pyscript.edit("src/words.py", "return f", "return nothing + f")
    wait_until_applied(app, "/app/words.py")
    pyscript.edit("src/words.py", "def text(name, clicks):", "def text(name clicks):")
    expect(app.overlay.locator(".frame")).to_contain_text("def text(name clicks):")
    app.page.keyboard.press("Escape")

    pyscript.write("src/words.py", FILES["src/words.py"].replace("return f", "return 'ok ' + f"))
    wait_until_applied(app, "/app/words.py", times=2)
    click(app, "ok one, 2 clicks")
    expect(app.overlay).to_have_count(0)
    app.assert_not_reloaded()


def test_a_javascript_module_and_an_archive_of_the_configuration(pyscript, serve, new_page):
    with zipfile.ZipFile(pyscript.root / "library.zip", "w") as archive:
        archive.writestr("library.py", "NAME = 'library'\n")
    pyscript.create(
        {
            "marks.js": "export const mark = 1;\n",
            "pyscript.toml": FILES["pyscript.toml"]
            + '"./library.zip" = "./*"\n[js_modules.main]\n"./marks.js" = "marks"\n',
            "main.py": "from library import NAME\n"
            "from pyscript.js_modules import marks\n"
            "from pyscript.js_modules.marks import mark\n"
            + FILES["main.py"].replace("textContent = ", "textContent = f'{NAME} {mark} ' + "),
        }
    )
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "library 1 one, 0 clicks")

    pyscript.edit("main.py", "'{NAME} {mark} '", "'{NAME} {marks.mark} edited '")
    wait_until_applied(page, "/main.py")

    click(page, "library 1 edited one, 1 clicks")
    page.assert_no_errors()
    page.assert_not_reloaded()


def test_a_data_file_is_refreshed_and_told_of(app, pyscript):
    pyscript.edit(
        "main.py",
        "\nshow()\n",
        "\nimport hmr_client\n"
        'hmr_client.hot(__name__).on("hmr:file-changed", lambda data: show())\nshow()\n',
    )
    app.text("#out", "one, 0 clicks")

    pyscript.edit("names.json", "one", "two")

    app.text("#out", "two, 0 clicks")
    app.assert_not_reloaded()


def test_a_data_file_that_changes_while_no_server_runs_is_refreshed(pyscript, serve, new_page):
    server = serve(pyscript)
    page = new_page().open(server.url, until_ready=False)
    page.text("#inline", "inline é, 0 clicks")
    # what the first page has is written down by the time that another one is there
    new_page().open(server.url, until_ready=False).text("#inline", "inline é, 0 clicks")

    server.process.kill()
    server.process.wait()
    pyscript.edit("names.json", "one", "two")
    serve(pyscript, "--port", str(urlsplit(server.url).port), "--strict-port")

    page.wait_for_console_with("[hmr] file refreshed: names.json")
    click(page, "two, 1 clicks")
    page.assert_not_reloaded()


def test_a_script_that_fails_at_the_start_is_mended_without_a_reload(pyscript, serve, new_page):
    pyscript.edit("main.py", "clicks = 0\n", "clicks = 1 / 0\n")
    page = new_page().open(serve(pyscript).url, until_ready=False)
    expect(page.overlay).to_be_visible()

    pyscript.edit("main.py", "clicks = 1 / 0\n", "clicks = 5\n")

    page.text("#out", "one, 5 clicks")
    page.text("#inline", "inline é, 5 clicks")
    expect(page.overlay).to_have_count(0)
    page.assert_not_reloaded()


def test_without_the_dev_server_the_page_is_as_it_was(pyscript, new_page):
    import functools
    import http.server
    import threading

    handler = functools.partial(
        type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None}),
        directory=str(pyscript.root),
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = new_page().open(f"http://127.0.0.1:{server.server_port}/", until_ready=False)
        page.text("#out", "one, 0 clicks")
        click(page, "one, 1 clicks")
        page.page.close()
        server.shutdown()
