"""The Chromium that is measured in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from e2e.chromium import FLAGS, chosen_chromium


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium: `HMR_CHROMIUM`, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen_chromium(), args=FLAGS)
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
            folder, executable_path=chosen_chromium(), args=FLAGS
        )
        yield context
        context.close()


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
