"""Objects of the standard library that statements change, and whose contents can't be undone in part.

    parser = ArgumentParser()            @command("add")     ──▶ parser: another one than before
    def command(name): …parser…          def add(): …            so the update restarts, where this runs again

That something was put there can be seen: by the sizes of what it holds, a file's position, a number of changes.
"""

from __future__ import annotations

import sys
import zlib
from collections import deque
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import Any

from ..inspection import is_a, is_standard, namespace_of
from .places import PLAIN, Advancing

_LARGEST = 4_000_000  # bytes
_ROWS = 1000
_MOST = 300  # objects within one
_PLAIN_CONTAINERS = (list, dict, set, deque)
_NO_DATA = (type, ModuleType, FunctionType, MethodType, BuiltinMethodType)
_KEPT_BY_OTHERS = frozenset(
    [
        "asyncio",
        "threading",
        "_thread",
        "concurrent",
        "multiprocessing",
        "contextvars",
        "importlib",
        "_frozen_importlib",
        "_frozen_importlib_external",
        "_weakref",
        "weakref",
        "inspect",
        "typing",
        "enum",
        "ast",
        "zoneinfo",
        "pathlib",
    ]
)  # the ledger ends tasks and timers; threads and imports are nobody's state
_QUEUES = ("asyncio.queues", "asyncio.locks")


def has_state(item: Any) -> bool:
    """Tell whether an object of the standard library has contents that a statement may change.

    Args:
        item: What the statement can reach.
    """
    if is_a(item, _NO_DATA):
        return False
    kind = type(item)
    root = kind.__module__.partition(".")[0]
    if not is_standard(root):
        return _buffer(item) is not None  # an array of numpy
    if root in _KEPT_BY_OTHERS:
        return kind.__module__ in _QUEUES
    return _reads_state(item) is not None or _names(item) is not None


def is_shared_random(item: Any) -> bool:
    """Tell whether an object is what the functions of `random` use."""
    return item is getattr(sys.modules.get("random"), "_inst", None)


class Stateful(Advancing):
    """An object whose contents are not looked into: only that they have changed."""

    def copy(self) -> str:
        """See `Place`."""
        own = _reads_state(self.owner)
        return repr((own, _sizes(self.owner)))


def _reads_state(item: Any) -> Any:
    """Return what is known of an object of C, None if nothing is."""
    kind = type(item)
    match kind.__module__, kind.__name__:
        case ("_io", "StringIO" | "BytesIO"):
            return None if item.closed else (item.tell(), len(item.getvalue()))
        case ("xml.etree.ElementTree", "Element"):
            return len(item), sorted(item.items()), item.text
        case ("random", "Random"):
            return hash(item.getstate())
        case ("sqlite3", "Connection"):
            return _changes(item)
        case ("decimal", "Context"):
            return repr(item)
    return _buffer(item)


def _buffer(item: Any) -> int | None:
    """Return a checksum of what an array holds, None if it is none; of a large one of its ends."""
    try:
        with memoryview(item) as view:
            if view.nbytes <= _LARGEST:
                return zlib.adler32(view if view.contiguous else view.tobytes())
            ends = (view[:_ROWS].tobytes(), view[-_ROWS:].tobytes()) if view.ndim == 1 else (b"",)
            return zlib.adler32(b"".join(ends))
    except (TypeError, ValueError, BufferError, NotImplementedError):
        return None


def _changes(connection: Any) -> int:
    try:
        return int(connection.total_changes)
    except Exception:  # noqa: BLE001  # it is closed, or of another thread
        return 0


def _names(item: Any) -> dict[str, Any] | None:
    names = namespace_of(item)
    return names if type(names) is dict else None


def _sizes(item: Any) -> list[Any]:
    """Return the sizes of the containers within an object, and its plain attributes."""
    found: list[Any] = []
    seen: set[int] = set()
    pending: list[Any] = [item]
    for one in pending:  # grows while it is walked
        if id(one) in seen or is_a(one, _NO_DATA):
            continue
        seen.add(id(one))
        if len(seen) > _MOST:
            break
        if is_a(one, _PLAIN_CONTAINERS):
            inner: Any = one
        else:  # what is put in may be the program's own: that is looked at elsewhere
            inner = _names(one) if is_standard(type(one).__module__) else None
        if inner is None:
            continue
        values = [*inner.values()] if isinstance(inner, dict) else [*inner]
        found.append((len(values), [x for x in values if type(x) in PLAIN]))
        pending += [x for x in values if type(x) not in PLAIN]
    return found
