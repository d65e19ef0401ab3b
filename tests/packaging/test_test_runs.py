"""What CI counts: a test that passes in its second try is no failure, and is named."""

from pathlib import Path

import pytest

from scripts import test_runs
from scripts.test_runs import Counts, count

CASE = '<testcase classname="c" name="{}">{}</testcase>'
SUITE = "<testsuites><testsuite>{}</testsuite></testsuites>"
FAILED, AT_ITS_END, SKIPPED = "<failure/>", "<error/>", "<skipped/>"


def write(path: Path, **outcomes: str) -> None:
    cases = (CASE.format(name, outcome) for name, outcome in outcomes.items())
    path.write_text(SUITE.format("".join(cases)))


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(test_runs, "REPORTS", tmp_path)
    return tmp_path


def test_each_test_counts_once(reports: Path) -> None:
    write(reports / "unit-tests.xml", good="", left_out=SKIPPED, bad=FAILED + AT_ITS_END)
    write(reports / "core.xml", other="")
    assert count() == Counts(passed=2, failed=1, skipped=1, unsure=())


@pytest.mark.parametrize(
    ("second", "counts"),
    [
        ({"a": "", "b": ""}, Counts(3, 0, 0, ("c::a", "c::b"))),
        ({"a": "", "b": AT_ITS_END}, Counts(2, 1, 0, ("c::a",))),
    ],
)
def test_the_second_try_counts(reports: Path, second: dict[str, str], counts: Counts) -> None:
    write(reports / "e2e.xml", good="", a=FAILED, b=AT_ITS_END)
    write(reports / "e2e-again.xml", **second)
    assert count() == counts
