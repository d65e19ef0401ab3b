"""What people do to a PyScript page while it runs: rename, save in haste, save while it boots."""

import pytest
from playwright.sync_api import Route, expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import FILES, PAGE, open_app

TICKS = """
ticks = 0


async def tick():
    global ticks
    while True:
        ticks += 1
        document.querySelector("#ticks").textContent = ticks
        await asyncio.sleep(0.01)


ticking = asyncio.create_task(tick())
show()
"""


@pytest.fixture
def app(pyscript, serve, new_page):
    pyscript.create(
        {
            "index.html": PAGE.replace("</body>", '<p id="ticks"></p></body>'),
            "main.py": FILES["main.py"].replace("\nshow()\n", TICKS),
        }
    )
    return open_app(new_page(), serve(pyscript).url)


def goes_on_from(app, ticks):
    app.wait_for(f"Number(document.querySelector('#ticks').textContent) > {ticks + 5}")


def test_a_running_task_and_a_filled_form_are_kept(app, pyscript):
    ticks = int(app.page.text_content("#ticks"))
    pyscript.edit("src/words.py", "{clicks}", "{clicks}!")
    wait_until_applied(app, "/app/words.py")

    click(app, "one, 2! clicks")
    goes_on_from(app, ticks)
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_ten_edits_faster_than_they_can_be_applied(app, pyscript):
    for number in range(10):
        pyscript.write("src/words.py", FILES["src/words.py"].replace("{clicks}", f"{{clicks}}.{number}"))  # fmt: skip
    app.wait_for_console_with("hot updated: /app/words.py ")
    app.page.evaluate("setInterval(() => document.querySelector('#add').click(), 50)")

    expect(app.page.locator("#out")).to_contain_text(".9 clicks")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_module_is_renamed_with_its_entry_in_the_configuration(app, pyscript):
    ticks = int(app.page.text_content("#ticks"))
    pyscript.write("src/phrases.py", FILES["src/words.py"].replace("return f", "return 'new ' + f"))
    pyscript.edit(
        "pyscript.toml",
        '"{SRC}/words.py" = "app/words.py"',
        '"{SRC}/phrases.py" = "app/phrases.py"',
    )
    app.wait_for_console_with("pyscript.toml: fetched app/phrases.py")
    main = pyscript.read("main.py").replace("import words", "import phrases")
    pyscript.write("main.py", main.replace("words.text", "phrases.text"))
    wait_until_applied(app, "/main.py")
    pyscript.remove("src/words.py")

    click(app, "new one, 2 clicks")
    pyscript.edit("src/phrases.py", "'new '", "'newer '")
    wait_until_applied(app, "/app/phrases.py")
    click(app, "newer one, 3 clicks")
    goes_on_from(app, ticks)
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_what_was_saved_between_pyscripts_fetch_and_our_start_is_not_lost(
    pyscript, serve, new_page
):
    server = serve(pyscript)
    page = new_page()
    held: list[Route] = []
    page.page.route("**/@hmr/wheel/**", lambda route: held.append(route), times=2)
    with (
        page.page.expect_response("**/src/words.py"),
        page.page.expect_response("**/names.json"),
    ):
        page.open(server.url, until_ready=False)

    pyscript.edit("src/words.py", "{clicks}", "{clicks}!")
    pyscript.edit("names.json", "one", "two")
    page.wait_for("performance.getEntriesByName(location.origin + '/names.json').length > 0")
    for route in held:
        route.continue_()

    page.text("#out", "two, 0! clicks")
    page.assert_not_reloaded()


def test_a_module_edited_while_the_page_boots_is_not_lost(app, pyscript):
    app.page.reload(wait_until="commit")
    app.wait_for_load(until_ready=False)
    pyscript.edit("src/words.py", "{clicks}", "{clicks}!")

    expect(app.page.locator("#out")).not_to_be_empty()
    app.wait_for_console("[pyscript/main] PyScript Ready", times=4)
    app.page.evaluate("setInterval(() => document.querySelector('#add').click(), 50)")
    expect(app.page.locator("#out")).to_contain_text("! clicks")
    app.assert_no_errors()
    app.assert_not_reloaded()
