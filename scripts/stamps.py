"""Remembers what is done, so that a repeated command only does what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scripts.terminal import ROOT

VENV = ROOT / ".venv"


def fingerprint(parts: Iterable[str | Path]) -> str:
    """Return a hash over texts, files and whole folders (of files: their names and contents)."""
    digest = hashlib.sha256()
    for part in parts:
        match part:
            case str():
                digest.update(part.encode())
            case Path() if part.is_dir():
                for file in sorted(part.rglob("*")):
                    if file.is_file() and "__pycache__" not in file.parts:
                        digest.update(str(file.relative_to(part)).encode() + file.read_bytes())
            case Path():
                digest.update(part.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()


def _file(name: str) -> Path:
    # Inside the environment: deleting .venv deletes what is known about it.
    return VENV / ".stamps" / name


def read(name: str) -> str:
    """Return what was remembered under a name, or an empty text."""
    try:
        return _file(name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def write(name: str, text: str) -> None:
    """Remember a text under a name."""
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
