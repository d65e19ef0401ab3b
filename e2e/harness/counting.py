"""Programs that count clicks: one of them, and what all have: a button `#add`, and what `#out` says."""

import re

from e2e.harness.hot_page import HotPage
from e2e.harness.project import html

PAGE = html(
    head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
    body='<button id="add">add</button><input id="name" /><p id="out"></p><p id="ticks"></p>',
    modules=(),
)
MAIN = """\
import asyncio

from js import document
from pyodide.ffi.wrappers import add_event_listener

from app import words
from app.shapes import Shape

STATE = {"clicks": 0}
shape = Shape("square")


def show():
    document.querySelector("#out").textContent = words.text(shape, STATE["clicks"])


def on_click(event):
    STATE["clicks"] += 1
    show()


async def tick():
    ticks = 0
    while True:
        ticks += 1
        document.querySelector("#ticks").textContent = ticks
        await asyncio.sleep(0.01)


add_event_listener(document.querySelector("#add"), "click", on_click)
ticking = asyncio.create_task(tick())
show()
"""
FILES = {
    "index.html": PAGE,
    "main.py": MAIN,
    "app/__init__.py": "",
    "app/words.py": """\
GREETING = "one"


def text(shape, clicks):
    return f"{GREETING} {shape.describe()} {clicks}"
""",
    "app/shapes.py": """\
class Shape:
    def __init__(self, name):
        self.name = name

    def describe(self):
        return self.name
""",
}


def click(page: HotPage, expected: str | re.Pattern[str]) -> None:
    """Click, and see what the handler has made of it."""
    page.page.click("#add")
    page.text("#out", expected)


def wait_until_applied(page: HotPage, path: str, times: int = 1, prefix: str = "[hmr]") -> None:
    """Wait until the console has said that an update of a Python module is applied."""
    pattern = re.compile(rf"{re.escape(prefix)} hot updated: {re.escape(path)} ")
    while len([line for line in page.console if pattern.match(line)]) < times:
        page.page.wait_for_event("console", lambda message: bool(pattern.match(message.text)))
