"""A tab of a real Chromium, and what a user would look at in it."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Worker, expect

from e2e.harness.process import PATIENCE_S

CONNECTED = "[hmr] connected."
OVERLAY = "vite-error-overlay"

_PATIENCE_MS = 60_000
_THERE_YET = """
(argument) => {
  try {
    return ((found) => (typeof found === "function" ? found(argument) : found))(%s);
  } catch (error) {
    // an element of a page that is still being parsed
    if (!error.message.includes("Cannot read properties of null")) throw error;
  }
}
"""
expect.set_options(timeout=_PATIENCE_MS)


class HotPage:
    """One page of the dev server.

    Attributes:
        page: Playwright's page, for everything that is not here.
        console: the lines of its console so far, over all its loads.
        errors: exceptions that nobody caught in it, over all its loads.
        loads: how often it has been loaded.
        frames: what has come in over its sockets, whether or not Python has seen it.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.console: list[str] = []
        self.errors: list[str] = []
        self.loads = 0
        self.frames: list[str | bytes] = []
        self._expected_loads = 0
        page.set_default_timeout(_PATIENCE_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", lambda socket: socket.on("framereceived", self._on_frame))
        page.on("domcontentloaded", lambda _: self._on_load())

    def open(self, url: str, *, until_ready: bool = True) -> "HotPage":
        """Load a URL; the page is ready when Python handles its hot updates."""
        self.page.goto(url, wait_until="commit")
        self._expected_loads += 1
        if until_ready:
            self.wait_for_console(CONNECTED)
        return self

    def text(self, selector: str, expected: str) -> None:
        """Wait until an element shows a text."""
        expect(self.page.locator(selector)).to_have_text(expected)

    def css(self, selector: str, name: str, expected: str) -> None:
        """Wait until an element has a computed style."""
        expect(self.page.locator(selector)).to_have_css(name, expected)

    def wait_for(self, expression: str, argument: Any = None) -> None:
        """Wait until a JavaScript expression is true; what it reads may not be in the page yet.

        Playwright would end the wait with what the expression throws, and sometimes the page tells of it, too,
        as of an error that nobody caught.
        """
        self.page.wait_for_function(_THERE_YET % expression, arg=argument)

    def wait_until(self, is_so: Callable[[], bool], found: Callable[[], object]) -> None:
        """Wait until a function returns true, where no event of the page tells.

        Args:
            found: Returns what there is in its place, for the failure.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, found()
            self.page.wait_for_timeout(
                20
            )  # Playwright handles events of workers and sockets meanwhile

    def value(self, expression: str) -> Any:
        """The present value of a JavaScript expression."""
        return self.page.evaluate(expression)

    def wait_for_workers(self, before: Sequence[Worker], *, kept: int) -> None:
        """Wait until there are as many workers as before, and so many of them the same."""

        def are_there() -> bool:
            now = self.page.workers
            return len(now) == len(before) and len(set(now) & set(before)) == kept

        self.wait_until(are_there, lambda: [worker.url for worker in self.page.workers])

    def wait_for_console(self, line: str, *, times: int = 1) -> None:
        """Wait until the console has a line `times` times, counted from the first load."""
        while self.console.count(line) < times:
            try:
                self.page.wait_for_event("console", lambda message: message.text == line)
            except Exception as error:
                error.add_note(f"missing in the console: {line!r}")
                raise

    def wait_for_console_with(self, words: str) -> None:
        """Wait until the console has a line that holds some words."""
        while not any(words in line for line in self.console):
            self.page.wait_for_event("console", lambda message: words in message.text)

    def wait_for_payload(self, type_: str, *, times: int = 1) -> None:
        """Wait until a payload of a type has come in `times` times, counted from the first load."""
        self.wait_until(
            lambda: sum(json.loads(frame)["type"] == type_ for frame in self.frames) >= times,
            lambda: f"no {type_} came in: {self.frames}",
        )

    def wait_for_load(self, *, until_ready: bool = True) -> None:
        """Wait until the page has been loaded once more, and is ready."""
        self._expected_loads += 1
        while self.loads < self._expected_loads:
            self.page.wait_for_event("domcontentloaded")
        if until_ready:
            self.wait_for_console(CONNECTED, times=self._expected_loads)

    def assert_not_reloaded(self) -> None:
        """The page is the very one that was opened, or last waited for."""
        self.page.evaluate("0")  # whatever it has said before its answer is known now
        assert self.loads == self._expected_loads, "\n".join(["it was reloaded", *self.console])

    def assert_no_errors(self) -> None:
        """Nothing was thrown in the page that nobody caught."""
        assert not self.errors, "\n".join(self.errors)

    @property
    def overlay(self) -> Locator:
        return self.page.locator(OVERLAY)

    def _on_console(self, message: ConsoleMessage) -> None:
        self.console.append(message.text)

    def _on_frame(self, frame: str | bytes) -> None:
        self.frames.append(frame)

    def _on_load(self) -> None:
        self.loads += 1

    def report(self) -> str:
        """What happened in the page, for a failed test."""
        lines = [f"URL: {self.page.url}", f"loads: {self.loads}", "console:", *self.console]
        if self.errors:
            lines += ["errors:", *map(json.dumps, self.errors)]
        return "\n".join(lines)
