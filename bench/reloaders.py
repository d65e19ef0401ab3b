"""The conformance table against other Python reloaders.

    python bench/reloaders.py              prints the table
    python bench/reloaders.py --markdown   for the README

Makes a throw-away environment, installs the peers there (those that can be installed here), and
runs the same 28 checks with each: one edit of everything, then a syntax error, an import-time raise
and a fix. A check that raises has failed.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.metadata
import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PEERS = {
    "importlib.reload": None,
    "drop from sys.modules": None,
    "IPython superreload": "ipython",
    "IPython deduperreload": "ipython",
    "jurigged": "jurigged",
    "promplate hmr": "hmr",
    "limeade": "limeade",
    "hmr-client": None,
}


def table() -> Any:
    """The checks, as the tests have them."""
    sys.path.insert(0, str(ROOT))
    return importlib.import_module("tests.client.module_runner.conformance")


class Bench:
    """A folder with the application, imported in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tick = 0

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        self.tick += 2  # mtimes must differ, whatever the file system's resolution
        stamp = time.time() + self.tick
        import os

        os.utime(path, (stamp, stamp))
        importlib.invalidate_caches()

    def modules(self) -> Any:
        return sys.modules["m"], sys.modules["b"]


def reload_plain(_: Bench) -> Any:
    def update() -> None:
        for name in ("m", "b"):
            importlib.reload(sys.modules[name])

    return update


def drop_modules(_: Bench) -> Any:
    def update() -> None:
        for name in ("m", "b"):
            sys.modules.pop(name, None)
        importlib.import_module("b")

    return update


def ipython(mode: str) -> Any:
    def make(_: Bench) -> Any:
        if mode == "deduper":
            from IPython.core.interactiveshell import InteractiveShell
            from IPython.extensions.autoreload import AutoreloadMagics

            shell = InteractiveShell.instance()
            magics = AutoreloadMagics(shell=shell)
            magics.autoreload("2")
            magics.pre_run_cell(None)

            def update() -> None:
                magics.pre_run_cell(None)

            return update
        from IPython.extensions.autoreload import ModuleReloader

        reloader = ModuleReloader()
        reloader.enabled = reloader.check_all = True
        if hasattr(reloader, "deduper_reloader"):
            reloader.deduper_reloader.enabled = False
        reloader.check(check_all=True, do_reload=False)

        def check() -> None:
            reloader.check(check_all=True)

        return check

    return make


def jurigged(bench: Bench) -> Any:
    from jurigged.codetools import CodeFile

    code = {}
    for name in ("m", "b"):
        path = bench.folder / f"{name}.py"
        file = CodeFile(str(path), module_name=name)
        file.associate(sys.modules[name])
        code[name] = file

    def update() -> None:
        for file in code.values():
            file.refresh()

    return update


def promplate(bench: Bench) -> Any:
    from reactivity.hmr.core import BaseReloader  # the package calls itself reactivity

    for name in ("m", "b"):
        sys.modules.pop(name, None)  # its own finder has to load them
    reloader = BaseReloader(str(bench.folder / "main.py"), [str(bench.folder)])
    reloader.run_entry_file()

    def update() -> None:
        reloader.on_changes({bench.folder / "m.py"})

    return update


def limeade(_: Bench) -> Any:
    import importlib.machinery  # noqa: F401  # it needs this and does not import it

    import limeade as module

    def update() -> None:
        module.refresh([sys.modules["m"]])  # what its scan finds where files have new times

    return update


def ours(bench: Bench) -> Any:
    from hmr_client.module_runner import DirectorySource, ModuleRunner

    for name in ("m", "b"):
        sys.modules.pop(name, None)
    loop = asyncio.new_event_loop()
    runner = ModuleRunner(DirectorySource(str(bench.folder)), "main.py")
    loop.run_until_complete(runner.start())

    def update() -> None:
        text = (bench.folder / "m.py").read_text()
        loop.run_until_complete(runner.update({"m.py": text}))

    return update


MAKERS = {
    "importlib.reload": reload_plain,
    "drop from sys.modules": drop_modules,
    "IPython superreload": ipython("super"),
    "IPython deduperreload": ipython("deduper"),
    "jurigged": jurigged,
    "promplate hmr": promplate,
    "limeade": limeade,
    "hmr-client": ours,
}


def run_one(name: str) -> dict[str, bool]:
    """Run the table with one reloader, in this process."""
    t = table()
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary))
        bench.write("m.py", t.M1)
        bench.write("b.py", t.B)
        bench.write("main.py", "import b\n")
        sys.path.insert(0, temporary)
        sys.dont_write_bytecode = True
        importlib.import_module("b")
        update = MAKERS[name](bench)
        held = t.hold(*bench.modules())

        def edit(text: str) -> None:
            bench.write("m.py", text)
            try:
                update()
            except BaseException as error:  # noqa: BLE001  # a reloader that raises goes on to the checks
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            held.m = sys.modules.get("m", held.m)
            held.b = sys.modules.get("b", held.b)

        def checks(rows: Any) -> dict[str, bool]:
            found = {}
            for row, check in rows.items():
                try:
                    found[row] = bool(check(held))
                except Exception:  # noqa: BLE001  # a check that raises has failed
                    found[row] = False
            return found

        edit(t.M2)
        results = checks(t.AFTER_THE_EDIT)
        edit(t.SYNTAX_ERROR)
        results |= checks(t.AFTER_A_SYNTAX_ERROR)
        edit(t.RAISES)
        results |= checks(t.AFTER_A_RAISE)
        edit(t.FIXED)
        results |= checks(t.AFTER_THE_FIX)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(options.one)))
        return
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        versions = {}
        for package in sorted({x for x in PEERS.values() if x}):
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
        results: dict[str, dict[str, bool]] = {}
        for name, package in PEERS.items():
            if package and package not in versions:
                continue
            done = subprocess.run(
                [python, __file__, "--one", name], capture_output=True, text=True, cwd=folder
            )
            print(done.stderr, end="", file=sys.stderr)
            if done.returncode == 0:
                label = f"{name} {versions[package]}" if package else name
                results[label] = json.loads(done.stdout.splitlines()[-1])
    show(results, options.markdown)


def show(results: dict[str, dict[str, bool]], markdown: bool) -> None:
    rows = list(next(iter(results.values())))
    names = sorted(results, key=lambda x: sum(results[x].values()))
    if markdown:
        print(f"| Python {sys.version.split()[0]} | " + " | ".join(names) + " |")
        print("| --- |" + " :-: |" * len(names))
        for row in rows:
            print(f"| {row} | " + " | ".join("✓" if results[x][row] else "" for x in names) + " |")
        print(
            "| **of "
            + str(len(rows))
            + "** | "
            + " | ".join(f"**{sum(results[x].values())}**" for x in names)
            + " |"
        )
        return
    for name in names:
        missing = [row for row in rows if not results[name][row]]
        print(f"{sum(results[name].values()):3} of {len(rows)}  {name}")
        for row in missing:
            print(f"             ✗ {row}")


if __name__ == "__main__":
    main()
