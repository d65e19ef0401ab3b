"""Runs pytest, tries what failed once more, and counts what the reports hold."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from scripts import terminal
from scripts.environment import PYTHON
from scripts.terminal import ROOT, Step, StepFailedError

REPORTS = ROOT / "build" / "reports"  # test-results/ is pytest-playwright's, which empties it
_CACHE = ROOT / "build" / "pytest-cache"

# A second try tells a test that is unsure from one that is wrong. More failures than this are no
# accident, and get none.
_SECOND_TRIES = 3
_AGAIN = "-again"


@dataclass(frozen=True)
class Counts:
    """How many tests ended how, over all reports.

    Attributes:
        unsure: the tests that failed, and passed when they were run once more.
    """

    passed: int
    failed: int
    skipped: int
    unsure: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run_pytest(
    name: str, *args: str, env: dict[str, str] | None = None, second_try: bool = False
) -> None:
    """Run pytest, one process a core.

    Args:
        name: what the step is called, and its report.
        args: the rest of pytest's command line. An option here wins, so `-n 0` (with --headed, say)
            does.
        env: variables set on top of the present ones.
        second_try: Run up to three failed tests once more, alone. Those that pass then fail
            nothing, but stay in the output and are named at the end.

    Raises:
        StepFailedError: a test failed, also in its second try.
    """
    report = _report(name)
    report.unlink(missing_ok=True)
    # A file's tests in one process: they share servers and browsers.
    spread = ["-n", "auto", "--dist", "loadfile"]
    shutil.rmtree(_CACHE, ignore_errors=True)
    try:
        _run(name, report, *spread, *args, env=env)
    except StepFailedError:
        if not (second_try and 0 < len(_failed(report)) <= _SECOND_TRIES):
            raise
    else:
        return
    again = f"{name}{_AGAIN}"
    _run(again, _report(again), *args, "-n", "0", "--last-failed", env=env)


def count() -> Counts:
    """Return the sum over all reports."""
    passed = failed = skipped = 0
    unsure: set[str] = set()
    for report in REPORTS.glob("*.xml"):
        if report.stem.endswith(_AGAIN):
            continue  # the same tests as in the first report
        again = report.with_stem(f"{report.stem}{_AGAIN}")
        bad = _failed(report)
        still_bad = _failed(again) if again.exists() else bad
        skips = _skipped(report)
        unsure |= bad - still_bad
        failed += len(still_bad)
        skipped += len(skips)
        passed += len(_tests(report)) - len(still_bad) - len(skips)
    return Counts(passed, failed, skipped, tuple(sorted(unsure)))


def say_unsure(tests: tuple[str, ...]) -> None:
    """Print the tests that passed in their second try only: each is a defect to be looked into."""
    for test in tests:
        print(f"  {terminal.paint('!', '33')} passed in its second try only: {test}")


def _run(name: str, report: Path, *args: str, env: dict[str, str] | None) -> None:
    options = [f"--junitxml={report}", "-o", f"cache_dir={_CACHE}"]
    with Step(name, streams=True) as step:
        step.stream([PYTHON, "-m", "pytest", *options, *args], env=env)


def _report(name: str) -> Path:
    return REPORTS / f"{name.replace(' ', '-')}.xml"


def _failed(report: Path) -> set[str]:
    return _tests(report, "failure") | _tests(report, "error")


def _skipped(report: Path) -> set[str]:
    return _tests(report, "skipped") - _failed(report)


def _tests(report: Path, outcome: str = ".") -> set[str]:
    """Return the tests of a report that have an outcome; each once, though its end may fail too."""
    if not report.exists():
        return set()  # pytest did not come that far
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314  # pytest's own file
    return {
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find(outcome) is not None
    }
