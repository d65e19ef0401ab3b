"""Which files are served.

A development server runs with the rights of its user. A file is served only from the allowed
directories, after its path was decoded once and its symlinks were resolved, and never when what was
asked for, or what it is, is hidden or has a name that a deny glob matches, be it as it is or as the
backup of such a file.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes

from ..config import ServerConfig
from ..secret_names import is_hidden, originals
from ..text.plain_text import plain_text
from .globs import GlobSet
from .real_path import real_path

FS_PREFIX = "/@fs/"

_DRIVE = re.compile(r"^[A-Za-z]:$")

_OF_NO_NAME = re.compile(r"[\x00-\x1f\x7f\\]")
_MAX_SHOWN = 200  # characters of what was asked for
_NO_NAME = "its path holds a character that no file of ours has."
_REMEMBERED = 16 * 1024


class AccessDenied(Exception):
    """A file that is not served.

    Attributes:
        path: what was asked for, as far as it is the asker's own text.
        reason: why not; says what to do where something can be done.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return plain_text(f"{self.path} is not served: {self.reason}")


class BadPath(AccessDenied):
    """A path that names no file: its text is wrong (400)."""


class NoSuchPath(AccessDenied):
    """A path that no file has (404)."""


class FileAccess:
    """Which files may be read for a page.

    Args:
        root: where URLs start.
        allow: the directories that may be served, absolute and resolved.
        deny: globs of what is never served.
    """

    def __init__(self, root: Path, allow: Sequence[Path], deny: Sequence[str]) -> None:
        self.root = root
        self.allow = tuple(allow)
        self._deny = GlobSet(deny)
        # a path is asked about again with each request for it
        self._is_denied_name = functools.lru_cache(maxsize=_REMEMBERED)(self._matches)
        self._is_plain = functools.lru_cache(maxsize=_REMEMBERED)(self._may_be_served)
        # Text, not `Path`: each request asks, and comparing paths as objects costs more than the disk.
        self._root = os.fspath(root)
        self._allowed = tuple(
            os.path.join(_comparable(directory), "")  # noqa: PTH118  # text
            for directory in self.allow
        )

    @classmethod
    def of(cls, config: ServerConfig) -> FileAccess:
        """Return the access that `config` describes."""
        return cls(config.root, config.fs_allow, config.fs_deny)

    def resolve_url(self, raw: str) -> Path:
        """Return the file that a URL path names. It need not exist.

        Args:
            raw: path as it came in the request, percent-encoded, without base and query; starts
                with a slash; `/@fs/` begins an absolute path.

        Raises:
            AccessDenied: the path is malformed, leaves the allowed directories, or is denied.
        """
        path = decode_path(raw)
        if path.startswith(FS_PREFIX):
            rest = path.removeprefix(FS_PREFIX).lstrip("/")
            drive = _DRIVE.match(rest.partition("/")[0])
            return self.check(Path(rest if drive else f"/{rest}"))
        return self.check(self.root / path.lstrip("/"))

    def check(self, file: Path) -> Path:
        """Return `file` with its symlinks resolved, when it may be served.

        Raises:
            AccessDenied: it is outside the allowed directories, or a deny glob matches its name
                or the name of what it links to.
        """
        return Path(self.check_path(os.fspath(file)))

    def check_path(self, file: str) -> str:
        """Return what `check` returns, for a path as text."""
        asked = os.path.normpath(os.path.join(self._root, file))  # noqa: PTH118  # text
        try:
            real = real_path(asked)
            is_circle = _leads_in_a_circle(real)
        except ValueError:  # NUL
            raise BadPath(self._shown(asked), _NO_NAME) from None
        except OSError as error:
            why = f"it cannot be resolved ({error.strerror})."
            raise AccessDenied(self._shown(asked), why) from None
        if is_circle:
            raise AccessDenied(self._shown(asked), "its links lead in a circle.")
        self.check_names(asked, real)
        return real

    def check_names(self, *names: str) -> None:
        """Let pass absolute paths that may be served as they are, without a look at the disk.

        Args:
            names: What was asked for, and the name of what it links to, where that was found out.

        Raises:
            AccessDenied: The last one is outside the allowed directories, or a deny glob matches
                one of them.
        """
        if all(map(self._is_plain, names)):
            return
        if not any(True for _ in self._relative(names[-1])):
            raise AccessDenied(
                self._shown(names[0]),
                "it is outside of the project; `fs-allow` names further directories to serve.",
            )
        if any(self._is_denied(name) for name in dict.fromkeys(names)):
            raise AccessDenied(
                self._shown(names[0]),
                "hidden files and files of this name are never served (`fs-deny`).",
            )

    def _shown(self, asked: str) -> str:
        """Return where a file is from the root: no path of this machine is shown to others."""
        return os.path.relpath(asked, self._root)[:_MAX_SHOWN]

    def is_allowed(self, file: Path) -> bool:
        """Return whether `check` would let `file` pass."""
        try:
            self.check(file)
        except AccessDenied:
            return False
        return True

    def is_denied(self, file: Path) -> bool:
        """Return whether `file` is hidden, or a deny glob matches it or what it is a backup of.

        A glob counts relative to any allowed directory that the file is in, and that a file is
        hidden relative to the nearest one: who allows `.storybook` has named it.
        """
        return self._is_denied(os.fspath(file))

    def _may_be_served(self, file: str) -> bool:
        """Return whether a path may be served whatever is on the disk."""
        within = list(self._relative(file))
        return bool(within) and not (self._is_denied_below(within) or _may_be_key(file))

    def _is_denied(self, file: str) -> bool:
        within = list(self._relative(file))
        if not within:
            return False
        return self._is_denied_below(within) or _is_own_key(file)

    def _is_denied_below(self, within: Sequence[str]) -> bool:
        """Return whether a path, relative to each allowed directory that it is in, is hidden or denied."""
        return any(map(self._is_denied_name, within)) or is_hidden(min(within, key=len))

    def _matches(self, path: str) -> bool:
        if self._deny.matches(path):
            return True
        names = [_originals(name) for name in path.split("/")]
        most = max(map(len, names))
        return any(
            self._deny.matches("/".join(known[min(step, len(known) - 1)] for known in names))
            for step in range(1, most)
        )

    def _relative(self, file: str) -> Iterator[str]:
        """Yield the path, with slashes, below each allowed directory that it is in."""
        comparable = _comparable(file)
        for directory in self._allowed:
            if comparable.startswith(directory):
                yield file[len(directory) :].replace(os.sep, "/")
            elif comparable == directory[:-1]:
                yield "."


@functools.lru_cache(maxsize=_REMEMBERED)
def _originals(name: str) -> tuple[str, ...]:
    return tuple(originals(name))


def _is_own_key(file: str) -> bool:
    """Return whether `file` is an SSH key with a name of the user's choice, as in `id_github`.

    Only where it is there: a page's own URL may have this form.
    """
    return _may_be_key(file) and os.path.isfile(file)  # noqa: PTH113  # text


def _may_be_key(file: str) -> bool:
    name = os.path.basename(file).lower().removesuffix(".pub")  # noqa: PTH119  # text
    return name.startswith("id_") and "." not in name


def _leads_in_a_circle(real: str) -> bool:
    """Return whether links are left in what `realpath` returns: on a circle it returns the path unresolved, without an error."""
    try:
        return stat.S_ISLNK(os.lstat(real).st_mode)
    except OSError as error:
        return error.errno == errno.ELOOP


def _comparable(path: str | Path) -> str:
    return os.path.normcase(os.fspath(path))


def decode_path(raw: str) -> str:
    """Percent-decode a URL path, once.

    Raises:
        BadPath: it is not UTF-8, or holds control characters or a backslash.
        NoSuchPath: it has a `.` component.
        AccessDenied: it has a `..` component (browsers resolve those themselves), or on Windows a
            colon or a trailing dot or blank, which name another file than they spell.
    """
    shown = raw[:_MAX_SHOWN]
    try:
        path = unquote_to_bytes(raw).decode("utf-8") if "%" in raw else raw
    except UnicodeDecodeError:
        raise BadPath(shown, "its path is not UTF-8.") from None
    if _OF_NO_NAME.search(path):
        raise BadPath(shown, _NO_NAME)
    parts = path.split("/")
    if "." in parts:
        # no browser sends it; `/main.js/.` would be one more name of a file
        raise NoSuchPath(shown, "its path has a `.` in place of a name.")
    if ".." in parts:
        raise AccessDenied(shown, "its path climbs with `..`.")
    if os.name == "nt" and any(
        part.endswith((".", " ")) or (":" in part and not _DRIVE.match(part)) for part in parts
    ):
        raise AccessDenied(shown, "its path names another file than it spells.")
    return path
