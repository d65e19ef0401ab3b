"""How a file looked when it was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileLook:
    """How a file looked when it was read.

    The content counts: two saves within one tick of a file system's clock have the same time. The time
    counts, too: who saves a file again without a change may want its modules to run again.
    """

    modified_ns: int
    inode: int
    digest: bytes


MANY_LOOKS = FileLook(-1, -1, b"")
"""Equal to no file's: clients have got different contents, or it is unknown which."""
