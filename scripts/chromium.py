"""A Chromium that starts: Playwright's own, one that is on the machine, or Debian's."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import stamps
from scripts.environment import PYTHON, apt_install
from scripts.terminal import Step, StepFailedError

_ON_MACHINE = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]
_DOWNLOAD_LIMIT_S = 300.0

# Starting it is the one proof: a downloaded browser may lack the system's libraries.
_START = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    executable = sys.argv[1] or playwright.chromium.executable_path
    browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
    print(browser.version, executable, sep="\\n")
    browser.close()
"""


def find_chromium() -> Path:
    """Return a Chromium that Playwright can start, after getting one if there is none.

    `HMR_CHROMIUM` names one to use instead.

    Raises:
        StepFailedError: none could be found or installed.
    """
    with Step("Chromium") as step:
        if chosen := os.environ.get("HMR_CHROMIUM"):
            if found := _start(step, chosen):
                return found
            raise StepFailedError(f"HMR_CHROMIUM={chosen} does not start.")
        if (known := Path(stamps.read("chromium"))).is_file():
            step.say(str(known))
            return known
        step.say("Playwright's own")
        if found := _start(step, "") or _download(step):
            return found
        for candidate in _candidates_on_machine():
            if found := _start(step, candidate):
                return found
        if sys.platform == "linux":
            apt_install(step, "chromium", what="A Chromium")
            if found := _start(step, "/usr/bin/chromium"):
                return found
        raise StepFailedError(
            "No Chromium was found that starts.",
            hint=f"Install Chromium or Chrome, or run: {PYTHON} -m playwright install chromium\n"
            "Another one is used with HMR_CHROMIUM=/path/to/it.",
        )


def _candidates_on_machine() -> Iterator[str]:
    for name in _ON_MACHINE:
        if path := shutil.which(name):
            yield path


def _download(step: Step) -> Path | None:
    step.say("Playwright's own is being downloaded")
    try:
        step.run(
            [PYTHON, "-m", "playwright", "install", "chromium"],
            env={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"},
            timeout=_DOWNLOAD_LIMIT_S,
        )
    except StepFailedError:
        return None  # blocked or offline: the next candidate may do
    return _start(step, "")


def _start(step: Step, executable: str) -> Path | None:
    """Return the browser's path if it starts, and remember it."""
    try:
        output = step.run([PYTHON, "-c", _START, executable], timeout=60, shows_output=False)
    except StepFailedError:
        return None  # the caller has further candidates, and names them all if none starts
    version, path = output.strip().splitlines()[-2:]
    stamps.write("chromium", path)
    step.say(f"{path} ({version})")
    return Path(path)
