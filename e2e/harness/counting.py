"""What the programs that count clicks have in common: a button `#add`, and what `#out` says."""

import re

from e2e.harness.hot_page import HotPage


def click(page: HotPage, expected: str | re.Pattern[str]) -> None:
    """Click, and see what the handler has made of it."""
    page.page.click("#add")
    page.text("#out", expected)


def wait_until_applied(page: HotPage, path: str, times: int = 1, prefix: str = "[hmr]") -> None:
    """Wait until the console has said that an update of a Python module is applied."""
    pattern = re.compile(rf"{re.escape(prefix)} hot updated: {re.escape(path)} ")
    while len([line for line in page.console if pattern.match(line)]) < times:
        page.page.wait_for_event("console", lambda message: bool(pattern.match(message.text)))
