"""Files as they are: byte ranges, ETag and 304 by starlette, and the media types of the web.

Nothing here decides whether a file may be served; access.py does.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import logging
import mimetypes
import os
import re
import stat
from email.utils import formatdate
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from .reading import read_bytes

NO_CACHE = "no-cache"
JAVASCRIPT = "text/javascript; charset=utf-8"
HTML = "text/html; charset=utf-8"

_UTF_8 = "; charset=utf-8"
_READ_AT_ONCE = 1 << 20  # bytes; what is sent piece by piece may be another file in the middle

_RANGE = r"\s*(?:\d{1,18}-\d{0,18}|-\d{1,18})\s*"
_RANGES = re.compile(f"bytes={_RANGE}(?:,{_RANGE})*", re.IGNORECASE)

_logger = logging.getLogger(__name__)

# The system's own tables differ from machine to machine, and some know `.js` as something else.
_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".cjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".xml": "text/xml",
    ".py": "text/x-python",
    ".toml": "application/toml",
    ".zip": "application/zip",
    ".whl": "application/zip",
    ".pdf": "application/pdf",
}


def is_file(file: Path) -> bool:
    """Return whether `file` is a regular file; no name makes that an error (before Python 3.14)."""
    return os.path.isfile(file)  # noqa: PTH113  # text


def media_type(file: Path) -> str:
    """Return the content type of `file`, with a charset where it is text."""
    type_ = _MEDIA_TYPES.get(file.suffix.lower())
    if type_ is None:
        guessed, encoding = mimetypes.guess_type(file.name)
        type_ = guessed if guessed and encoding is None else "application/octet-stream"
    is_text = type_.startswith("text/") or type_ in {"application/json", "image/svg+xml"}
    return f"{type_}{_UTF_8}" if is_text else type_


def file_response(
    file: Path, request: Request, *, cache_control: str = NO_CACHE, type_: str | None = None
) -> Response | None:
    """Return the answer that sends `file`; `None` when it is not a file that can be read.

    Args:
        request: Its conditions (`If-None-Match`, `Range`) are honoured.
        cache_control: The header's value.
        type_: The content type; the file's own when not given.
    """
    try:
        status = file.stat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or not os.access(file, os.R_OK):
        return None
    headers = {
        "etag": f'"{hashlib.sha256(_look(status).encode()).hexdigest()[:16]}"',
        "cache-control": cache_control,
        "content-type": type_ or media_type(file),
    }
    if is_known(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    if status.st_size > _READ_AT_ONCE or "range" in request.headers:
        with contextlib.suppress(OSError), file.open("rb") as opened:
            headers["content-type"] = _with_known_charset(
                headers["content-type"], opened.read(_READ_AT_ONCE)
            )
        return _StreamedFile(file, headers=headers, stat_result=status)
    try:
        content = read_bytes(file)
    except OSError:
        return None  # gone meanwhile
    headers["content-type"] = _with_known_charset(headers["content-type"], content)
    headers["last-modified"] = formatdate(status.st_mtime, usegmt=True)
    return Response(content, headers={**headers, "accept-ranges": "bytes"})


def _with_known_charset(type_: str, content: bytes) -> str:
    """Return a content type without its charset, if the content is not in UTF-8: browsers detect it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return type_.removesuffix(_UTF_8)
    return type_


class _StreamedFile(FileResponse):
    """A file that is sent piece by piece, and may be saved or deleted meanwhile.

    Then it can't be sent as the headers have promised: the connection ends before its end.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0
        if not _is_range(Headers(scope=scope).get("range", "")):
            # RFC 9110, 14.2: it is as if it were not there; starlette would refuse the request
            named = [header for header in scope["headers"] if header[0] != b"range"]
            scope = {**scope, "headers": named}

        async def counted(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = int(Headers(raw=message["headers"])["content-length"])
            elif scope["method"] != "HEAD":
                left -= len(message["body"])
                if left and not message["more_body"]:
                    # uvicorn must not take it for complete, or it would keep the connection open
                    raise EOFError(f"{left} bytes are missing")
            await send(message)

        try:
            await super().__call__(scope, receive, counted)
        except Exception:
            if self.stat_result is not None and _is_as_before(self.path, self.stat_result):
                raise
            _logger.warning("%s was saved while it was sent: load it again", self.path)


def _is_range(header: str) -> bool:
    """Return whether a `Range` asks for bytes, in a valid form."""
    if not _RANGES.fullmatch(header):
        return False
    pairs = (part.split("-") for part in header.partition("=")[2].split(","))
    return all(
        not (first.strip() and last.strip()) or int(first) <= int(last) for first, last in pairs
    )


def _is_as_before(path: str | os.PathLike[str], before: os.stat_result) -> bool:
    try:
        return _look(Path(path).stat()) == _look(before)
    except OSError:
        return False


def _look(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}-{status.st_size}-{status.st_ino}"


def is_known(request: Request, etag: str) -> bool:
    """Return whether the browser has what `etag` names already (weak comparison, RFC 9110 13.1.2)."""
    known = request.headers.get("if-none-match", "")
    bare = etag.removeprefix("W/")
    return known.strip() == "*" or any(
        tag.strip().removeprefix("W/") == bare for tag in known.split(",")
    )


def text_response(
    request: Request, content: bytes, type_: str, etag: str | None = None
) -> Response:
    """Return the answer that sends what was made for this request, or 304.

    Args:
        request: Its `If-None-Match` is honoured.
        content: What is sent.
        type_: Its content type.
        etag: Names the content; made of it when not given.
    """
    etag = etag or f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"cache-control": NO_CACHE, "content-type": type_, "etag": etag}
    if is_known(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers)
