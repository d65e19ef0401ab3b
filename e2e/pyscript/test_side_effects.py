"""What a module of a PyScript page leaves behind goes with it, in the page and in a worker."""

import pytest
from playwright.sync_api import expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import ISOLATED, WORKER_PAGE

RUNS = 100
FILES = {
    "hmr.toml": ISOLATED,
    "worker.toml": """\
interpreter = "/pyodide/pyodide.mjs"

[files]
"./effects.py" = ""
""",
    "main.py": """\
import asyncio
import gc
import hmr_client
from hmr_client.module_runner.hot import active_runner
from pyscript import Event, document

happened = Event()
clicks = []
import effects


async def run_again(event):
    source = open(effects.__file__).read()
    for number in range(100):
        report = await active_runner().update({effects.__file__: f"{source}RUN = {number}\\n"})
        assert report.error is None, report.traceback
        if number == 1:
            before = proxies()
    gc.collect()
    show(f"runs {effects.RUN + 1}, proxies {'same' if proxies() == before else (before, proxies())}")


def proxies():
    return _module.pyproxy_alloc_map.size


def show(text):
    document.querySelector("#out").textContent = text


def counts():
    happened.trigger(None)
    made = " ".join(f"{kind}={n}" for kind, n in sorted(active_runner().ledger.counts().items()))
    return f"{made}, clicks {len(clicks)}"


from pyodide_js import _module
from pyscript import when

_module.enable_pyproxy_allocation_tracing()
when("click", "#again")(run_again)
when("click", "#count")(lambda event: show(counts()))
show("ready")
""",
    "effects.py": """\
import asyncio
import hmr_client
from pyscript import document, when, window
from pyscript.ffi import create_proxy
import __main__

hmr_client.hot(__name__).accept()


@when("click", "#count")
@when(__main__.happened)
def happened(event):
    __main__.clicks.append(1)


async def work():
    while True:
        await asyncio.sleep(0.01)


proxy = create_proxy(happened)
document.querySelector("#count").addEventListener("click", proxy)
window.setInterval(create_proxy(lambda: None), 60_000)
task = asyncio.create_task(work())
""",
}


@pytest.mark.parametrize("where", ["", " worker"], ids=["page", "worker"])
def test_a_hundred_runs_leave_nothing_behind(where, pyscript, serve, new_page):
    body = WORKER_PAGE.replace(' worker src="./worker.py"', f'{where} src="./main.py"').replace(
        "<p", '<button id="again"></button><button id="count"></button><p'
    )
    pyscript.create({**FILES, "index.html": body})
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "ready")
    page.page.click("#count")
    page.wait_for("document.querySelector('#out').textContent.includes('clicks')")
    before = page.page.text_content("#out")
    assert {"listener=5", "timer=1"} <= set(before.split(", ")[0].split()), before

    page.page.click("#again")
    page.text("#out", f"runs {RUNS}, proxies same")

    page.page.click("#count")
    page.wait_for("document.querySelector('#out').textContent.includes('clicks')")
    listeners, _, clicks = page.page.text_content("#out").partition(", ")
    # one by the event; the clicks themselves come after this text now: their listeners are the newest
    assert (listeners, clicks) == (before.partition(", ")[0], "clicks 4"), before
    page.assert_no_errors()


PROGRAM = """\
from pyodide.ffi import create_proxy
from pyodide.ffi.wrappers import add_event_listener
from pyscript import display, document, window

clicks = 0


def add(event):
    global clicks
    clicks += 1
    document.querySelector("#out").textContent = clicks


add_event_listener(document.querySelector("#add"), "click", add)
window.addEventListener("hashchange", create_proxy(add))
mine = document.createElement("p")
mine.className = "mine"
document.body.append(mine)
display("displayed")
print("starts, run 1")  # what a call did can't be known: a change of it restarts
document.querySelector("#out").textContent = "run 1"
"""


@pytest.mark.parametrize("where", ["", " worker"], ids=["page", "worker"])
def test_a_restart_takes_back_what_the_program_did_to_the_page(where, pyscript, serve, new_page):
    """From a worker too, which reaches the page's elements through PyScript only."""
    body = WORKER_PAGE.replace(' worker src="./worker.py"', f'{where} src="./program.py"')
    pyscript.create({**FILES, "program.py": PROGRAM, "index.html": body})
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "run 1")
    click(page, "1")

    for run in (2, 3):
        pyscript.write("program.py", PROGRAM.replace("run 1", f"run {run}"))
        wait_until_applied(page, "/program.py", times=run - 1)
        page.text("#out", f"run {run}")
        click(page, "1")
        click(page, "2")
        page.page.evaluate(f"location.hash = {run}")
        page.text("#out", "3")
        expect(page.page.locator(".mine")).to_have_count(1)
        expect(page.page.get_by_text("displayed", exact=True)).to_have_count(1)
    page.assert_no_errors()
    page.assert_not_reloaded()


WAITING = """\
import asyncio
from pyscript import display, document, when

pressed = asyncio.Event()
when("click", "#add")(lambda event: pressed.set())
print("starts, waits 1")
document.querySelector("#out").textContent = "waits 1"
await pressed.wait()
display("displayed")
document.body.insertAdjacentHTML("beforeend", "<p class=mine></p>")
document.querySelector("#out").textContent = "done"
"""


def test_what_a_top_level_does_after_an_await_is_taken_back(pyscript, serve, new_page):
    """Whatever has run in the meantime."""
    other = '<script type="py" src="./other.py"></script>'
    body = WORKER_PAGE.replace(' worker src="./worker.py"', ' src="./program.py"')
    pyscript.create(
        {
            **FILES,
            "program.py": WAITING,
            "other.py": "from pyscript import document\ndocument.title = 'ran'\n",
            "index.html": body.replace("  </body>", f"    {other}\n  </body>"),
        }
    )
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "waits 1")
    page.wait_for("document.title === 'ran'")
    page.page.click("#add")
    page.text("#out", "done")

    for run in (2, 3):
        pyscript.write("program.py", WAITING.replace("waits 1", f"waits {run}"))
        wait_until_applied(page, "/program.py", times=run - 1)
        page.text("#out", f"waits {run}")
        page.page.click("#add")
        page.text("#out", "done")
        expect(page.page.locator(".mine")).to_have_count(1)
        expect(page.page.get_by_text("displayed", exact=True)).to_have_count(1)
    page.assert_no_errors()
    page.assert_not_reloaded()


def test_a_restart_leaves_no_worker_behind(pyscript, serve, new_page):
    pyscript.create(
        {
            **FILES,
            "program.py": """\
from pyscript import PyWorker, create_named_worker, document, window

interpreter = f"{window.location.origin}/pyodide/pyodide.mjs"
other = PyWorker("./answer.py", type="pyodide", version=interpreter)
named = await create_named_worker("./answer.py", "named", {"interpreter": interpreter})
print("starts, run 1")
document.querySelector("#out").textContent = f"run 1 {await named.answer()}"
""",
            "answer.py": "def answer():\n    return 42\n\n\n__export__ = ['answer']\n",
            "index.html": WORKER_PAGE.replace(' worker src="./worker.py"', ' src="./program.py"'),
        }
    )
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "run 1 42")
    running = page.page.workers

    for run in (2, 3):
        program = pyscript.read("program.py").replace(f"run {run - 1}", f"run {run}")
        pyscript.write("program.py", program)
        wait_until_applied(page, "/program.py", times=run - 1)
        page.text("#out", f"run {run} 42")
        page.wait_for_workers(running, kept=1)  # the one with a name runs on
        running = page.page.workers
    page.assert_no_errors()
    page.assert_not_reloaded()
