"""Every payload of the wire as a frozen dataclass; `wire.py` reads and writes them.

The types are Vite's (`packages/vite/types/hmrPayload.d.ts`), and what is ours beside them any other
client can ignore: `py-update`, `asset-update`, `session` and `sequence`. Unknown fields are kept in `extra` and
written back, so that a payload passes through unharmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

JSONValue: TypeAlias = (
    "bool | int | float | str | Sequence[JSONValue] | Mapping[str, JSONValue] | None"
)

Extra: TypeAlias = Mapping[str, JSONValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsUpdate:
    """An ES module to import again.

    Attributes:
        path: The HMR boundary's URL.
        accepted_path: The URL of the module that the boundary accepts: its own, or a dependency's.
        timestamp: Milliseconds since the epoch; becomes the `?t=` of the import.
        explicit_import_required: The URL needs `?import` to be served as a module.
        is_within_circular_import: The boundary is part of an import circle; its import may fail.
        first_invalidated_by: The module whose `invalidate()` began this update.
    """

    path: str
    accepted_path: str
    timestamp: int
    explicit_import_required: bool = False
    is_within_circular_import: bool = False
    first_invalidated_by: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CssUpdate:
    """A stylesheet of a `<link>` to swap. Attributes as in `JsUpdate`."""

    path: str
    accepted_path: str
    timestamp: int
    first_invalidated_by: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyUpdate:
    """A Python module's new source. Ours; other clients ignore it.

    Attributes:
        path: The module's URL.
        accepted_path: The same URL: the client, which holds the run-time graph, plans.
        timestamp: Milliseconds since the epoch.
        source: The new source text; None where the file was deleted.
        hash: The source's hash, as the server computes it; None where the file was deleted.
    """

    path: str
    accepted_path: str
    timestamp: int
    source: str | None
    hash: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetUpdate:
    """A file that pages have got unchanged was saved. Ours; other clients ignore it.

    Attributes:
        path: The file's URL, decoded.
        accepted_path: The same URL.
        timestamp: Milliseconds since the epoch.
        is_data_file: Whether a page's Python has a copy of it, which is brought up to date otherwise.
        is_module: Whether pages import it too: what they run of it is updated otherwise.
    """

    path: str
    accepted_path: str
    timestamp: int
    is_data_file: bool = False
    is_module: bool = False
    extra: Extra = field(default_factory=dict)


Update: TypeAlias = JsUpdate | CssUpdate | PyUpdate | AssetUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The server's greeting.

    Attributes:
        session: Names this run of the server; None where the server cannot resume.
        sequence: The number of the last push before this connection.
    """

    session: str | None = None
    sequence: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Keeps a connection awake; it gets no answer."""

    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePayload:
    """What changed, as one batch.

    Attributes:
        updates: The updates, in the order in which they are applied.
        sequence: The number of this push, where the server counts them.
    """

    updates: tuple[Update, ...]
    sequence: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FullReload:
    """The page has to be reloaded.

    Attributes:
        path: The HTML page concerned; None or `*` for every page.
        triggered_by: The file whose change caused it.
        sequence: The number of this push, where the server counts them.
    """

    path: str | None = None
    triggered_by: str | None = None
    sequence: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prune:
    """Modules that no module imports any more.

    Attributes:
        paths: Their URLs.
        sequence: The number of this push, where the server counts them.
    """

    paths: tuple[str, ...]
    sequence: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """An event of the user's or of a plugin's, either way.

    Attributes:
        event: Its name.
        data: Any JSON value; a missing one is None.
        sequence: The number of this push, where the server counts them.
    """

    event: str
    data: JSONValue = None
    sequence: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLocation:
    """Where an error is: a file, a line from 1 and a column from 0."""

    line: int
    column: int
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetails:
    """What went wrong on the server, for the overlay.

    Attributes:
        message: What happened.
        stack: The lines of the stack, joined by newlines.
        id: The module concerned, as a file path.
        frame: The code around the place, with a caret.
        plugin: Who raised it.
        plugin_code: The source as that plugin saw it.
        loc: The place.
    """

    message: str
    stack: str = ""
    id: str | None = None
    frame: str | None = None
    plugin: str | None = None
    plugin_code: str | None = None
    loc: ErrorLocation | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPayload:
    """An error of the server's.

    Attributes:
        err: What went wrong.
        sequence: The number of this push, where the server counts them.
    """

    err: ErrorDetails
    sequence: int | None = None
    extra: Extra = field(default_factory=dict)


HotPayload: TypeAlias = (
    Connected | Ping | UpdatePayload | FullReload | Prune | Custom | ErrorPayload
)
