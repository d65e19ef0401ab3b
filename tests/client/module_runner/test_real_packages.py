"""Published packages, edited at random: after each edit the program is as a fresh start would be.

`HMR_REAL_EDITS=200` and `HMR_REAL_SEED=…` look further; any pure package that is installed can be added.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
EDITS = int(os.environ.get("HMR_REAL_EDITS", "8"))
SEED = int(os.environ.get("HMR_REAL_SEED", "1"))
# of the environment that runs the tests; none imports C code of its own
PACKAGES = ("click", "packaging", "pluggy", "starlette", "tinycss2")


@pytest.mark.skipif(sys.platform == "emscripten", reason="each start is a process")
@pytest.mark.parametrize("name", PACKAGES)
def test_an_edited_package_is_as_after_a_fresh_start(name, tmp_path):
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    shutil.copytree(
        package, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "__main__.py")
    )
    files = sorted(x.relative_to(tmp_path) for x in (tmp_path / name).rglob("*.py"))
    modules = [".".join(x.with_suffix("").parts).removesuffix(".__init__") for x in files]
    # what needs a package that is not installed is left out, by both
    imports = (f"try:\n    import {x}\nexcept Exception:\n    pass\n" for x in modules)
    (tmp_path / "main.py").write_text("".join(imports))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.client.module_runner.real_packages.compare",
            tmp_path,
            str(SEED),
            str(EDITS),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
