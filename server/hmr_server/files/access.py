"""Who may ask for what: hosts, origins, the hot channel's token, and files.

A development server runs with the rights of its user, on a port that every page in that user's
browser can reach. So:

- a **Host** that is neither local nor allowed is refused, against DNS rebinding;
- an **Origin** on the hot channel needs the process's token, against cross-site WebSockets;
- a **file** is served only from the allowed directories, after its path was decoded once and its
  symlinks were resolved, and never when a deny glob matches what was asked for or what it is.

Behaviour towards hosts, origins and tokens is Vite's (`ws.ts`, `hostCheck.ts`).
"""

from __future__ import annotations

import errno
import hmac
import ipaddress
import os
import re
import stat
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from urllib.parse import unquote_to_bytes

from ..config import ServerConfig
from .globs import GlobSet

HMR_PROTOCOL = "vite-hmr"
PING_PROTOCOL = "vite-ping"
FS_PREFIX = "/@fs/"

_LOCAL_ORIGIN = re.compile(
    r"https?://(?:(?:[^:/@]+\.)?localhost|127\.0\.0\.1|\[::1\])(?::\d+)?", re.IGNORECASE
)
_DRIVE = re.compile(r"^[A-Za-z]:$")


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
        return f"{self.path} is not served: {self.reason}"


class Admission(Enum):
    """What becomes of a WebSocket upgrade at the base path."""

    HMR = "a client of the hot channel"
    PING = "asks whether the server is up"
    FOREIGN = "not for us"
    WRONG_HOST = "the Host is not allowed"
    WRONG_TOKEN = "it comes from a page that does not know the token"  # noqa: S105 - no secret


def is_host_allowed(host: str | None, config: ServerConfig) -> bool:
    """Return whether a `Host` header may be answered: local names, IP addresses and allowed hosts."""
    name = _host_name(host or "")
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost") or _is_ip(name):
        return True
    return any(
        name == allowed.lstrip(".") or (allowed.startswith(".") and name.endswith(allowed))
        for allowed in map(str.lower, (*config.allowed_hosts, config.host))
        if allowed.strip(".")
    )


def blocked_host_message(host: str | None) -> str:
    """Return the text for a refused host; the first sentence is Vite's."""
    name = _host_name(host or "") or (host or "")
    return (
        f"Blocked request. This host ({_quoted(name)}) is not allowed.\n"
        f"To allow it, add {_quoted(name)} to `allowed-hosts` in hmr.toml "
        "or in [tool.hmr] of pyproject.toml."
    )


def cors_origin(origin: str | None) -> str | None:
    """Return the origin that may read answers across origins: only pages of this machine."""
    return origin if origin and _LOCAL_ORIGIN.fullmatch(origin) else None


def is_token_valid(given: str | None, config: ServerConfig) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest((given or "").encode(), config.token.encode())


def admit_socket(
    *,
    path: str,
    protocols: Sequence[str],
    host: str | None,
    origin: str | None,
    token: str | None,
    config: ServerConfig,
) -> Admission:
    """Decide on a WebSocket upgrade, in the order of Vite's `ws.ts` (shouldHandle).

    Args:
        path: the request's path, decoded.
        protocols: the subprotocols that the client offers.
        host: the `Host` header.
        origin: the `Origin` header; a client that is not a browser sends none.
        token: the `token` of the query.
        config: the server's configuration.
    """
    if path != config.base:
        return Admission.FOREIGN
    if list(protocols) == [PING_PROTOCOL]:
        return Admission.PING
    if list(protocols) != [HMR_PROTOCOL]:
        return Admission.FOREIGN
    if not is_host_allowed(host, config):
        return Admission.WRONG_HOST
    # The Origin's value is not compared: behind a proxy it is not ours. Knowing the token proves
    # that the page could read a script of this server.
    if origin is not None and not is_token_valid(token, config):
        return Admission.WRONG_TOKEN
    return Admission.HMR


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
        # Text, not `Path`: each request asks, and comparing paths as objects costs more than the disk.
        self._root = os.fspath(root)
        self._allowed = tuple(
            os.path.join(_comparable(directory), "")  # noqa: PTH118 - text
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
        """`file` with its symlinks resolved, when it may be served.

        Raises:
            AccessDenied: it is outside the allowed directories, or a deny glob matches its name
                or the name of what it links to.
        """
        return Path(self.check_path(os.fspath(file)))

    def check_path(self, file: str) -> str:
        """Return what `check` returns, for a path as text."""
        asked = os.path.normpath(os.path.join(self._root, file))  # noqa: PTH118 - text
        try:
            real = os.path.realpath(asked)
            is_circle = _leads_in_a_circle(real)
        except (OSError, ValueError) as error:
            raise AccessDenied(file, f"it cannot be resolved ({error})") from error
        if is_circle:
            raise AccessDenied(file, "it cannot be resolved (a circle of links)")
        self.check_names(file, asked, real)
        return real

    def check_names(self, shown: str, *names: str) -> None:
        """Let pass absolute paths that may be served as they are, without a look at the disk.

        Args:
            shown: What was asked for.
            names: Its name, and the name of what it links to, where that was found out.

        Raises:
            AccessDenied: The last one is outside the allowed directories, or a deny glob matches
                one of them.
        """
        if not any(True for _ in self._relative(names[-1])):
            raise AccessDenied(
                shown,
                "it is outside of the project; `fs-allow` names further directories to serve.",
            )
        if any(self._is_denied(name) for name in dict.fromkeys(names)):
            raise AccessDenied(shown, "files of this name are never served (`fs-deny`).")

    def is_allowed(self, file: Path) -> bool:
        """Return whether `check` would let `file` pass."""
        try:
            self.check(file)
        except AccessDenied:
            return False
        return True

    def is_denied(self, file: Path) -> bool:
        """Whether a deny glob matches ``file``, relative to any allowed directory it is in."""
        return self._is_denied(os.fspath(file))

    def _is_denied(self, file: str) -> bool:
        return any(map(self._deny.matches, self._relative(file)))

    def _relative(self, file: str) -> Iterator[str]:
        """Yield the path, with slashes, below each allowed directory that it is in."""
        comparable = _comparable(file)
        for directory in self._allowed:
            if comparable.startswith(directory):
                yield file[len(directory) :].replace(os.sep, "/")
            elif comparable == directory[:-1]:
                yield "."


def _leads_in_a_circle(real: str) -> bool:
    """Return whether links are left in what `realpath` returns: it gives up on a circle, and says nothing."""
    try:
        return stat.S_ISLNK(os.lstat(real).st_mode)
    except OSError as error:
        return error.errno == errno.ELOOP


def _comparable(path: str | Path) -> str:
    return os.path.normcase(os.fspath(path))


def decode_path(raw: str) -> str:
    """Percent-decode a URL path, once.

    Raises:
        AccessDenied: it is not UTF-8, or holds what no file of ours has in its path: control
            characters, a backslash, a `..` component (browsers resolve those themselves), or on
            Windows a colon or a trailing dot or blank, which name another file than they spell.
    """
    shown = raw[:200]
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise AccessDenied(shown, "its path is not UTF-8.") from None
    if any(ord(character) < 0x20 or character in "\x7f\\" for character in path):
        raise AccessDenied(shown, "its path holds a character that no file of ours has.")
    parts = path.split("/")
    if ".." in parts:
        raise AccessDenied(shown, "its path climbs with `..`.")
    if os.name == "nt" and any(
        part.endswith((".", " ")) or (":" in part and not _DRIVE.match(part)) for part in parts
    ):
        raise AccessDenied(shown, "its path names another file than it spells.")
    return path


def _host_name(header: str) -> str:
    """Return the name in a `Host` header, without port, lower-case; empty when it is malformed."""
    header = header.strip().lower()
    if header.startswith("["):
        name, closed, port = header[1:].partition("]")
        return name if closed and re.fullmatch(r"(?::\d*)?", port) else ""
    name, _, port = header.partition(":")
    if not re.fullmatch(r"\d*", port) or re.search(r"[\s/\\@#?,<>\"']", name):
        return ""
    return name.removesuffix(".") if name != "." else ""


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    return '"' + re.sub(r'[^ -~]|"', "?", text[:253]) + '"'
