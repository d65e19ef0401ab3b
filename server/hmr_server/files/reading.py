"""Reading what is a file, and nothing that makes the reader wait: a pipe, a device, a socket."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from io import BufferedReader

from ..file_look import FileLook


class NotAFile(OSError):
    """What has the name of a file is a pipe, a device or a socket."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(errno.EINVAL, "it is no regular file", os.fspath(path))


def open_file(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a file for reading; the caller closes it.

    Raises:
        NotAFile: It is something else, which might never come to its end.
        OSError: It can't be opened.
    """
    return os.fdopen(_open(path)[0], "rb")


def _open(path: str | os.PathLike[str]) -> tuple[int, os.stat_result]:
    """Return a descriptor of a file, and how the file is."""
    # without O_NONBLOCK a pipe's other end is waited for
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, status


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return a file's content.

    Raises:
        NotAFile: It is something else.
        OSError: It can't be read.
    """
    return _read(path)[0]


def read_with_look(path: str | os.PathLike[str]) -> tuple[bytes, FileLook]:
    """Return a file's content and how it looks.

    Raises:
        NotAFile: It is something else.
        OSError: It can't be read.
    """
    data, status = _read(path)
    digest = hashlib.blake2b(data, digest_size=16).digest()
    return data, FileLook(status.st_mtime_ns, status.st_ino, digest)


def _read(path: str | os.PathLike[str]) -> tuple[bytes, os.stat_result]:
    """Return a file's content, and how the file was before: a write meanwhile makes it differ."""
    descriptor, status = _open(path)
    try:
        # no file object around it: for a module that takes longer than to read it
        data = os.read(descriptor, status.st_size + 1)
        while more := os.read(descriptor, max(len(data), 1)):
            data += more
    finally:
        os.close(descriptor)
    return data, status


def still_looks(path: str | os.PathLike[str], look: FileLook) -> bool:
    """Return whether a file is what it was when it looked like this."""
    try:
        status = os.stat(path)  # noqa: PTH116  # cheaper, and mostly all that is needed
        if (status.st_mtime_ns, status.st_ino) != (look.modified_ns, look.inode):
            return False
        return read_with_look(path)[1] == look
    except OSError:
        return False


def read_text(path: str | os.PathLike[str], encoding: str = "utf-8", errors: str = "strict") -> str:
    r"""Return a file's text, with `\n` as line ends, as `Path.read_text` does.

    Raises:
        NotAFile: It is something else.
        OSError: It can't be read.
        UnicodeDecodeError: It is no text.
    """
    text = read_bytes(path).decode(encoding, errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")
