"""The one line that says what became of an update."""

import pytest

from hmr_browser.python.badge import headline, plan_lines
from hmr_client.module_runner import Report, Step, Tier


def report(*steps, running=0):
    return Report(steps=list(steps), milliseconds=4.2, running=running)


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        ([Step("/m.py", Tier.PATCH, "bodies", ("f",))], "updated f in 4 ms · state kept"),
        (
            [Step("/m.py", Tier.PATCH, "", ("f", "g")), Step("/n.py", Tier.PATCH, "", ("h",))],
            "updated f and 2 more in 4 ms · state kept",
        ),
        ([Step("/m.py", Tier.PATCH, "comments")], "updated line numbers in 4 ms · state kept"),
        (
            [Step("/m.py", Tier.PATCH, "", ("f",)), Step("/a/n.py", Tier.RERUN, "")],
            "ran a/n.py again in 4 ms",
        ),
        (
            [Step("/main.py", Tier.RESTART, "/home/pyodide/main.py: a statement changed")],
            "restarted in 4 ms, in the page as it is: main.py: a statement changed",
        ),
        ([Step("/main.py", Tier.RELOAD, "it failed twice")], "reloading: it failed twice"),
    ],
)
def test_headlines(steps, line):
    assert headline(report(*steps)) == line


def test_a_coroutine_that_runs_on_is_said_where_all_would_seem_well():
    step = Step("/m.py", Tier.PATCH, "bodies", ("loop",))

    assert (
        headline(report(step, running=1))
        == "updated loop in 4 ms · 1 coroutine runs on with its old code"
    )


def test_the_plan_has_a_line_a_module():
    steps = (
        Step("/m.py", Tier.PATCH, "definitions changed", ("f", "g")),
        Step("/n.py", Tier.RERUN, "x"),
    )

    assert plan_lines(report(*steps, running=2)) == [
        "m.py: patch, definitions changed (f, g)",
        "n.py: re-run, x",
        "2 coroutines run on with their old code",
    ]


def test_a_restart_says_what_it_does_not_take_back():
    lines = plan_lines(report(Step("/main.py", Tier.RESTART, "x")))

    assert lines[0] == "main.py: soft restart, x"
    assert "event handlers" in lines[1]
