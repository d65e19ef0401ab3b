"""A user's project in a temporary folder, edited as an editor would."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

PAGE = """\
<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <title>e2e</title>
    <link rel="icon" href="data:," />
    {head}
  </head>
  <body>
    {body}
  </body>
</html>
"""


def html(*, head: str = "", body: str = "", modules: tuple[str, ...] = ("/main.js",)) -> str:
    """A page that loads the given modules."""
    scripts = "\n    ".join(f'<script type="module" src="{src}"></script>' for src in modules)
    return PAGE.format(head=head, body=f"{body}\n    {scripts}".strip())


class Project:
    """The files that a test edits."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def create(self, files: Mapping[str, str | bytes]) -> "Project":
        for path, content in files.items():
            self.write(path, content)
        return self

    def copy(self, source: Path, *names: str) -> "Project":
        """Take over files and folders of another project."""
        for name in names:
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (source / name).is_dir():
                shutil.copytree(source / name, target)
            else:
                shutil.copy(source / name, target)
        return self

    def path(self, path: str) -> Path:
        return self.root / path

    def read(self, path: str) -> str:
        return self.path(path).read_text(encoding="utf-8")

    def write(self, path: str, content: str | bytes) -> None:
        """Save in place, as most editors do."""
        file = self.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_encoded(content))

    def replace(self, path: str, content: str | bytes) -> None:
        """Save by renaming a new file over the old one, as vim and JetBrains' editors do."""
        file = self.path(path)
        temporary = file.with_name(f".{file.name}.swp~")
        temporary.write_bytes(_encoded(content))
        os.replace(temporary, file)

    def edit(self, path: str, old: str, new: str) -> None:
        """Change the one place that reads `old`."""
        text = self.read(path)
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path}:\n{text}"
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        self.path(path).unlink()


def _encoded(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()
