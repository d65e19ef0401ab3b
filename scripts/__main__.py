"""`python -m scripts COMMAND`: what each target of the Makefile runs."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts import terminal
from scripts.chromium import find_chromium
from scripts.environment import LOCK, PYTHON, make_environment, make_venv
from scripts.floors import FLOOR_TESTS, install_floors
from scripts.lock import write_lock
from scripts.stamps import VENV
from scripts.terminal import ROOT, Step, StepFailedError
from scripts.test_in_pyodide import find_pyodide, run_in_pyodide
from scripts.test_runs import REPORTS, count, run_pytest, say_unsure
from scripts.wheels import Wheels, build_wheels, install_library, install_wheels

_BIN = VENV / "bin"
_PYTHON_CODE = ["hmr_client", "browser", "server", "scripts", "tests", "e2e", "bench", "examples"]
_TYPED_CODE = ["hmr_client", "browser/hmr_browser", "server/hmr_server", "scripts"]
_REMADE = [
    *("build", "dist", "test-results", ".venv", ".hypothesis"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"),
]


def demo(args: Sequence[str]) -> None:
    """Start the dev server on the demo page."""
    terminal.title("hmr demo")
    make_environment(with_tests=False)
    print(flush=True)
    # The server takes this process over: Ctrl-C and its exit code are its own.
    os.chdir(ROOT)
    os.execv(_BIN / "hmr-server", ["hmr-server", str(ROOT), *args])  # noqa: S606  # our own program


def test(args: Sequence[str]) -> None:
    """Run everything that CI runs."""
    terminal.title("hmr test")
    started = time.monotonic()
    make_environment(with_tests=True)
    chromium = find_chromium()
    shutil.rmtree(REPORTS, ignore_errors=True)

    failures: list[str] = []

    def attempt(name: str, check: Callable[[], None]) -> None:
        # A failed check does not hide what the next ones have to say.
        try:
            check()
        except StepFailedError as error:
            terminal.explain(error)
            failures.append(name)

    attempt("lint", _lint)
    attempt("types", _types)
    attempt("layering", _layering)
    wheels = build_wheels()
    clean_python = install_wheels(wheels)
    asgi_python = install_library(wheels)
    with Step("Pyodide") as step:
        pyodide = find_pyodide(step)
        step.say(str(pyodide))
    variables = {
        "HMR_CHROMIUM": str(chromium),
        "HMR_E2E_PYTHON": str(clean_python),
        "HMR_ASGI_PYTHON": str(asgi_python),
        "HMR_WHEELS": str(wheels.client.parent),
    }
    attempt("unit tests", lambda: run_pytest("unit tests", "tests", env=variables, second_try=True))
    attempt("floors", lambda: _at_the_floors(wheels))
    attempt("core in Pyodide", lambda: run_in_pyodide(wheels.client, pyodide, REPORTS))
    attempt("e2e", lambda: run_pytest("e2e", "e2e", *args, env=variables, second_try=True))

    took = terminal.seconds(time.monotonic() - started)
    counts = count()
    print(f"\n{counts}")
    say_unsure(counts.unsure)
    if failures:
        raise StepFailedError(f"Failed after {took}: {', '.join(failures)}")
    print(f"{terminal.bold('All good')} {terminal.dim(f'in {took}')}")


def unit(args: Sequence[str]) -> None:
    """Run the unit tests alone; the rest of the command line goes to pytest."""
    make_environment(with_tests=True)
    run_pytest("unit tests", *(args or ["tests"]))


def e2e(args: Sequence[str]) -> None:
    """Run the end-to-end tests alone, on the working copy instead of the wheels."""
    make_environment(with_tests=True)
    chromium = find_chromium()
    variables = {"HMR_CHROMIUM": str(chromium), "HMR_E2E_PYTHON": str(PYTHON)}
    run_pytest("e2e", *(args or ["e2e"]), env=variables)


def fuzz(args: Sequence[str]) -> None:
    """Look for inputs that readers and access rules can't take, for longer than CI does."""
    make_environment(with_tests=True)
    variables = {"HMR_FUZZ_EXAMPLES": os.environ.get("HMR_FUZZ_EXAMPLES", "20000")}
    run_pytest("fuzz", *(args or ["tests/fuzz"]), env=variables)


def lock(_: Sequence[str]) -> None:
    """Write a new lock file, with the newest versions that fit."""
    terminal.title("hmr lock")
    with Step("lock") as step:
        make_venv(step, VENV)
        write_lock(step)
        step.say(LOCK.name)


def soak(args: Sequence[str]) -> None:
    """Draw random edits and faults in a real browser, for the seconds given (an hour)."""
    make_environment(with_tests=True)
    seconds = args[0] if args else "3600"
    variables = {
        "HMR_CHROMIUM": str(find_chromium()),
        "HMR_E2E_PYTHON": str(PYTHON),
        "HMR_SOAK_SECONDS": seconds,
    }
    run_pytest("soak", "e2e/test_soak.py", *args[1:], env=variables)


def lint(_: Sequence[str]) -> None:
    """Check style, types and layering."""
    terminal.title("hmr lint")
    make_environment(with_tests=True)
    for check in (_lint, _types, _layering):
        check()


def format_code(_: Sequence[str]) -> None:
    """Let ruff put the code in order."""
    terminal.title("hmr format")
    make_environment(with_tests=True)
    with Step("format") as step:
        step.run([_BIN / "ruff", "check", "--fix-only", "--quiet", *_existing(_PYTHON_CODE)])
        step.say(step.run([_BIN / "ruff", "format", *_existing(_PYTHON_CODE)]).strip())


def bench(args: Sequence[str]) -> None:
    """Measure: updates, loads and starts beside the floor, and the page's first script."""
    terminal.title("hmr bench")
    make_environment(with_tests=True)
    chromium = find_chromium()
    match list(args):
        case []:
            runs = [["compare"], ["first_script"]]
        case [first, *_] as options if first.startswith("-"):
            runs = [["compare", *options]]
        case named:
            runs = [named]
    for name, *options in runs:
        with Step(name, streams=True) as step:
            env = {"HMR_CHROMIUM": str(chromium)}
            step.stream([PYTHON, "-m", f"bench.{name}", *options], env=env)


def clean(_: Sequence[str]) -> None:
    """Remove everything that the other commands have made in this folder."""
    for name in _REMADE:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    print(f"  removed {', '.join(_REMADE)}")


def _lint() -> None:
    with Step("lint") as step:
        paths = _existing(_PYTHON_CODE)
        step.run([_BIN / "ruff", "check", "--quiet", *paths], hint="Most of it: make format")
        step.run([_BIN / "ruff", "format", "--check", *paths], hint="make format")
        step.say("ruff check, ruff format")


def _types() -> None:
    with Step("types") as step:
        step.run([PYTHON, "-m", "mypy", *_existing(_TYPED_CODE)])
        step.say("mypy --strict")


def _layering() -> None:
    with Step("layering") as step:
        step.run([_BIN / "lint-imports"])
        step.say("import-linter")


def _at_the_floors(wheels: Wheels) -> None:
    """Run the tests that use the libraries, with the oldest versions that we allow."""
    python = install_floors(wheels)
    report = REPORTS / "floors.xml"
    with Step("tests at the floors", streams=True) as step:
        step.stream([python, "-m", "pytest", f"--junitxml={report}", *FLOOR_TESTS])


def _existing(paths: Sequence[str]) -> list[Path]:
    return [ROOT / path for path in paths if any((ROOT / path).rglob("*.py"))]


COMMANDS = {
    "demo": demo,
    "test": test,
    "unit": unit,
    "e2e": e2e,
    "soak": soak,
    "fuzz": fuzz,
    "lint": lint,
    "format": format_code,
    "lock": lock,
    "bench": bench,
    "clean": clean,
}


if __name__ == "__main__":
    match sys.argv[1:]:
        case [name, *rest] if name in COMMANDS:
            sys.exit(terminal.main(lambda: COMMANDS[name](rest)))
        case _:
            print(f"usage: python -m scripts {{{','.join(COMMANDS)}}}", file=sys.stderr)
            sys.exit(2)
