"""Which files of a project its pages use: those that are built.

A page, a script, a style and a program name what they load, in one way or another: an import, an
attribute, a string. A file that nothing built names is left out, because it was not meant for
the Internet: notes, sources of tools, dumps. Where a name is computed, its fixed parts are looked at
(`level${n}.txt`, `"levels/"`, `"*.csv"`), and all that fits them is taken. `build-include` names the rest.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from ..config import PAGE_SUFFIXES
from ..files.globs import GlobSet
from ..secret_names import NEVER_BUILT

_PAGES: Final = frozenset(PAGE_SUFFIXES)
# that are named without their suffix, too; some of them a plugin compiles
_SCRIPTS: Final = frozenset(
    {".js", ".mjs", ".jsx", ".ts", ".mts", ".tsx", ".py", ".vue", ".svelte"}
)
_TEXTS: Final = _PAGES | _SCRIPTS | frozenset(
    {".cjs", ".css", ".json", ".svg", ".toml", ".txt", ".csv", ".webmanifest", ".xml", ".yaml", ".yml"}
)  # fmt: skip
# what browsers, search engines and hosts ask for without a page's word
_CUSTOMARY: Final = (
    *("favicon.*", "apple-touch-icon*", "robots.txt", "sitemap*.xml", "humans.txt", "ads.txt"),
    *("CNAME", "_headers", "_redirects", "404.html", "*.webmanifest", "manifest.json"),
)
_LONGEST = 255  # characters of a name that is looked for
_NAME = re.compile(r"[\w.@%+~-]+")
_WORD = re.compile(r"\w+")
# a name with something computed in it: `level${n}.txt`, f"level{n}.txt", "*.csv"
# only from where it begins: from each character, a megabyte of base64 would take an hour
_COMPUTED = re.compile(r"(?<![\w.@%+~/-])[\w.@%+~/-]*(?:(?:\$?\{[^{}\n]{0,80}\}|\*+)[\w.@%+~/-]*)+")
_PLACE = re.compile(r"\$?\{[^{}\n]*\}|\*+")
# a folder: "levels", "levels/", `levels/${name}`
_FOLDER = re.compile(r"""(?<![\w.-])([\w.@%+~-]+)/?(?=["'`]|\$?\{)""")
_SUFFIX = re.compile(r"""["'`](\.[\w.]{1,12})["'`]""")
_LISTS = re.compile(
    r"\b(?:listdir|scandir|iterdir|glob|rglob|walk|iter_modules|walk_packages)\s*\("
)


class Selection:
    """Sorts out a project's files.

    Args:
        paths: The files that may be built, relative to the root.
        include: Globs of what is built besides (`build-include`).

    Attributes:
        used: The files that pages use.
    """

    def __init__(self, paths: Iterable[str], include: Sequence[str]) -> None:
        self._included = GlobSet(include)
        never = GlobSet(NEVER_BUILT)
        self._paths = {
            path: PurePosixPath(path)
            for path in paths
            if self._included.matches(path) or not never.matches(path)
        }
        self.used: set[str] = set()

    def first(self) -> Iterator[str]:
        """Yield what is built without a name anywhere: pages, `public/`, and what is included."""
        customary = GlobSet(_CUSTOMARY)
        for path, file in self._paths.items():
            if (
                file.suffix.lower() in _PAGES
                or file.parts[0] in {"public", ".well-known"}
                or (len(file.parts) == 1 and customary.matches(path))
                or self._included.matches(path)
            ):
                yield from self._take(path)

    def named_in(self, path: str, text: str) -> Iterator[str]:
        """Yield what a file's text names and was not used so far.

        Args:
            text: What it holds.
        """
        if "%" in text:
            text = f"{text}\n{unquote(text)}"
        names, words = set(_NAME.findall(text)), set(_WORD.findall(text))
        names |= {name.rstrip(".") for name in names}
        folders = set(_FOLDER.findall(text))
        suffixes = tuple(set(_SUFFIX.findall(text)))
        computed = {
            _PLACE.sub("*", found).rpartition("/")[2]
            for found in set(_COMPUTED.findall(text))
            if len(found) <= _LONGEST
        } - {"*", "**", ""}
        patterns = re.compile("|".join(map(fnmatch.translate, computed)) or "(?!)")
        here = PurePosixPath(path).parent if _LISTS.search(text) else None
        for other, file in self._paths.items():
            if other not in self.used and (
                file.name in names
                or (not _NAME.fullmatch(file.name) and file.name in text)
                or (file.suffix in _SCRIPTS and (file.stem in words or file.stem in names))
                or (suffixes and file.name.endswith(suffixes))
                or patterns.match(file.name)
                or (len(file.parts) > 1 and not folders.isdisjoint(file.parts[:-1]))
                or file.parent == here
            ):
                yield from self._take(other)

    def is_text(self, path: str) -> bool:
        """Return whether a file may name others."""
        return self._paths[path].suffix.lower() in _TEXTS

    def _take(self, path: str) -> Iterator[str]:
        """Use a file, and the packages that a Python module is in."""
        file = self._paths[path]
        packages = (
            [str(folder / "__init__.py") for folder in file.parents] if file.suffix == ".py" else []
        )
        for name in (path, *packages):
            if name in self._paths and name not in self.used:
                self.used.add(name)
                yield name
