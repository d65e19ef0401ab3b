"""What pages ask for their Python, by `/@hmr/python`."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..files.reading import read_bytes
from ..files.static_files import NO_CACHE, text_response
from ..graph import module_url
from ..watch.truncated_file import until_written
from .bundle import bundle
from .distributions import distribution_of, distributions_of
from .files import PythonFiles, inline_script
from .project_files import LEFT_OUT, MOST_DATA_FILES, DataFile

_JSON = "application/json"
_INLINE = re.compile(r"(?P<page>.+)#py-(?P<number>\d{1,4})")
_MOST_AWAITED = 1000


class TooManyAwaited(Exception):
    """Pages wait for more files that are not there than they may."""


class FileRegistrations(Protocol):
    """The environment's `Registrations`, as far as these requests use them."""

    def reading_python(self) -> AbstractContextManager[None]:
        """Push every Python file while inside, also one that was read and is not registered yet."""

    def register_python(self, files: Iterable[Path]) -> None:
        """Register Python files that a page holds."""

    def register_data(self, files: Iterable[Path]) -> None:
        """Register other files that it holds."""

    def register_listing(self, listed: Mapping[str, DataFile]) -> None:
        """Register the data files that were listed for it, and those that are created later."""


class PythonRequests:
    """Answers `/@hmr/python`: a bundle (`?entry=/main.py`), or one module (`?file=/app/m.py`).

    Also a data file as it is (`?data=/app/table.csv`), because its own URL may answer with a page or a
    module; and what to install for an import (`?package=yaml`).

    A page that has its files from elsewhere, as PyScript's have, names them (`?watch=/main.py`) and gets
    names of what they hold by now: it may have them from before an edit;
    an inline script is named by its page and a number (`?watch=/index.html#py-0`, encoded).

    Args:
        files: The project's Python files.
        registrations: Gets the files that a page holds: their changes are pushed to it.
        warn: Shows the person at the terminal what they can do something about.
        lock: Pyodide's lock file.
    """

    def __init__(
        self,
        files: PythonFiles,
        registrations: FileRegistrations,
        warn: Callable[[str], object],
        lock: Path | None,
    ) -> None:
        self._files = files
        self._registrations = registrations
        self._warn = warn
        self._has_warned = False
        self._left_out: set[str] = set()
        self._awaited: set[Path] = set()  # missing files, which pages get as soon as they exist
        self._distributions = None if lock is None else distributions_of(lock)

    async def answer(self, request: Request) -> Response:
        """Answer one request.

        Args:
            request: A GET; its query says what is asked for.

        Raises:
            AccessDenied: The file may not be served.
        """
        try:
            return await self._answer(request)
        except TooManyAwaited:
            return _no_file(f"{_MOST_AWAITED} files that are not there are waited for already", 400)

    async def _answer(self, request: Request) -> Response:
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
        self._registrations.register_listing(
            {}
        )  # first: a file that is created meanwhile is pushed as well
        with self._registrations.reading_python():
            found = await asyncio.to_thread(bundle, self._files, entry, self._distributions)
            # Also without the entry: the page gets it as soon as it exists.
            urls: Collection[str] = (entry,) if found is None else (entry, *found.files)
            if found is None:
                self._may_be_awaited(self._files.path(entry))
            self._registrations.register_python(self._files.path(url) for url in urls)
        if found is None:
            return _no_file(f"there is no {entry}: `data-entry` names the file that the page runs")
        self._registrations.register_listing(self._files.absolute(found.data))
        for url in found.left_out:
            if url not in self._left_out:
                self._left_out.add(url)
                self._warn(f"{url} {LEFT_OUT}")
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
                script = inline_script(file.resolve(), inline["number"])
                self._registrations.register_python([self._may_be_awaited(script, file)])
            elif url.endswith(".py"):
                files[url] = self._may_be_awaited(self._files.path(url))
                self._registrations.register_python([files[url]])
            else:
                files[url] = self._may_be_awaited(self._files.data_path(url))
                self._registrations.register_data([files[url]])
        # only now: a save from here on is pushed, and one before is seen here
        names = await asyncio.to_thread(_content_names, files)
        return JSONResponse({"files": names}, headers={"cache-control": NO_CACHE})

    def _may_be_awaited(self, name: Path, file: Path | None = None) -> Path:
        """Return what to register: a page can invent any number of names that do not exist.

        Args:
            name: What a page has named.
            file: The file that contains it, where it is no file itself.

        Raises:
            TooManyAwaited: More names are registered already than any project waits for.
        """
        is_there = os.path.exists(name if file is None else file)  # noqa: PTH110  # of any length
        if not is_there and name not in self._awaited:
            if len(self._awaited) >= _MOST_AWAITED:
                raise TooManyAwaited
            self._awaited.add(name)
        return name

    async def _data(self, url: str) -> Response:
        file = self._files.data_path(url)
        await until_written(file)
        try:
            content = await asyncio.to_thread(read_bytes, file)
        except OSError:
            return _no_file(f"there is no {url}")
        # A page that waits for it can only ask for text, and a byte order mark in front would decide
        # how that is decoded.
        headers = {"cache-control": "no-store"}
        return Response(b"\0" + content, headers=headers, media_type="application/octet-stream")

    async def _module(self, url: str) -> Response:
        with self._registrations.reading_python():
            module = await asyncio.to_thread(self._files.read, url)
            if module is None:
                return _no_file(f"there is no {url}")
            self._registrations.register_python([self._files.path(url)])
        headers = {"cache-control": NO_CACHE}
        return JSONResponse({"source": module.source, "hash": module.hash}, headers=headers)


def _content_names(files: Mapping[str, Path]) -> dict[str, str]:
    """Name what files hold, as pages do (`file_contents.content_name`); a deleted one has no name."""
    names = {}
    for url, file in files.items():
        try:
            content = read_bytes(file)
        except OSError:
            continue
        names[url] = f"{len(content)}-{zlib.crc32(content):08x}"
    return names


def _no_file(message: str, status: int = 404) -> Response:
    return JSONResponse({"error": message}, status, {"cache-control": NO_CACHE})
