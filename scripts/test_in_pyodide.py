"""Runs the core's tests where the core lives: in Pyodide's Python, here under Node.js."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from scripts.environment import PYTHON
from scripts.node import find_node
from scripts.stamps import VENV
from scripts.terminal import ROOT, Step

_WHEELS = VENV / "pyodide-wheels"

# hmr-server's own search (--pyodide, node_modules, the cache, npm, the CDN), so that the tests run
# in the very Pyodide that pages get.
_FIND_PYODIDE = """
from pathlib import Path
from hmr_server.pyodide.download import download_pyodide
from hmr_server.pyodide.files import find_pyodide
say = lambda words: print(words, flush=True)
print((find_pyodide(Path.cwd()) or download_pyodide(say)).directory)
"""


def find_pyodide(step: Step) -> Path:
    """Return the folder of Pyodide's files, after hmr-server has got them.

    `HMR_PYODIDE` names another one to use.

    Raises:
        StepFailedError: Pyodide could not be got.
    """
    if chosen := os.environ.get("HMR_PYODIDE"):
        return Path(chosen)
    step.say("getting Pyodide")
    return Path(step.run([PYTHON, "-c", _FIND_PYODIDE]).strip().splitlines()[-1])


def run_in_pyodide(client_wheel: Path, pyodide: Path, reports: Path) -> None:
    """Run `tests/client/` in Pyodide against the built wheel.

    Args:
        client_wheel: the built wheel of hmr-client.
        pyodide: the folder of Pyodide's files.
        reports: where pytest's report goes.

    Raises:
        StepFailedError: Node.js or pytest's wheels could not be got, or a test failed.
    """
    with Step("core in Pyodide", streams=True) as step:
        node = find_node(step)
        lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
        _get_wheels(step, python_version=".".join(lock["info"]["python"].split(".")[:2]))
        for old in _WHEELS.glob("hmr_client-*.whl"):
            old.unlink()
        shutil.copy(client_wheel, _WHEELS)
        program = ROOT / "scripts" / "test_in_pyodide.mjs"
        step.say(f"Python {lock['info']['python']}, the built wheel")
        reports.mkdir(parents=True, exist_ok=True)
        step.stream([node, program, pyodide, ROOT, _WHEELS, reports, "tests/client"])


def _get_wheels(step: Step, *, python_version: str) -> None:
    """Download pytest, hypothesis and what they need, as pure wheels for Pyodide's Python."""
    if any(_WHEELS.glob("pytest-*.whl")) and any(_WHEELS.glob("hypothesis-*.whl")):
        return
    step.run(
        [
            *(PYTHON, "-m", "pip", "download", "--disable-pip-version-check"),
            *(
                "--progress-bar",
                "off",
                "--only-binary",
                ":all:",
                "--python-version",
                python_version,
            ),
            *("--implementation", "py", "--abi", "none", "--platform", "any", "--dest", _WHEELS),
            *("pytest>=9", "hypothesis>=6.130"),
        ]
    )
