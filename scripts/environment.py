"""The project's virtual environment, and Debian's packages where one is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from scripts import stamps
from scripts.stamps import VENV
from scripts.terminal import ROOT, Step, StepFailedError

PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "development.lock"

# from the bottom: the client, the server's code, the command
DISTRIBUTIONS = (ROOT, ROOT / "server", ROOT / "server" / "command")

_PROJECTS = [*(folder / "pyproject.toml" for folder in DISTRIBUTIONS), LOCK]
_PACKAGES = [ROOT / "hmr_client", ROOT / "browser" / "hmr_browser", ROOT / "server" / "hmr_server"]
# whatever does not compile is no module: the templates of projects await at their top level
_COMPILE = "import compileall, sys; [compileall.compile_dir(x, quiet=2) for x in sys.argv[1:]]"
_OFFLINE = (
    "pip needs a package index: check the network, or PIP_INDEX_URL for an index of your own."
)


def make_environment(*, with_tests: bool) -> None:
    """Make `.venv` and install the distributions editable; nothing to do if that is done.

    Args:
        with_tests: whether the test extra is installed as well.

    Raises:
        StepFailedError: the environment can't be made or a package can't be installed.
    """
    with Step("environment") as step:
        make_venv(step, VENV)
        state = stamps.fingerprint([*_PROJECTS, str(ROOT)])
        installed = stamps.read("installed").split()
        wanted = "test" if with_tests else "run"
        if installed[:1] != [state] or (wanted not in installed and "test" not in installed):
            client, server, command = map(str, DISTRIBUTIONS)
            options: list[str] = []
            if with_tests:  # what was tested is what is tested: `make lock` moves on
                pip_install(step, PYTHON, "--require-hashes", "-r", str(LOCK))
                options = ["--no-build-isolation"]
                server += "[test]"
            pip_install(step, PYTHON, *options, "-e", client, "-e", server, "-e", command)
            stamps.write("installed", f"{state} {wanted}")
        # as pip does for all that is installed in the usual way: a start takes half as long again without
        step.run([PYTHON, "-c", _COMPILE, *_PACKAGES], shows_output=False)
        step.say(f".venv, Python {_version(VENV)}")


def make_venv(step: Step, folder: Path) -> None:
    """Make a virtual environment with this Python, unless one is there that works.

    Raises:
        StepFailedError: Python's venv module is missing and can't be installed.
    """
    python = folder / "bin" / "python"
    if python.exists():
        try:
            step.run([python, "-c", "import pip"], shows_output=False)
        except StepFailedError:
            shutil.rmtree(folder)  # its Python was removed, or it was left half made
        else:
            return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        apt_install(step, f"python{version}-venv", what="Python's venv module")
    step.say(f"making {folder.name}")
    step.run([sys.executable, "-m", "venv", folder])


def _version(venv: Path) -> str:
    """Return the version of an environment's Python, which may be another than this one."""
    for line in (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "version":
            return value.strip()
    return "?"


def pip_install(step: Step, python: Path, *packages: str) -> None:
    """Install packages into the environment of `python`.

    Raises:
        StepFailedError: pip did not succeed.
    """
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    step.run([python, "-m", "pip", "install", *quiet, *packages], hint=_OFFLINE)


def apt_install(step: Step, *packages: str, what: str) -> None:
    """Install Debian packages, as root or by sudo.

    Args:
        step: the step that needs them.
        packages: their names.
        what: what is missing, in the user's words.

    Raises:
        StepFailedError: this is no Debian, there are no rights, or apt-get failed.
    """
    names = " ".join(packages)
    hint = f"On Debian and Ubuntu: sudo apt-get install {names}"
    if not shutil.which("apt-get"):
        raise StepFailedError(f"{what} is missing.", hint=hint)
    rights: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise StepFailedError(f"{what} is missing.", hint=hint)
        # -n: a question for the password would be hidden behind the step's line.
        rights = ["sudo", "-n"]
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    step.say(f"apt-get install {names}")
    step.run([*rights, "apt-get", "update", "-q"], hint=hint, env=env)
    step.run(
        [*rights, "apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
        hint=hint,
        env=env,
    )
