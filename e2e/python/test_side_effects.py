"""What a module leaves in the page goes with the module, and nothing is doubled."""

import re

import pytest
from playwright.sync_api import expect

from e2e.harness.project import html

PAGE = html(
    head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
    body='<button id="add">add</button><ul id="list"></ul><p id="out"></p>',
    modules=(),
)
MAIN = """\
import hmr_client
from js import window
from hmr_client.module_runner.hot import active_runner
from pyodide.ffi import create_proxy

import effects


def counts():
    ledger = active_runner().ledger
    return " ".join(f"{kind}={n}" for kind, n in sorted(ledger.counts().items()))


window.counts = create_proxy(counts)
"""
EFFECTS = """\
import asyncio
import hmr_client
from js import document, window, setInterval, setTimeout
from pyodide.ffi import create_proxy
from pyodide.ffi.wrappers import add_event_listener, set_interval, set_timeout

hot = hmr_client.hot(__name__)
hot.accept()
RUN = 0
button = document.querySelector("#add")


def clicked(event):
    window.clicks = getattr(window, "clicks", 0) + 1


def resized(event):
    window.resizes = getattr(window, "resizes", 0) + 1


def ticked():
    window.ticks = getattr(window, "ticks", 0) + 1


async def work():
    while True:
        await asyncio.sleep(0.005)


def node(text):
    item = document.createElement("li")
    item.textContent = text
    return item


add_event_listener(button, "click", clicked)
resize_proxy = create_proxy(resized)
window.addEventListener("resize", resize_proxy)
set_interval(ticked, 50)
set_timeout(ticked, 100_000)
setInterval(create_proxy(ticked), 50)
setTimeout(create_proxy(ticked), 100_000)
task = asyncio.ensure_future(work())
document.querySelector("#list").append(node("appended"))
document.body.appendChild(node("below"))
window.run = RUN
"""
PROJECT = {"index.html": PAGE, "main.py": MAIN, "effects.py": EFFECTS}


@pytest.fixture
def app(project, serve, open_page):
    project.create(PROJECT)
    page = open_page(serve(project).url)
    page.wait_for("window.counts !== undefined")
    return page


def rerun(page, project, number):
    project.write("effects.py", re.sub(r"RUN = \d+", f"RUN = {number}", EFFECTS) + f"# {number}\n")
    page.wait_for("number => window.run === number", number)


def test_nothing_is_doubled_when_a_module_is_run_again(app, project):
    app.page.click("#add")
    app.wait_for("window.clicks === 1")
    before = app.value("window.counts()")
    assert before == "listener=2 node=2 proxy=7 task=1 timer=4", before

    rerun(app, project, 1)
    rerun(app, project, 2)

    app.page.click("#add")
    app.wait_for("window.clicks === 2")
    app.value("window.dispatchEvent(new Event('resize'))")
    assert app.value("window.resizes") == 1
    assert app.value("window.counts()") == before
    expect(app.page.locator("li")).to_have_count(2)
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_a_thousand_runs_leave_nothing_behind(app, project):
    result = app.page.evaluate(
        """async () => {
            const { ready } = await import("/@hmr/client");
            const pyodide = await ready;
            const proxies = () => pyodide._module.pyproxy_alloc_map.size;
            const tables = () => pyodide.runPython(`
                from pyodide.ffi import wrappers
                len(wrappers.EVENT_LISTENERS) + len(wrappers.TIMEOUTS) + len(wrappers.INTERVAL_CALLBACKS)`);
            pyodide._module.enable_pyproxy_allocation_tracing();
            const source = await (await fetch("/effects.py")).text();
            const update = pyodide.runPython(`
                import hmr_browser.start
                from hmr_client.wire.payloads import PyUpdate
                path = "/effects.py"
                async def update(source):
                    update = PyUpdate(path=path, accepted_path=path, timestamp=0, source=source)
                    applied, = await hmr_browser.start.running.python.update([update])
                    assert applied.error is None, applied.error
                update`);
            const run = async (i) => {
                const running = update(source.replace("RUN = 0", `RUN = ${i + 1}`) + `#${i}`);
                await running;
                running.destroy();
            };
            for (let i = 0; i < 20; i++) await run(i);
            const before = [window.counts(), proxies(), tables(), document.querySelectorAll("li").length];
            for (let i = 20; i < 1000; i++) await run(i);
            const after = [window.counts(), proxies(), tables(), document.querySelectorAll("li").length];
            return { before, after, run: window.run };
        }"""
    )

    assert result["run"] == 1000
    assert result["after"][0] == result["before"][0]
    assert result["after"][1] <= result["before"][1] + 5
    assert result["after"][2:] == result["before"][2:]
    app.page.click("#add")
    app.wait_for("window.clicks === 1")
    app.assert_no_errors()


def test_a_failed_run_brings_everything_back(app, project):
    before = app.value("window.counts()")

    project.write("effects.py", EFFECTS.replace("RUN = 0", "RUN = 1") + "\n1 / 0\n")
    expect(app.overlay).to_be_visible()
    app.page.keyboard.press("Escape")

    app.page.click("#add")
    app.wait_for("window.clicks === 1")
    app.value("window.dispatchEvent(new Event('resize'))")
    assert app.value("window.resizes") == 1
    assert app.value("window.counts()") == before
    expect(app.page.locator("#list > li")).to_have_text("appended")
    assert app.value("document.body.lastElementChild.textContent") == "below"


def test_a_module_can_keep_what_it_makes(project, serve, open_page):
    source = '__hmr_keep__ = ("node", "listener")\n' + EFFECTS
    project.create({**PROJECT, "effects.py": source})
    page = open_page(serve(project).url)
    page.wait_for("window.counts !== undefined")
    assert "listener" not in page.value("window.counts()")
    expect(page.page.locator("li")).to_have_count(2)

    project.write("effects.py", source.replace("RUN = 0", "RUN = 1") + "#")
    page.wait_for("window.run === 1")

    expect(page.page.locator("li")).to_have_count(4)


def test_what_a_module_takes_back_itself_is_forgotten(project, serve, open_page):
    project.create(
        {
            **PROJECT,
            "effects.py": """\
from js import document, window, setTimeout, clearTimeout
from pyodide.ffi import create_proxy
from pyodide.ffi.wrappers import add_event_listener, remove_event_listener, set_timeout

button = document.querySelector("#add")


def once(event=None):
    window.once = getattr(window, "once", 0) + 1


add_event_listener(button, "click", once)
remove_event_listener(button, "click", once)
proxy = create_proxy(once)
window.addEventListener("resize", proxy)
window.removeEventListener("resize", proxy)
clearTimeout(setTimeout(proxy, 100_000))
set_timeout(once, 0)
""",
        }
    )
    page = open_page(serve(project).url)
    page.wait_for("window.once === 1 && window.counts !== undefined")

    assert re.fullmatch(r"proxy=\d", page.value("window.counts()"))
    page.assert_no_errors()


GOES_ON = """\
import hmr_client
from js import BroadcastChannel, MutationObserver, WebSocket, Worker, document, location, window
from pyodide.ffi import create_proxy

hmr_client.hot(__name__).accept()


def heard(event):
    window.heard = getattr(window, "heard", 0) + 1


def seen(records, observer):
    window.seen = getattr(window, "seen", 0) + 1


def closed(event):
    window.gone = getattr(window, "gone", 0) + 1


worker = Worker.new("/worker.js")
Worker.new("/worker.js").terminate()
channel = BroadcastChannel.new("news")
channel.onmessage = create_proxy(heard)
BroadcastChannel.new("other").close()
observer = MutationObserver.new(create_proxy(seen))
observer.observe(document.querySelector("#list"), childList=True)
socket = WebSocket.new(f"ws://{location.host}/", "vite-ping")  # the server closes it
socket.onclose = create_proxy(closed)
window.run = 0
"""


def test_what_goes_on_by_itself_ends_with_the_module_that_made_it(project, serve, open_page):
    worker = "self.onmessage = () => {};"
    project.create({**PROJECT, "effects.py": GOES_ON, "worker.js": worker})
    page = open_page(serve(project).url)
    page.wait_for("window.counts !== undefined")
    counts = "connection=1 observer=1 proxy=4 worker=1"
    page.wait_for("window.gone === 1")
    assert page.value("window.counts()") == counts
    running = page.page.workers

    for run in (1, 2):
        project.write("effects.py", GOES_ON.replace("run = 0", f"run = {run}"))
        page.wait_for(f"window.run === {run} && window.gone === {run + 1}")
        page.wait_for_workers(running, kept=0)
        running = page.page.workers
        page.value("new BroadcastChannel('news').postMessage(1)")
        page.value("document.querySelector('#list').append('x')")
        page.wait_for(f"window.heard === {run} && window.seen === {run}")
        assert page.value("window.counts()") == counts
    page.assert_no_errors()


VIEWS = """\
from js import document, window
from pyodide.ffi.wrappers import add_event_listener


class View:
    pass


view = View()


def clicked(event):
    window.clicks = getattr(window, "clicks", 0) + 1


def build(title):
    heading = document.createElement("h2")
    heading.textContent = title
    document.body.append(heading)
    add_event_listener(document.querySelector("#add"), "click", clicked)
"""


def test_what_a_statement_does_through_another_module_is_not_doubled(project, serve, open_page):
    main = """\
import gc

import names
import views
from js import window
from pyodide.ffi import create_proxy


def alive():
    gc.collect()
    return sum(type(x).__name__ == "View" for x in gc.get_objects())


window.alive = create_proxy(alive)
views.build(names.TITLE)
window.run = 0
"""
    files = {"names.py": "TITLE = 'one'\n", "views.py": VIEWS, "main.py": main}
    project.create({"index.html": PAGE, **files})
    page = open_page(serve(project).url)
    heading = page.page.locator("h2")
    expect(heading).to_have_text("one")

    project.edit("names.py", "one", "two")  # the statement alone runs again
    expect(heading).to_have_text("two")
    page.page.click("#add")
    assert page.value("window.clicks") == 1

    for run in (1, 2):
        project.edit("main.py", f"run = {run - 1}", f"run = {run}")
        page.wait_for(f"window.run === {run}")
        expect(heading).to_have_text("two")
        page.page.click("#add")
        assert page.value("window.clicks") == 1 + run
        page.wait_for("window.alive() === 1")
    page.assert_no_errors()
    page.assert_not_reloaded()


HANDLERS = """\
from js import document, window
from pyodide.ffi import create_proxy


def count(event):
    window.calls = getattr(window, "calls", 0) + 1


document.querySelector("#add").onclick = count
window.onresize = create_proxy(count)
document.querySelector("#out").textContent = "run 1"
"""


def test_handler_properties_go_with_the_module_that_set_them(project, serve, open_page):
    project.create({"index.html": PAGE, "main.py": HANDLERS})
    page = open_page(serve(project).url)

    def calls_of_a_click_and_a_resize():
        return page.value(
            "(window.calls = 0, document.querySelector('#add').click(),"
            " window.dispatchEvent(new Event('resize')), window.calls)"
        )

    page.text("#out", "run 1")
    assert calls_of_a_click_and_a_resize() == 2

    project.edit("main.py", "run 1", "run 2")
    page.text("#out", "run 2")
    assert calls_of_a_click_and_a_resize() == 2

    project.edit("main.py", 'textContent = "run 2"', "textContent = missing")
    expect(page.overlay).to_contain_text("NameError")
    assert calls_of_a_click_and_a_resize() == 2  # the old ones are back

    gone = HANDLERS.replace('document.querySelector("#add").onclick = count\n', "")
    gone = gone.replace("window.onresize = create_proxy(count)\n", "").replace("run 1", "run 3")
    project.write("main.py", gone)
    page.text("#out", "run 3")
    assert calls_of_a_click_and_a_resize() == 0
    assert page.value("document.querySelector('#add').onclick === null && onresize === null")
    page.assert_not_reloaded()


def test_an_object_may_clean_up_after_its_module_is_gone(project, serve, open_page):
    project.create(
        {
            "index.html": PAGE,
            "main.py": """\
from js import document
from pyodide.ffi import create_proxy
from pyodide.ffi.wrappers import add_event_listener, remove_event_listener

button = document.querySelector("#add")


class View:
    def __init__(self, text):
        self.proxy = create_proxy(self.clicked)
        add_event_listener(button, "click", self.clicked)
        document.querySelector("#out").textContent = text

    def clicked(self, event):
        event.target.title += "x"

    def __del__(self):
        remove_event_listener(button, "click", self.clicked)
        self.proxy.destroy()
        print("cleaned up")


view = View("run 1")
view.itself = view
""",
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "run 1")

    project.edit("main.py", 'View("run 1")', 'View("run 2")')
    page.text("#out", "run 2")
    project.edit("main.py", "view.itself = view\n", "import gc\n\ngc.collect()\n")
    page.wait_for_console_with("cleaned up")

    page.page.click("#add")
    page.wait_for("document.querySelector('#add').title === 'x'")
    assert not [line for line in page.console if "Error" in line or "ignored" in line], page.console
    page.assert_not_reloaded()
