"""What a page needs to run its Python: the entry and the modules that it imports, in one response.

Imports are read ahead (python_imports.py), so that a page of two hundred modules makes one request
and not two hundred. What can't be read ahead is fetched when it is imported: for that the bundle
lists every Python file below the folder in which the entry's imports are looked for. The run-time
graph in the page decides; this one only saves round trips. Data files are listed as well, and fetched
when the program opens them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import posixpath
import re
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hmr_server import module_url
from hmr_server.access import AccessDenied, FileAccess
from hmr_server.builtin_plugins.python import inline_script
from hmr_server.config import ServerConfig
from hmr_server.project_files import MOST_DATA_FILES, DataFile, Listing, ProjectFiles
from hmr_server.python_imports import decode, read_imports, source_hash
from hmr_server.static_files import NO_CACHE, text_response

_JSON = "application/json"
_INLINE = re.compile(r"(?P<page>.+)#py-(?P<number>\d+)")

# What `import` calls differently from the index, beyond what Pyodide's own lock file knows.
_DISTRIBUTIONS: Mapping[str, str] = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "markdown_it": "markdown-it-py",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "yaml": "pyyaml",
}

# Pyodide brings these itself; no index has them.
_OF_THE_PAGE = frozenset(
    {"js", "pyodide", "pyodide_js", "_pyodide", "pyscript", "polyscript", "hmr_client", "micropip"}
)


@dataclass(frozen=True, slots=True)
class PythonModule:
    r"""The text of one file.

    Attributes:
        url: Its path below the base, decoded.
        source: Its text, in whatever encoding the file declares, with `\n` as line ends.
        hash: Names the text.
    """

    url: str
    source: str
    hash: str


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
    """

    entry: str
    root: str
    modules: tuple[PythonModule, ...]
    files: tuple[str, ...]
    packages: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, DataFile] = field(default_factory=dict)
    is_complete: bool = True

    def to_json(self) -> str:
        """The bundle as the page reads it."""
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


class PythonFiles:
    """Reads a project's files for its Python, and only such as may be served.

    Args:
        config: The server's configuration.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._root = config.root
        self._access = FileAccess.of(config)
        self._project = ProjectFiles(config)

    def path(self, url: str) -> Path:
        """The file of a URL. It need not exist.

        Args:
            url: A path below the base, decoded.

        Raises:
            AccessDenied: It may not be served, or is no Python file of the project.
        """
        asked = Path(os.path.normpath(self._root / url.lstrip("/")))
        if not asked.is_relative_to(self._root):
            raise AccessDenied(url, "it is outside of the project.")
        if asked.suffix != ".py":
            raise AccessDenied(url, "it is no Python file.")
        self._access.check(asked)
        return asked

    def data_path(self, url: str) -> Path:
        """The file of a URL, of whatever sort. It need not exist.

        Args:
            url: A path below the base, decoded.

        Raises:
            AccessDenied: It may not be served.
        """
        if not url.isprintable():
            raise AccessDenied(url[:200], "its path holds a character that no file of ours has.")
        asked = Path(os.path.normpath(self._root / url.lstrip("/")))
        self._access.check(asked)
        return asked

    def url(self, file: Path) -> str:
        """The URL of a file of the project.

        Args:
            file: Its absolute path.
        """
        return f"/{file.relative_to(self._root).as_posix()}"

    def absolute(self, listed: Mapping[str, DataFile]) -> dict[str, DataFile]:
        """A listing by absolute paths.

        Args:
            listed: It by URLs.
        """
        return {f"{self._root}{url}": look for url, look in listed.items()}

    def read(self, url: str) -> PythonModule | None:
        """A file's text; None where there is no such file, or it can't be read.

        Args:
            url: Its path below the base, decoded.

        Raises:
            AccessDenied: It may not be served.
        """
        try:
            data = self.path(url).read_bytes()
        except OSError:
            return None
        source = decode(data)
        return PythonModule(url, source, source_hash(source))

    def list(self, folder: str) -> Listing:
        """The URLs of all Python files below a folder, and the project's data files.

        Virtual environments and the like are left out.

        Args:
            folder: The folder's URL.
        """
        return self._project.list(folder)


def bundle(
    files: PythonFiles, entry: str, distributions: Mapping[str, str] | None = None
) -> PythonBundle | None:
    """Reads an entry and all that it imports; None where there is no such entry.

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
    modules = {entry: first}
    packages: dict[str, str] = {}
    pending = [first]
    while pending:
        module = pending.pop()
        for name in read_imports(module.source, _package_of(module.url, root)):
            found = list(_locate(name, root, known))
            if not found and not _is_folder(name, root, urls):
                top = name.partition(".")[0]
                if top and top not in sys.stdlib_module_names and top not in _OF_THE_PAGE:
                    packages[top] = distribution_of(top, distributions)
            for url in found:
                if url not in modules and (text := files.read(url)) is not None:
                    modules[url] = text
                    pending.append(text)
    local = {name for name in packages if _is_folder(name, root, urls)}
    return PythonBundle(
        entry,
        root,
        tuple(modules.values()),
        urls,
        {name: packages[name] for name in sorted(packages.keys() - local)},
        listing.data,
        listing.is_complete,
    )


def distribution_of(name: str, distributions: Mapping[str, str] | None) -> str:
    """What to install for an import.

    Args:
        name: The imported top-level name.
        distributions: What Pyodide calls the packages of its own, by the imported name.
    """
    return (distributions or {}).get(name) or _DISTRIBUTIONS.get(name, name)


def distributions_of(lock: Path) -> dict[str, str]:
    """What the packages of a Pyodide are called in its index, by the imported name.

    Args:
        lock: Its pyodide-lock.json; without one there are none.
    """
    try:
        packages = json.loads(lock.read_text("utf-8"))["packages"]
        return {
            name: str(package["name"])
            for package in packages.values()
            for name in package.get("imports", ())
            if "." not in name
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}  # another release's format: the names are then taken as they are


class PythonRequests:
    """Answers `/@hmr/python`: a bundle (`?entry=/main.py`), or one module (`?file=/app/m.py`).

    Also a data file as it is (`?data=/app/table.csv`), because its own URL may answer with a page or a
    module; and what to install for an import (`?package=yaml`).

    A page that has its files from elsewhere, as PyScript's have, names them (`?watch=/main.py`) and gets
    names of what they hold by now: it may have them from before an edit;
    an inline script is named by its page and a number (`?watch=/index.html#py-0`, encoded).

    Args:
        files: The project's Python files.
        register: Told which Python files a page holds: their changes are pushed to it.
        register_data: Told which other files it holds: it hears of their changes.
        register_listing: Told which data files were listed for it: it hears of them, and of new ones.
        warn: Told what the person at the terminal can do something about.
        lock: Pyodide's lock file.
    """

    def __init__(
        self,
        files: PythonFiles,
        register: Callable[[Iterable[Path]], None],
        register_data: Callable[[Iterable[Path]], None],
        register_listing: Callable[[Mapping[str, DataFile]], None],
        warn: Callable[[str], object],
        lock: Path | None,
    ) -> None:
        self._files = files
        self._register = register
        self._register_data = register_data
        self._register_listing = register_listing
        self._warn = warn
        self._has_warned = False
        self._distributions = None if lock is None else distributions_of(lock)

    async def answer(self, request: Request) -> Response:
        """Answers one request.

        Args:
            request: A GET; its query says what is asked for.

        Raises:
            AccessDenied: The file may not be served.
        """
        if entry := request.query_params.get("entry"):
            return await self._bundle(request, entry)
        if url := request.query_params.get("file"):
            return await self._module(url)
        if url := request.query_params.get("data"):
            return await self._data(url)
        if name := request.query_params.get("package"):
            return JSONResponse({"package": distribution_of(name, self._distributions)})
        if urls := request.query_params.getlist("watch"):
            return await self._watch(urls)
        return _no_file("the query names neither an entry nor a file")

    async def _bundle(self, request: Request, entry: str) -> Response:
        self._register_listing({})  # first: a file that is made meanwhile is told of as well
        found = await asyncio.to_thread(bundle, self._files, entry, self._distributions)
        # Also without the entry: the page hears of it as soon as it is there.
        urls: Collection[str] = (entry,) if found is None else (entry, *found.files)
        self._register(self._files.path(url) for url in urls)
        if found is None:
            return _no_file(f"there is no {entry}: `data-entry` names the file that the page runs")
        self._register_listing(self._files.absolute(found.data))
        if not found.is_complete and not self._has_warned:
            self._has_warned = True
            self._warn(
                f"Python can open the first {MOST_DATA_FILES} data files of this project only: "
                "`watch-ignore` names folders to leave out."
            )
        text = found.to_json().encode("utf-8", "surrogatepass")
        etag = f'W/"{hashlib.sha256(text).hexdigest()[:16]}"'
        return text_response(request, text, _JSON, etag)

    async def _watch(self, urls: Iterable[str]) -> Response:
        files: dict[str, Path] = {}
        for url in urls:
            if inline := _INLINE.fullmatch(url):
                file = self._files.data_path(module_url.url_to_path(inline["page"]))
                self._register([inline_script(file.resolve(), inline["number"])])
            elif url.endswith(".py"):
                self._register([files.setdefault(url, self._files.path(url))])
            else:
                self._register_data([files.setdefault(url, self._files.data_path(url))])
        # only now: what is saved from here on is told of, and what was saved before is seen here
        names = await asyncio.to_thread(_content_names, files)
        return JSONResponse({"files": names}, headers={"cache-control": NO_CACHE})

    async def _data(self, url: str) -> Response:
        file = self._files.data_path(url)
        try:
            content = await asyncio.to_thread(file.read_bytes)
        except OSError:
            return _no_file(f"there is no {url}")
        # A page that waits for it can only ask for text, and a byte order mark in front would decide
        # how that is decoded.
        headers = {"cache-control": "no-store"}
        return Response(b"\0" + content, headers=headers, media_type="application/octet-stream")

    async def _module(self, url: str) -> Response:
        module = await asyncio.to_thread(self._files.read, url)
        if module is None:
            return _no_file(f"there is no {url}")
        self._register([self._files.path(url)])
        headers = {"cache-control": NO_CACHE}
        return JSONResponse({"source": module.source, "hash": module.hash}, headers=headers)


def _content_names(files: Mapping[str, Path]) -> dict[str, str]:
    """Names what files hold, as pages do (`pyscript_files.content_name`); one that is gone has no name."""
    names = {}
    for url, file in files.items():
        try:
            content = file.read_bytes()
        except OSError:
            continue
        names[url] = f"{len(content)}-{zlib.crc32(content):08x}"
    return names


def _no_file(message: str) -> Response:
    return JSONResponse({"error": message}, 404, {"cache-control": NO_CACHE})


def _package_of(url: str, root: str) -> str:
    """The package that a module's relative imports start from; empty for a top-level module."""
    return posixpath.relpath(posixpath.dirname(url), root).strip("./").replace("/", ".")


def _locate(name: str, root: str, known: Collection[str]) -> Iterator[str]:
    """The files that importing a name runs: its packages' and its own."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        base = posixpath.join(root, *parts[:end])
        for url in (f"{base}/__init__.py", f"{base}.py"):
            if url in known:
                yield url
                break


def _is_folder(name: str, root: str, urls: Iterable[str]) -> bool:
    """Whether Python files lie below the folder of a top-level name: a namespace package."""
    prefix = posixpath.join(root, name.partition(".")[0], "")
    return any(url.startswith(prefix) for url in urls)
