"""What the program prints while an update runs is marked as the update's, in the page's console."""

import re

from playwright.sync_api import expect

from e2e.harness.counting import FILES, click, wait_until_applied
from e2e.harness.pyscript import FILES as SCRIPT_FILES
from e2e.harness.pyscript import PAGE, open_app

PRINTS = """\
import sys
import warnings
print("loaded", 3, "words")
print("to stderr", file=sys.stderr)
warnings.warn("old words")
"""


def test_print_and_warnings_of_an_update_are_marked_and_later_ones_are_not(
    project, serve, open_page
):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one square 0")

    words = FILES["app/words.py"].replace("    return f", '    print("called")\n    return f')
    project.write("app/words.py", PRINTS + words)
    page.wait_for_console("[hmr] app/words.py ↻ loaded 3 words")
    page.wait_for_console("[hmr] app/words.py ↻ to stderr")
    page.wait_for_console_with("[hmr] app/words.py ↻ /home/pyodide/app/words.py:5: UserWarning: ")
    wait_until_applied(page, "/app/words.py")

    called = page.console.count("[hmr] app/words.py ↻ called")
    click(page, "one square 1")
    page.wait_for_console("called")
    assert page.console.count("[hmr] app/words.py ↻ called") == called


def test_a_handler_prints_as_ever_while_an_update_waits(project, serve, open_page):
    project.create(FILES)
    project.edit("main.py", '["clicks"] += 1', '["clicks"] += 1; print("click")')
    page = open_page(serve(project).url)
    page.text("#out", "one square 0")
    page.value("setInterval(() => document.querySelector('#add').click(), 10)")

    wait = "print('begins')\nawait asyncio.sleep(0.3)\nprint('ends')\n"
    project.edit("main.py", "\nshow()\n", f"\nshow()\n{wait}")
    page.wait_for_console("[hmr] main.py ↻ ends")

    between = page.console[page.console.index("[hmr] main.py ↻ begins") :]
    assert between[: between.index("[hmr] main.py ↻ ends")].count("click") > 2
    assert not [line for line in between if "↻ click" in line]


def test_a_coroutine_that_runs_on_with_its_old_code_is_said(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one square 0")
    note = "1 coroutine runs on with its old code"

    project.edit("main.py", "ticks += 1", "ticks += 2")
    page.wait_for_console(f"[hmr] {note}")
    expect(page.page.locator("hmr-badge")).to_contain_text(
        re.compile(rf"updated tick in \d+ ms · {note}")
    )
    server.wait_for_line(f"hmr update /main.py .*patch · .* · 1 page · {note}")

    project.edit("app/words.py", "one", "two")
    wait_until_applied(page, "/app/words.py")
    assert page.console.count(f"[hmr] {note}") == 1


def test_in_pyscripts_own_terminal_too(pyscript, serve, new_page):
    page = PAGE.replace('src="./main.py"', 'src="./main.py" terminal')
    # with a terminal PyScript runs the second script before the first has ended
    pyscript.write("index.html", page.replace("{clicks}", "0"))
    app = open_app(new_page(), serve(pyscript).url)
    pyscript.write("src/words.py", PRINTS + SCRIPT_FILES["src/words.py"])
    wait_until_applied(app, "/app/words.py")

    app.wait_for("""() => {
        const { buffer: { active } } = document.querySelector("script[terminal]").terminal;
        const lines = [...Array(active.length).keys()].map((line) => active.getLine(line).translateToString(true));
        return ["loaded 3 words", "to stderr"].every((text) => lines.includes(`[hmr] app/words.py ↻ ${text}`));
    }""")
    click(app, "one, 1 clicks")
    app.assert_not_reloaded()
