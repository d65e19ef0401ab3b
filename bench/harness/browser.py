"""The Chromium that is measured in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from e2e.harness.chromium import FLAGS, chosen_chromium
from scripts.chromium import find_chromium


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium: the one that the tests run in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def profile(folder: Path) -> Iterator[BrowserContext]:
    """The same with a profile on disk, where what pages load is kept as it is for a user.

    Args:
        folder: Where.
    """
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=_executable(), args=FLAGS
        )
        yield context
        context.close()


def _executable() -> str | Path:
    """`HMR_CHROMIUM`, else what the tests find, or get, on this machine."""
    return chosen_chromium() or find_chromium()
