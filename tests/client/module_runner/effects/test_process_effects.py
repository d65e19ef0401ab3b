"""What a process has one of, and a restart does not make again: neither doubled nor left behind."""

from __future__ import annotations

import atexit
import logging
import signal
import sys
import warnings

import pytest

from ..application import drive, running

LOGGER = "tests.process_effects"


def handlers() -> list[int]:
    return [handler.level for handler in logging.getLogger(LOGGER).handlers]


def paths() -> list[str]:
    return [path for path in sys.path if "nowhere" in path]


def filters() -> list[str]:
    return [x[0] for x in warnings.filters if x[1] is not None and "nowhere" in x[1].pattern]


def exits() -> list[int]:
    calls: list[int] = []
    sys.exits = calls  # type: ignore[attr-defined]
    atexit._run_exitfuncs()  # nothing else shows what is registered
    return calls


HANDLER = f"import logging\nN = 1\nh = logging.NullHandler(N)\nlogging.getLogger('{LOGGER}').addHandler(h)\n"
SETUP = f"import logging\nN = 1\ndef setup():\n    log = logging.getLogger('{LOGGER}')\n    log.addHandler(logging.NullHandler(N))\nsetup()\n"


@pytest.mark.parametrize(
    ("source", "old", "new", "look", "expected"),
    [
        (HANDLER, "N = 1", "N = 2", handlers, [2]),
        (HANDLER, "NullHandler(N)", "NullHandler(5)", handlers, [5]),
        (HANDLER + "print('x', end='')\n", "'x'", "'y'", handlers, [1]),  # a restart
        (SETUP, "N = 1", "N = 2", handlers, [2]),
        ("import sys\nsys.path.append('/nowhere/a')\n", "/a", "/b", paths, ["/nowhere/b"]),
        ("import sys\nsys.path.append('/nowhere/a')\nX = 1\n", "sys.path.append('/nowhere/a')\n", "", paths, []),
        (
            "import warnings\nwarnings.filterwarnings('ignore', message='nowhere')\n",
            "'ignore'", "'error'", filters, ["error"],
        ),
        ("import atexit, sys\nN = 1\n@atexit.register\ndef f(x=N): sys.exits.append(x)\n", "N = 1", "N = 2", exits, [2]),
        (
            "import atexit, sys\ndef f(): sys.exits.append(1)\natexit.register(f)\nX = 1\n",
            "atexit.register(f)\n", "", exits, [],
        ),
    ],
)  # fmt: skip
@drive
async def test_what_is_registered_with_the_process_is_there_once(source, old, new, look, expected):
    async with running(m=source) as app:
        for _ in range(2):
            await app.edit("m.py", old, new)
            assert look() == expected
            await app.good(m=source)
        assert len(look()) == 1
        atexit._clear()  # a runner leaves them for the end of the process


@drive
async def test_a_module_that_a_statement_imports_keeps_what_it_has_registered():
    source = "import importlib\nN = 1\nM = importlib.import_module('inner')\n"
    async with running(m=source, inner="import sys\nsys.path.append('/nowhere/inner')\n") as app:
        await app.edit("m.py", "'inner')", "'inner' * N)")
        assert paths() == ["/nowhere/inner"]


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="there are no such signals")
@drive
async def test_a_signal_handler_goes_with_its_statement():
    source = "import signal\ndef f(*a): pass\nsignal.signal(signal.SIGUSR1, f)\n"
    before = signal.getsignal(signal.SIGUSR1)
    async with running(m=source) as app:
        assert signal.getsignal(signal.SIGUSR1) is app["m.py"].f
        await app.good(m="import signal\ndef f(*a): pass\n")
        assert signal.getsignal(signal.SIGUSR1) is before


@drive
async def test_exit_functions_outlive_the_runner():
    async with running(m="import atexit, sys\n@atexit.register\ndef f(): sys.exits.append(1)\n"):
        pass
    assert exits() == [1]
