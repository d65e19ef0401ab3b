"""What a module of a PyScript page leaves behind goes with it, in the page and in a worker."""

import pytest

from e2e.test_pyscript_workers import ISOLATED, PAGE

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
from pyscript import document, when
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
task = asyncio.create_task(work())
""",
}


@pytest.mark.parametrize("where", ["", " worker"], ids=["page", "worker"])
def test_a_hundred_runs_leave_nothing_behind(where, pyscript, serve, new_page):
    body = PAGE.replace(' worker src="./worker.py"', f'{where} src="./main.py"').replace(
        "<p", '<button id="again"></button><button id="count"></button><p'
    )
    pyscript.create({**FILES, "index.html": body})
    page = new_page().open(serve(pyscript).url, until_ready=False)
    page.text("#out", "ready")
    page.page.click("#count")
    page.wait_for("document.querySelector('#out').textContent.includes('clicks')")
    before = page.page.text_content("#out")

    page.page.click("#again")
    page.text("#out", f"runs {RUNS}, proxies same")

    page.page.click("#count")
    page.wait_for("document.querySelector('#out').textContent.includes('clicks')")
    listeners, _, clicks = page.page.text_content("#out").partition(", ")
    # one by the event; the click itself comes after this text now: its listener is the newest
    assert (listeners, clicks) == (before.partition(", ")[0], "clicks 3"), before
    page.assert_no_errors()
