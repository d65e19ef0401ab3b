"""Builds both wheels, and an environment that holds nothing but them and what they ask for."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts import stamps
from scripts.environment import PYTHON, make_venv, pip_install
from scripts.terminal import ROOT, Step

_DIST = ROOT / "dist"
_CLEAN_VENV = ROOT / "build" / "wheels-venv"
_SOURCES = [
    *(ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE", ROOT / "hmr_client"),
    *(ROOT / "browser" / "hmr_browser", *(ROOT / "browser").glob("*.js")),
    *(ROOT / "server" / "pyproject.toml", ROOT / "server" / "README.md"),
    ROOT / "server" / "hmr_server",
]


@dataclass(frozen=True)
class Wheels:
    """The built wheels of the two distributions."""

    client: Path
    server: Path


def build_wheels() -> Wheels:
    """Build both wheels into `dist/`, unless they are there and nothing has changed.

    Raises:
        StepFailedError: the build failed.
    """
    with Step("wheels") as step:
        state = stamps.fingerprint(_SOURCES)
        if stamps.read("wheels") != state or len(list(_DIST.glob("hmr_*.whl"))) != 2:
            for old in _DIST.glob("hmr_*.whl"):
                old.unlink()
            quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
            step.run(
                [PYTHON, "-m", "pip", "wheel", *quiet, "--no-deps", "-w", _DIST, ROOT, "./server"]
            )
            stamps.write("wheels", state)
        wheels = Wheels(
            client=next(_DIST.glob("hmr_client-*.whl")), server=next(_DIST.glob("hmr_server-*.whl"))
        )
        step.say(
            ", ".join(
                f"{wheel.name.split('-')[0].replace('_', '-')} {wheel.stat().st_size / 1000:.1f} kB"
                for wheel in (wheels.client, wheels.server)
            )
        )
        return wheels


def install_wheels(wheels: Wheels) -> Path:
    """Install both wheels into a clean environment; return its Python.

    Raises:
        StepFailedError: a dependency that the wheels declare can't be installed.
    """
    with Step("clean venv") as step:
        asked_for = stamps.fingerprint([ROOT / "pyproject.toml", ROOT / "server/pyproject.toml"])
        if stamps.read("clean-venv") != asked_for and _CLEAN_VENV.exists():
            shutil.rmtree(_CLEAN_VENV)  # a dependency that is declared no more must be gone
        make_venv(step, _CLEAN_VENV)
        python = _CLEAN_VENV / "bin" / "python"
        both = [str(wheels.client), str(wheels.server)]
        pip_install(step, python, *both)
        pip_install(step, python, "--force-reinstall", "--no-deps", *both)  # same version, new code
        stamps.write("clean-venv", asked_for)
        step.say("both wheels and what they declare, nothing else")
        return python
