"""The oldest versions that the distributions allow: an environment of them, and the tests that use them.

What a user's application has beside us decides which versions we get, so a floor that no test has seen is a
guess. Only what we name ourselves is held at its floor; what these packages ask for is pip's choice.
"""

from __future__ import annotations

import re
from pathlib import Path

from scripts.environment import DISTRIBUTIONS
from scripts.lock import project_of
from scripts.terminal import Step
from scripts.wheels import Wheels, install_clean

# Their oldest versions have no wheel for a newer Python, and pip would ask for a compiler.
_COMPILED = {"cryptography", "httptools", "tree-sitter", "tree-sitter-javascript"}
_TOOLS = ("pytest", "httpx", "hypothesis")

# What the libraries are used for: HTTP and WebSockets, the command and its terminal, CSS, packages. The whole
# suite would prove little more, and CI waits for it.
FLOOR_TESTS = (
    "tests/packaging/test_public_faces.py",
    "tests/server/cli",
    "tests/server/css",
    "tests/server/python/test_package_index.py",
    "tests/server/reporting",
    "tests/server/web",
)


def floors() -> list[str]:
    """Return each dependency of the distributions at its oldest version, as `name==version`."""
    found = []
    for folder in DISTRIBUTIONS:
        for line in project_of(folder)["dependencies"]:
            name, at_least = re.match(r"([\w-]+)(?:>=([\w.]+))?", line).groups()  # type: ignore[union-attr]
            if at_least and name not in _COMPILED and "sys_platform" not in line:
                found.append(f"{name}=={at_least}")
    return found


def install_floors(wheels: Wheels) -> Path:
    """Install the wheels with the oldest versions that they allow, and what tests need; return its Python.

    Raises:
        StepFailedError: the versions don't go together, or can't be had.
    """
    with Step("floors") as step:
        pins = floors()
        all_wheels = (wheels.client, wheels.asgi, wheels.server)
        python = install_clean(step, "floors-venv", all_wheels, *pins, *_TOOLS)
        step.say(", ".join(pins))
        return python
