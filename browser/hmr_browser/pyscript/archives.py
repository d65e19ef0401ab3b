"""The archives of PyScript's `[files]`, `"./lib.tar.gz" = "./*"`: what is in them."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit


class ArchiveError(ValueError):
    """An archive can't be read; says why."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive of a configuration.

    Attributes:
        url: Where it comes from.
        folder: Where its members land.
    """

    url: str
    folder: str

    def members(self, content: bytes) -> dict[str, bytes]:
        """Return what its files hold, by where they land.

        Raises:
            ArchiveError: It can't be read.
        """
        read = _of_zip if urlsplit(self.url).path.endswith((".zip", ".whl")) else _of_tar
        try:
            return {
                place: data
                for name, data in read(content)
                if (place := posixpath.normpath(posixpath.join(self.folder, name))).startswith(
                    f"{self.folder.rstrip('/')}/"
                )
            }
        except Exception as error:  # tarfile and zipfile raise a dozen kinds
            raise ArchiveError(str(error).partition("\n")[0] or type(error).__name__) from error


def _of_zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, archive.read(info)


def _of_tar(content: bytes) -> Iterator[tuple[str, bytes]]:
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for info in archive:
            if (file := archive.extractfile(info)) is not None:
                yield info.name, file.read()
