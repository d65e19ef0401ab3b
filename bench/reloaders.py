"""The conformance table against other Python reloaders, each driven as its users use it.

    python bench/reloaders.py                     prints the table
    python bench/reloaders.py --markdown          for the README
    python bench/reloaders.py --only jurigged     one of them, with what it prints

Makes a throw-away environment and installs the peers there (those that can be installed here).
Each runs the same program by its own command, in its own process, with its own watcher; the files
are saved on disk. One edit of everything, a syntax error, an import-time raise and a fix; 28 checks.
What has no watcher gets after each save what its user types. A check that raises has failed.

"State kept" counts the passes where the state of every module (put there while the program ran)
has outlived the save. A reloader that runs the program's entry again holds new objects, so its
checks of held references pass, and the state is lost.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Listener
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.client.module_runner import conformance  # noqa: E402

MAIN = """
from types import SimpleNamespace

import b
import m
from bench import reloaders_probe

VISITS = []

held = SimpleNamespace(
    m=m, b=b, base=m.Base(), sub=m.Sub(), mine=b.Mine(), point=m.Point(4), color=m.Color.BLUE,
    bound=m.Sub().describe, plain=m.plain, decorated=m.decorated, state=m.STATE, Base=m.Base,
)

reloaders_probe.start(globals())
"""
SAVES = (conformance.M2, conformance.SYNTAX_ERROR, conformance.RAISES, conformance.FIXED)
STARTS_WITHIN = 60.0  # seconds


@dataclass
class Reloader:
    """How a user starts a program with it, and what a user types: at the start and after a save."""

    command: list[str]
    package: str | None = None
    first: list[str] = field(default_factory=list)
    after_a_save: list[str] = field(default_factory=list)


SHELL = ["ipython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=nocolor"]
RELOADERS = {
    "this one": Reloader(["python", "-m", "hmr_client.module_runner", "main.py"]),
    "promplate hmr": Reloader(["hmr", "main.py"], "hmr"),
    # -i: the program goes on at a prompt, as a server goes on in its loop
    "jurigged": Reloader(["python", "-m", "jurigged", "-i", "main.py"], "jurigged"),
    # the cell after the import: before it deduperreload does not know the modules' texts
    "IPython deduperreload": Reloader(
        SHELL,
        "ipython",
        ["%load_ext autoreload", "%autoreload 2", "import main", "main.VISITS"],
        ["main.VISITS"],
    ),
    "IPython superreload": Reloader(
        SHELL,
        "ipython",
        ["%load_ext autoreload", "%autoreload 2 --full", "import main", "main.VISITS"],
        ["main.VISITS"],
    ),
    "limeade": Reloader(
        ["python", "-i", "main.py"], "limeade", ["import limeade"], ["limeade.refresh()"]
    ),
    "importlib.reload": Reloader(
        ["python", "-i", "main.py"],
        first=["import importlib"],
        after_a_save=["importlib.reload(m)", "importlib.reload(b)"],
    ),
    "modules dropped from `sys.modules`": Reloader(
        ["python", "-i", "main.py"],
        first=["import sys"],
        after_a_save=["del sys.modules['m'], sys.modules['b']", "import b, m"],
    ),
}


@dataclass
class Result:
    passed: dict[str, bool] = field(default_factory=dict)
    kept: dict[str, bool] = field(default_factory=dict)
    """The rows that passed after a save that left every module its state."""


class Program:
    """A program under one reloader: its process, its folder, the connection to the probe inside."""

    def __init__(self, reloader: Reloader, python: Path, folder: Path, verbose: bool) -> None:
        self.reloader = reloader
        self.folder = folder / "program"
        self.folder.mkdir()
        for name, text in (
            ("m.py", conformance.M1),
            ("b.py", conformance.B + "\n\nSEEN = []\n"),
            ("main.py", MAIN),
        ):
            (self.folder / name).write_text(text)
        listener = Listener(str(folder / "probe"))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment |= {
            "PATH": f"{python.parent}{os.pathsep}{environment.get('PATH', '')}",
            "VIRTUAL_ENV": str(python.parent.parent),
            "PYTHONPATH": str(ROOT),
            "RELOADERS_PROBE": str(folder / "probe"),
            "IPYTHONDIR": str(folder / "ipython"),
            "HOME": str(folder),
        }
        output = None if verbose else subprocess.DEVNULL
        command = [str(python.parent / reloader.command[0]), *reloader.command[1:]]
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdin=subprocess.PIPE,
            stdout=output, stderr=output, text=True,
        )  # fmt: skip
        self.type(reloader.first)
        accepted: list[Connection] = []
        accepting = threading.Thread(target=lambda: accepted.append(listener.accept()), daemon=True)
        accepting.start()
        accepting.join(STARTS_WITHIN)
        if not accepted:
            self.end()
            raise TimeoutError(f"has not started the program within {STARTS_WITHIN:.0f} s")
        self.probe = accepted[0]

    def type(self, lines: list[str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.writelines(f"{line}\n" for line in lines)
        self.process.stdin.flush()

    def ask(self, question: int | None) -> object:
        self.probe.send(question)
        if not self.probe.poll(STARTS_WITHIN):
            raise TimeoutError("the program does not answer")
        return self.probe.recv()

    def save(self, text: str) -> None:
        (self.folder / "m.py").write_text(text)
        self.type(self.reloader.after_a_save)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def measure(program: Program, seconds: float) -> Result:
    """Save each text, and look when all passes or `seconds` have gone by."""
    result = Result()
    deadline = time.monotonic() + STARTS_WITHIN
    while (error := program.ask(None)) is not None:  # until the program has imported its modules
        if time.monotonic() > deadline:
            raise RuntimeError(error)
        time.sleep(0.1)
    time.sleep(seconds)  # its watcher watches
    for phase, text in enumerate(SAVES):
        program.ask(None)
        program.save(text)
        # a failure looks like nothing at all, so only a good save can be seen to have come
        awaited = phase in (0, len(SAVES) - 1)
        deadline = time.monotonic() + seconds
        while True:
            time.sleep(0.2)
            answer = program.ask(phase)
            assert isinstance(answer, tuple), answer
            passed, kept = answer
            if time.monotonic() > deadline or (awaited and all(passed.values())):
                break
        result.passed |= passed
        result.kept |= {row: ok and kept for row, ok in passed.items()}
    return result


def install(python: Path) -> dict[str, str]:
    """Install the peers; return the versions of those that can be installed."""
    versions = {}
    for package in sorted({x.package for x in RELOADERS.values() if x.package}):
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", package], capture_output=True, text=True
        )
        if done.returncode:
            print(f"{package} can't be installed here, so it is left out", file=sys.stderr)
            continue
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        versions[package] = subprocess.run(
            [python, "-c", code], capture_output=True, text=True
        ).stdout.strip()
    return versions


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--only", choices=RELOADERS, help="one reloader, with what it prints")
    parser.add_argument(
        "--python", type=Path, help="the interpreter of an environment to install the peers into"
    )
    parser.add_argument(
        "--seconds", type=float, default=8, help="that a reloader has for a save (default: 8)"
    )
    options = parser.parse_args()
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory() as environment:
        python = options.python
        if python is None:
            venv.create(environment, with_pip=True)
            python = Path(environment, "bin", "python")
        python = python.absolute()
        versions = install(python)
        for name, reloader in RELOADERS.items():
            if options.only not in (None, name):
                continue
            if reloader.package and reloader.package not in versions:
                continue
            label = f"{name} {versions[reloader.package]}" if reloader.package else name
            with tempfile.TemporaryDirectory() as folder:
                program = None
                try:
                    program = Program(reloader, python, Path(folder), options.only is not None)
                    results[label] = measure(program, options.seconds)
                except (TimeoutError, EOFError, OSError, RuntimeError) as error:
                    print(f"{label}: not measured: {error}", file=sys.stderr)
                finally:
                    if program is not None:
                        program.end()
    show(results, options.markdown)


def show(results: dict[str, Result], markdown: bool) -> None:
    names = sorted(results, key=lambda x: -sum(results[x].passed.values()))
    if markdown:
        print(f"| reloader (CPython {sys.version.split()[0]}) | passed | with all state kept |")
        print("| --- | --- | --- |")
    for name in names:
        passed, kept = results[name].passed, sum(results[name].kept.values())
        if markdown:
            print(f"| {name} | {sum(passed.values())} | {kept} |")
            continue
        print(f"{sum(passed.values()):3} of {len(passed)}, {kept:2} with all state kept  {name}")
        for row in passed:
            if not passed[row]:
                print(f"             ✗ {row}")


if __name__ == "__main__":
    main()
