"""What a page needs to run its Python: the entry and the modules that it imports, in one response.

Imports are read ahead (python_imports.py), so that a page of two hundred modules makes one request
and not two hundred. What can't be read ahead is fetched when it is imported: for that the bundle
lists every Python file below the folder in which the entry's imports are looked for. The run-time
graph in the page decides; this one only saves round trips. Data files are listed as well, and fetched
when the program opens them.
"""

from __future__ import annotations

import json
import posixpath
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from .distributions import distribution_of
from .files import PythonFiles, PythonModule
from .project_files import DataFile

# Pyodide brings these itself; no index has them.
_OF_THE_PAGE = frozenset(
    {"js", "pyodide", "pyodide_js", "_pyodide", "pyscript", "polyscript", "hmr_client", "micropip"}
)


@dataclass(frozen=True, slots=True)
class PythonBundle:
    """One entry and what belongs to it.

    Attributes:
        entry: The entry's URL.
        root: The URL of the folder in which imports are looked for.
        modules: The entry and the modules that it imports, directly or not.
        files: The URLs of all Python files below the root.
        packages: What to install for imports that no file answers, by the imported name.
        data: The data files that the program may open, by URL.
        is_complete: Whether there are no more data files than these.
        left_out: The URLs of Python files that are links to what may not be served, or to nothing.
    """

    entry: str
    root: str
    modules: tuple[PythonModule, ...]
    files: tuple[str, ...]
    packages: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, DataFile] = field(default_factory=dict)
    is_complete: bool = True
    left_out: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the bundle as the page reads it."""
        return json.dumps(
            {
                "entry": self.entry,
                "root": self.root,
                "modules": {x.url: {"source": x.source, "hash": x.hash} for x in self.modules},
                "files": self.files,
                "packages": dict(self.packages),
                "data": dict(self.data),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def bundle(
    files: PythonFiles, entry: str, distributions: Mapping[str, str] | None = None
) -> PythonBundle | None:
    """Read an entry and all that it imports; None where there is no such entry.

    Args:
        files: The project's Python files.
        entry: The entry's URL.
        distributions: What Pyodide calls the packages of its own, by the imported name.

    Raises:
        AccessDenied: The entry may not be served.
    """
    first = files.read(entry)
    if first is None:
        return None
    root = posixpath.dirname(entry)
    listing = files.list(root)
    urls = listing.python
    known = frozenset(urls)
    below = len(posixpath.join(root, ""))
    folders = {url[below:].partition("/")[0] for url in urls if "/" in url[below:]}
    modules = {entry: first}
    packages: dict[str, str] = {}
    looked_for: set[str] = set()
    pending = [first]
    while pending:
        module = pending.pop()
        for name in files.imports(module, _package_of(module.url, root)):
            if name in looked_for:
                continue
            looked_for.add(name)
            found = list(_locate(name, root, known))
            top = name.partition(".")[0]
            is_elsewhere = top not in sys.stdlib_module_names and top not in _OF_THE_PAGE
            if top and not found and top not in folders and is_elsewhere:
                packages[top] = distribution_of(top, distributions)
            for url in found:
                if url not in modules and (text := files.read(url)) is not None:
                    modules[url] = text
                    pending.append(text)
    return PythonBundle(
        entry,
        root,
        tuple(modules.values()),
        urls,
        dict(sorted(packages.items())),
        listing.data,
        listing.is_complete,
        listing.left_out,
    )


def _package_of(url: str, root: str) -> str:
    """Return the package that a module's relative imports start from; empty for a top-level module."""
    return posixpath.relpath(posixpath.dirname(url), root).strip("./").replace("/", ".")


def _locate(name: str, root: str, known: Collection[str]) -> Iterator[str]:
    """Return the files that importing a name runs: its packages' and its own."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        base = posixpath.join(root, *parts[:end])
        for url in (f"{base}/__init__.py", f"{base}.py"):
            if url in known:
                yield url
                break
