"""The Chromium that is measured in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium: `HMR_CHROMIUM`, else Playwright's own."""
    with sync_playwright() as playwright:
        executable = os.environ.get("HMR_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def profile(folder: Path) -> Iterator[BrowserContext]:
    """The same with a profile on disk, where what pages load is kept as it is for a user.

    Args:
        folder: Where.
    """
    with sync_playwright() as playwright:
        executable = os.environ.get("HMR_CHROMIUM")
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=executable, args=FLAGS
        )
        yield context
        context.close()


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
