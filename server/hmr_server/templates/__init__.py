"""Projects to begin with: each folder in here is one, and is copied as it is.

Each `style.css` begins with the one that lies here. They are data of this package. Nothing in here imports
them.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_MADE_BY_PYTHON = shutil.ignore_patterns("__pycache__")  # a wheel's files may have been compiled
_MOST_NAMED = 5
_STYLE = "style.css"


class TemplateError(Exception):
    """A project can't be begun there. The message says why."""


@dataclass(frozen=True, slots=True)
class Template:
    """One project to begin with.

    Attributes:
        name: What the command calls it, and its folder.
        what: What it is, in a few words.
        edit: The file to change first.
        start: The commands that start it, in its folder.
    """

    name: str
    what: str
    edit: str
    start: tuple[str, ...] = ("hmr-server",)


TEMPLATES = (
    Template("pyodide", "a page whose program is Python", "flower.py"),
    Template("pyscript", "a PyScript page", "words.py"),
    Template("pyscript-worker", "a PyScript page with a worker", "numbers_wanted.py"),
    Template(
        "fastapi",
        "an API and its front end in one application",
        "frontend/view.js",
        ("pip install -r requirements.txt", "uvicorn app:app --reload"),
    ),
)


def write_template(template: Template, directory: Path) -> None:
    """Copy a template's files.

    Args:
        directory: The new project's; it is made where it is missing.

    Raises:
        TemplateError: There is something in the directory already, or it can't be written to.
    """
    try:
        if directory.exists() and not directory.is_dir():
            raise TemplateError(f"{directory} is a file: name a folder that is new or empty.")
        there = sorted(entry.name for entry in directory.iterdir()) if directory.is_dir() else []
        if there and there != [".git"]:
            more = ", …" if len(there) > _MOST_NAMED else ""
            raise TemplateError(
                f"{directory} is not empty ({', '.join(there[:_MOST_NAMED])}{more}), and nothing was "
                "written. Name a folder that is new or empty."
            )
        source = _HERE / template.name
        shutil.copytree(source, directory, ignore=_MADE_BY_PYTHON, dirs_exist_ok=True)
        common = (_HERE / _STYLE).read_text("utf-8")
        for style in source.rglob(_STYLE):
            text = common + style.read_text("utf-8")
            (directory / style.relative_to(source)).write_text(text, "utf-8")
    except OSError as error:
        raise TemplateError(f"{directory} can't be written: {error.strerror or error}") from error
