"""File systems for which the system sends no events: other machines change their files."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

# Changes by another machine, or by the host, come without an event
_SHARED = frozenset(
    {
        *("9p", "drvfs", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "fuse.vmhgfs-fuse"),
        *("osxfs", "fuse.osxfs", "fuse.grpcfuse", "fakeowner"),
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda"),
        *("ceph", "fuse.ceph", "glusterfs", "fuse.glusterfs", "lustre", "gpfs", "beegfs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs2", "fuse.gcsfuse"),
    }
)
_ESCAPE = re.compile(r"\\([0-7]{3})")


def why_polling(root: str, mounts: str | None = None) -> str | None:
    """Say why a directory has to be polled; None where the system's events can be trusted.

    Args:
        root: Its absolute path, without symlinks.
        mounts: What `/proc/self/mountinfo` says; read when not given.
    """
    if sys.platform != "linux":
        return None
    type_ = type_of(root, _mounts() if mounts is None else mounts)
    if type_ not in _SHARED:
        return None
    where = "Windows' files in WSL" if _is_wsl() and type_ in {"9p", "drvfs"} else type_
    return f"this file system ({where}) does not tell of changes"


def type_of(path: str, mounts: str) -> str:
    """Return the type of the file system that holds a path; empty where it is not known.

    Args:
        path: Absolute, without symlinks.
        mounts: What `/proc/self/mountinfo` says.
    """
    best, type_ = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        place = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4]).rstrip("/")
        is_above = path == place or path.startswith(f"{place}/")
        if is_above and len(place) >= best:  # a later mount covers an earlier one
            best, type_ = len(place), after.split(" ", 1)[0]
    return type_


def _mounts() -> str:
    try:
        return os.fsdecode(Path("/proc/self/mountinfo").read_bytes())
    except OSError:
        return ""


def _is_wsl() -> bool:
    return "microsoft" in platform.uname().release.lower()
