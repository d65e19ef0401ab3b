"""Builds the wheels, and environments that hold nothing but them and what they ask for."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import stamps
from scripts.environment import DISTRIBUTIONS, PYTHON, make_venv, pip_install
from scripts.terminal import ROOT, Step

_DIST = ROOT / "dist"
_BUILD = ROOT / "build"
_SOURCES = [
    *(ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE", ROOT / "hmr_client"),
    *(ROOT / "browser" / "hmr_browser", *(ROOT / "browser").glob("*.js")),
    *(ROOT / "server" / "pyproject.toml", ROOT / "server" / "README.md"),
    *(ROOT / "server" / "hmr_server", ROOT / "server" / "command"),
]


@dataclass(frozen=True)
class Wheels:
    """The built wheels of the distributions.

    Attributes:
        client: hmr-client.
        asgi: hmr-asgi, the server's code.
        server: hmr-server, the command.
    """

    client: Path
    asgi: Path
    server: Path


def build_wheels() -> Wheels:
    """Build the wheels into `dist/`, unless they are there and nothing has changed.

    Raises:
        StepFailedError: the build failed.
    """
    with Step("wheels") as step:
        state = stamps.fingerprint(_SOURCES)
        if stamps.read("wheels") != state or len(list(_DIST.glob("hmr_*.whl"))) != 3:
            for old in _DIST.glob("hmr_*.whl"):
                old.unlink()
            quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
            step.run(
                [PYTHON, "-m", "pip", "wheel", *quiet, "--no-deps", "-w", _DIST, *DISTRIBUTIONS]
            )
            stamps.write("wheels", state)
        wheels = Wheels(
            client=next(_DIST.glob("hmr_client-*.whl")),
            asgi=next(_DIST.glob("hmr_asgi-*.whl")),
            server=next(_DIST.glob("hmr_server-*.whl")),
        )
        step.say(
            ", ".join(
                f"{wheel.name.split('-')[0].replace('_', '-')} {wheel.stat().st_size / 1000:.1f} kB"
                for wheel in (wheels.client, wheels.asgi, wheels.server)
            )
        )
        return wheels


def install_wheels(wheels: Wheels) -> Path:
    """Install all wheels into a clean environment, as `pip install hmr-server` does; return its Python.

    Raises:
        StepFailedError: a dependency that the wheels declare can't be installed.
    """
    with Step("clean venv") as step:
        python = install_clean(step, "wheels-venv", (wheels.client, wheels.asgi, wheels.server))
        step.say("the wheels and what they declare, nothing else")
        return python


def install_library(wheels: Wheels) -> Path:
    """Install what an application needs that has `HotReload`, and no command; return its Python.

    Raises:
        StepFailedError: a dependency that the wheels declare can't be installed.
    """
    with Step("clean venv of an application") as step:
        python = install_clean(step, "asgi-venv", (wheels.client, wheels.asgi))
        step.say("hmr-asgi and what it declares, nothing else")
        return python


def install_clean(step: Step, name: str, wheels: Sequence[Path], *besides: str) -> Path:
    """Install wheels into a clean environment; return its Python.

    Args:
        step: the step that needs it.
        name: the environment's folder below `build/`.
        wheels: the wheels.
        besides: what else is installed, as pip reads it.

    Raises:
        StepFailedError: a dependency that the wheels declare can't be installed.
    """
    folder = _BUILD / name
    mark = folder / "installed.txt"
    asked_for = stamps.fingerprint(
        [*(found / "pyproject.toml" for found in DISTRIBUTIONS), *besides]
    )
    if folder.exists() and not (mark.exists() and mark.read_text() == asked_for):
        shutil.rmtree(folder)  # a dependency that is declared no more must be gone
    make_venv(step, folder)
    python = folder / "bin" / "python"
    paths = [str(wheel) for wheel in wheels]
    if mark.exists():
        pip_install(
            step, python, "--force-reinstall", "--no-deps", *paths
        )  # same version, new code
    else:
        pip_install(step, python, *paths, *besides)
        mark.write_text(asked_for)
    return python
