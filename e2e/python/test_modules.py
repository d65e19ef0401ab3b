"""A page whose program is Python: a module is saved, the page runs it and has kept its state."""

import re

import pytest
from playwright.sync_api import Route, expect

from e2e.harness.counting import FILES, MAIN, PAGE, click, wait_until_applied
from e2e.harness.hot_page import CONNECTED


@pytest.fixture
def app(project, serve, open_page):
    """The application, clicked twice, with a name in its form."""
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one square 0")
    page.page.click("#add", click_count=2)
    page.page.fill("#name", "Ada")
    page.text("#out", "one square 2")
    return page


def test_a_functions_new_body_runs_and_everything_is_kept(app, project):
    ticks = int(app.page.text_content("#ticks"))
    project.edit("app/words.py", "{clicks}", "{clicks}!")
    wait_until_applied(app, "/app/words.py")

    click(app, "one square 3!")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.wait_for(f"Number(document.querySelector('#ticks').textContent) > {ticks + 5}")
    app.assert_not_reloaded()
    app.assert_no_errors()


def test_a_listener_that_was_registered_before_runs_the_new_code_once(app, project):
    project.edit("main.py", '["clicks"] += 1', '["clicks"] += 10')
    wait_until_applied(app, "/main.py")

    click(app, "one square 12")
    app.assert_not_reloaded()


def test_old_instances_and_constants_are_new(app, project):
    project.edit("app/shapes.py", "return self.name", "return self.name.upper()")
    wait_until_applied(app, "/app/shapes.py")
    click(app, "one SQUARE 3")

    project.edit("app/words.py", '"one"', '"two"')
    wait_until_applied(app, "/app/words.py")
    click(app, "two SQUARE 4")
    app.assert_not_reloaded()


def test_a_changed_call_at_the_top_level_restarts_the_application_alone(app, project):
    project.edit("main.py", "\nshow()\n", "\nshow()\nshow()\n")

    app.text("#out", "one square 0")
    click(app, "one square 1")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_not_reloaded()


def test_a_new_module_a_rename_and_a_deleted_file(app, project):
    project.write("app/extra.py", 'MARK = "+"\n')
    project.edit("app/words.py", "GREETING =", "from app.extra import MARK\n\nGREETING =")
    project.edit("app/words.py", "{clicks}", "{clicks}{MARK}")
    wait_until_applied(app, "/app/words.py")
    click(app, "one square 3+")

    project.path("app/extra.py").rename(project.path("app/signs.py"))
    project.edit("app/words.py", "app.extra", "app.signs")
    wait_until_applied(app, "/app/words.py", times=2)
    click(app, "one square 4+")

    project.edit("app/signs.py", '"+"', '"*"')
    wait_until_applied(app, "/app/signs.py")
    click(app, "one square 5*")
    app.assert_not_reloaded()
    expect(app.overlay).to_have_count(0)


def test_an_import_that_leads_nowhere_until_its_file_is_there(app, project):
    project.edit("app/words.py", "GREETING =", "from app.later import MARK\n\nGREETING =")
    expect(app.overlay.locator(".message")).to_contain_text("No module named 'app.later'")
    click_through(app, "one square 3")

    project.write("app/later.py", 'MARK = "later"\n')
    wait_until_applied(app, "/app/words.py")
    project.edit("app/words.py", '"one"', "MARK")
    wait_until_applied(app, "/app/words.py", times=2)
    click(app, "later square 4")
    app.assert_not_reloaded()


def click_through(page, expected):
    """Click although an overlay is open."""
    page.page.keyboard.press("Escape")
    click(page, expected)


def test_a_module_that_nobody_could_foresee_is_fetched_when_it_is_imported(app, project):
    project.edit(
        "app/words.py",
        "return f",
        'import importlib; MARK = importlib.import_module("app." + "unseen").MARK\n    return MARK + f',
    )
    project.write("app/unseen.py", 'MARK = "seen "\n')
    wait_until_applied(app, "/app/words.py")

    click(app, "seen one square 3")
    project.edit("app/unseen.py", '"seen "', '"again "')
    wait_until_applied(app, "/app/unseen.py")
    click(app, "again one square 4")


def test_a_module_that_no_bundle_names_is_fetched_from_the_server(project, serve, open_page):
    project.create(
        {
            "index.html": PAGE,
            "main.py": 'import importlib\nimportlib.import_module("un" + "seen").show()\n',
            "unseen.py": "from js import document\nimport folder.inner\n\ndef show():\n"
            '    document.querySelector("#out").textContent = folder.inner.NAME\n',
            "folder/inner.py": 'NAME = "inner"\n',
        }
    )
    page = open_page(serve(project).url)

    page.text("#out", "inner")
    page.assert_no_errors()


def test_a_syntax_error_is_shown_with_its_caret_and_its_fix_clears_it(app, project):
    project.edit("app/words.py", "def text(shape, clicks):", "def text(shape clicks):")

    expect(app.overlay.locator(".message")).to_contain_text("SyntaxError: ")
    expect(app.overlay.locator(".file")).to_have_text(re.compile(r"^app/words\.py:4:\d+$"))
    expect(app.overlay.locator(".frame")).to_contain_text("> 4 | def text(shape clicks):")
    expect(app.overlay.locator(".frame .caret")).to_contain_text("^^^^")
    expect(app.overlay.locator(".stack")).to_contain_text('File "app/words.py", line 4')
    expect(app.overlay.locator(".stack")).not_to_contain_text("python314.zip")
    click_through(app, "one square 3")

    project.edit("app/words.py", "(shape clicks)", "(shape, clicks)")
    project.edit("app/words.py", '"one"', '"two"')
    expect(app.overlay).to_have_count(0)
    wait_until_applied(app, "/app/words.py")
    click(app, "two square 4")
    app.assert_not_reloaded()


def test_an_exception_is_shown_as_python_shows_it_and_nothing_is_half_new(app, project):
    project.edit("app/words.py", '"one"', '"two"')
    project.write(
        "app/shapes.py",
        FILES["app/shapes.py"].replace("self.name\n\n", "self.name.upper()\n\n")
        + '\n\ndef broken():\n    return {}["key"]\n\n\nbroken()\n',
    )

    stack = app.overlay.locator(".stack")
    expect(app.overlay.locator(".message")).to_have_text("KeyError: 'key'")
    expect(app.overlay.locator(".frame")).to_contain_text('return {}["key"]')
    expect(stack).to_contain_text("Traceback (most recent call last):")
    expect(stack).to_contain_text('in broken\n    return {}["key"]')
    expect(stack).not_to_contain_text("hmr_")
    click_through(app, re.compile(r"(one|two) square 3"))

    project.edit("app/shapes.py", "\n\nbroken()\n", "\n")
    expect(app.overlay).to_have_count(0)
    click(app, "two square 4")
    app.assert_not_reloaded()


def test_a_page_whose_entry_does_not_compile_comes_up_by_the_fix(project, serve, open_page):
    project.create({"index.html": PAGE, "main.py": "x = 1 +\n"})
    page = open_page(serve(project).url)
    expect(page.overlay.locator(".frame")).to_contain_text("> 1 | x = 1 +")

    project.edit("main.py", "1 +", "2 + +")
    expect(page.overlay.locator(".frame")).to_contain_text("> 1 | x = 2 + +")

    shows = 'from js import document\ndocument.querySelector("#out").textContent = str(x)\n'
    project.write("main.py", f"x = 3\n{shows}")
    page.text("#out", "3")
    expect(page.overlay).to_have_count(0)
    page.assert_not_reloaded()


def test_a_page_that_starts_with_an_error_comes_up_by_the_fix(project, serve, open_page):
    project.create({**FILES, "app/words.py": FILES["app/words.py"] + "\n1 / 0\n"})
    page = open_page(serve(project).url)
    expect(page.overlay.locator(".message")).to_have_text("ZeroDivisionError: division by zero")
    expect(page.overlay.locator(".file")).to_have_text("app/words.py:7:1")

    project.edit("app/words.py", "\n1 / 0\n", "")

    page.text("#out", "one square 0")
    expect(page.overlay).to_have_count(0)
    click(page, "one square 1")
    page.assert_not_reloaded()


def test_an_entry_that_is_missing_is_named_and_runs_when_it_is_there(project, serve, open_page):
    project.create({name: text for name, text in FILES.items() if name != "main.py"})
    page = open_page(serve(project).url)
    expect(page.overlay.locator(".message")).to_contain_text("there is no /main.py")

    project.write("main.py", MAIN)

    page.text("#out", "one square 0")
    expect(page.overlay).to_have_count(0)
    page.assert_not_reloaded()


def test_a_modules_hot_context(project, serve, open_page):
    project.create(
        {
            "index.html": PAGE,
            "main.py": "import store\n",
            "store.py": """\
import hmr_client
from js import document, window

hot = hmr_client.hot(__name__)
runs = hot.data.get("runs", 0) + 1
document.querySelector("#out").textContent = f"one {runs}"
hot.accept()
hot.dispose(lambda data: data.update(runs=runs))
hot.on("hmr:applied", lambda data: setattr(window, "tier", data["updates"][0]["tier"]))
""",
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one 1")

    project.edit("store.py", "one", "two")
    page.text("#out", "two 2")
    project.edit("store.py", "two", "three")
    page.text("#out", "three 3")
    page.wait_for("window.tier === 'RERUN'")
    page.assert_not_reloaded()


def test_ten_edits_faster_than_they_can_be_applied(app, project):
    for number in range(10):
        project.write("app/words.py", FILES["app/words.py"].replace("one", f"edit {number}"))
    project.edit("main.py", '["clicks"] += 1', '["clicks"] += 5')
    wait_until_applied(app, "/main.py")

    click(app, "edit 9 square 7")
    app.assert_not_reloaded()
    expect(app.overlay).to_have_count(0)


def test_an_edit_made_during_the_boot_is_not_lost(project, serve, new_page):
    project.create(FILES)
    server = serve(project)
    page = new_page()
    held: list[Route] = []
    page.page.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    with page.page.expect_request("**/pyodide.asm.wasm"):
        page.open(server.url, until_ready=False)
    page.wait_for(
        "performance.getEntriesByType('resource').some((x) => x.name.includes('@hmr/python'))"
    )

    project.edit("app/words.py", '"one"', '"two"')
    page.wait_for_payload("update")
    held.pop().continue_()

    page.wait_for_console(CONNECTED)
    page.text("#out", re.compile("(one|two) square 0"))
    click(page, "two square 1")
    page.assert_not_reloaded()


def test_an_entry_that_never_ends_is_updated_all_the_same(project, serve, open_page):
    project.create(
        {
            "index.html": PAGE,
            "main.py": """\
import asyncio
from js import document


def text():
    return "one"


while True:
    document.querySelector("#out").textContent = text()
    await asyncio.sleep(0.01)
""",
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one")

    project.edit("main.py", '"one"', '"two"')

    page.text("#out", "two")
    page.assert_not_reloaded()


def test_python_and_javascript_in_one_page(project, serve, open_page):
    project.create(
        {
            **FILES,
            "index.html": PAGE.replace(
                "</body>", '<p id="js"></p><script type="module" src="/main.js"></script></body>'
            ),
            "main.js": 'document.querySelector("#js").textContent = "js one";\nimport.meta.hot.accept();\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one square 0")

    project.edit("main.js", "one", "two")
    project.edit("app/words.py", '"one"', '"two"')

    page.text("#js", "js two")
    wait_until_applied(page, "/app/words.py")
    click(page, "two square 1")
    page.assert_not_reloaded()


def test_names_of_files_in_an_error_open_the_editor(project, serve, open_page, tmp_path):
    opened = tmp_path / "opened"
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word"; done > {opened}\n')
    editor.chmod(0o755)
    project.create(FILES)
    page = open_page(serve(project, "--editor", str(editor)).url)
    page.text("#out", "one square 0")
    project.edit("app/words.py", "GREETING =", "1 / 0\n\nGREETING =")

    expect(page.overlay.locator(".file a")).to_have_text("app/words.py:1:1")
    with page.page.expect_response("**/__open-in-editor*") as response:
        page.overlay.locator(".stack a").last.click()

    assert response.value.status == 204
    while not opened.exists() or not opened.read_text():
        page.page.wait_for_timeout(10)
    assert str(project.path("app/words.py")) in opened.read_text()


def test_a_page_that_boots_pyodide_itself_attaches_with_one_call(project, serve, new_page):
    tag = '<script type="module" src="/@hmr/client" data-attach data-entry="/main.py"></script>'
    project.create(
        {
            **FILES,
            "index.html": PAGE.replace(
                '<script type="module" src="/@hmr/client" data-entry="/main.py"></script>', tag
            ).replace("</body>", '<script type="module" src="/own.js"></script></body>'),
            "own.js": """\
import { attach } from "/@hmr/client";
const script = await (await fetch("/@hmr/client")).text();
const indexURL = new URL(JSON.parse(/^const config = (.*);$/m.exec(script)[1]).pyodide, location).href;
const { loadPyodide } = await import(indexURL + "pyodide.mjs");
window.own = await loadPyodide({ indexURL });
await attach(window.own);
window.isAttached = window.own.runPython("'words' in dir(__import__('__main__'))");
""",
        }
    )
    page = new_page().open(serve(project).url)
    page.text("#out", "one square 0")
    page.wait_for("window.isAttached === true")

    project.edit("app/words.py", '"one"', '"two"')
    wait_until_applied(page, "/app/words.py")
    click(page, "two square 1")
    page.assert_not_reloaded()


def test_a_badge_says_what_was_done_and_shows_the_plan_on_a_click(app, project):
    project.edit("app/words.py", "{clicks}", "{clicks}!")
    line = app.page.locator("hmr-badge summary")
    expect(line).to_have_text(re.compile(r"^updated text in \d+ ms · state kept$"))
    line.click()
    expect(app.page.locator("hmr-badge li")).to_have_text(
        "app/words.py: patch, only function bodies changed (text)"
    )

    project.edit("main.py", "\nshow()\n", "\nshow()\nshow()\n")
    expect(line).to_have_text(
        re.compile(
            r"^restarted in \d+ ms, in the page as it is: main\.py: a statement with effects"
        )
    )
    expect(app.page.locator("hmr-badge")).to_have_count(1)
    expect(app.page.locator("hmr-badge")).to_have_count(0)
    app.assert_no_errors()


def test_what_was_compiled_is_kept_for_the_next_visit(app, project):
    app.page.add_init_script(
        "const { match } = Cache.prototype;"
        "Cache.prototype.match = async function (...given) {"
        "  const found = await match.apply(this, given);"
        "  if (given[0].includes('entry=')) globalThis.found = found !== undefined;"
        "  return found;"
        "};"
    )
    app.value("""(async () => {
      const cache = await caches.open("hmr-python");
      while ((await cache.keys()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    })()""")
    project.edit("app/shapes.py", "return self.name", "return self.name.upper()")
    wait_until_applied(app, "/app/shapes.py")

    app.page.reload(wait_until="commit")
    app.wait_for_load()
    app.text("#out", "one SQUARE 0")
    app.wait_for("globalThis.found")
    project.edit("app/words.py", '"one"', '"two"')
    wait_until_applied(app, "/app/words.py")
    click(app, "two SQUARE 1")
    app.assert_no_errors()
