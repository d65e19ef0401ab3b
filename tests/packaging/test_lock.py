"""The lock file: it holds all that the distributions need, with hashes, and names no registry."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import requirements

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "development.lock").read_text()
NODE = (ROOT / "server/hmr_server/pyodide/node_requirements.txt").read_text()


def test_each_dependency_is_in_it() -> None:
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^ ;\\]+)", LOCK, re.MULTILINE):
        locked.setdefault(canonicalize_name(name), []).append(version)
    for line in requirements():
        wanted = Requirement(line)
        versions = locked.get(canonicalize_name(wanted.name), [])
        assert any(map(wanted.specifier.contains, versions)), f"{line}: run `make lock`"


def test_each_package_has_hashes_and_no_place() -> None:
    for text in (LOCK, NODE):
        entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in entry for entry in entries)
        assert "//" not in text
        assert "index-url" not in text
