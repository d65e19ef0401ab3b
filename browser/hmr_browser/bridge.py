"""What the bootstrap hands to Python, as Python sees it. For type checkers: no page imports this."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol


class EarlySocket(Protocol):
    """The connection that the bootstrap opened before Python was there.

    Attributes:
        socket: The native WebSocket or EventSource, in whatever state it is by now.
        isStream: Whether it is an EventSource.
    """

    socket: Any
    isStream: bool  # noqa: N815  # JavaScript's name

    def take(self) -> Any:
        """Return the messages that were kept, as an array of texts, and keep no more."""


class Overlay(Protocol):
    """The error overlay, which lives in the bootstrap because errors come before Python does."""

    def needsReload(self) -> bool:  # noqa: N802  # JavaScript's name
        """Return whether the shown error needs a reload if the page has loaded with it."""

    def close(self) -> None:
        """Close it."""

    def beginUpdate(self, timestamp: int) -> None:  # noqa: N802  # JavaScript's name
        """Close it before an update, unless a worker has failed at that one already.

        Args:
            timestamp: The update's.
        """

    def show(self, error: Any, mendable: bool, timestamp: int) -> None:
        """Show an error, in place of one that is shown.

        Args:
            error: What went wrong.
            mendable: Whether it is a Python module's, which runs again without a reload.
            timestamp: The update's that failed; 0 where it is no update's.
        """


class Badge(Protocol):
    """The quiet line in a corner of the page."""

    def show(self, text: str) -> None:
        """Show what became of an update.

        Args:
            text: `badge_text`'s.
        """

    def hide(self) -> None:
        """Take it away, if it is shown."""


class KeptData(Protocol):
    """`hot.data` of Python modules that the page before this one has kept (`python/kept_data.py`)."""

    def __contains__(self, path: str) -> bool:
        """Tell whether there is still something for a module."""

    def give_back(self, path: str, data: MutableMapping[str, Any]) -> None:
        """Put it into the module's `hot.data`."""


class Bridge(Protocol):
    """What the bootstrap hands to `start`.

    Attributes:
        settings: The server's settings, as JSON text.
        hotData: A JavaScript Map: `hot.data` by owner path.
        kept: `hot.data` of Python modules that the page before this one has kept, as JSON text.
        early: The connection that is open already.
        overlay: The error overlay; in a worker, the page's.
        badge: The quiet badge; in a worker, the page's.
    """

    settings: str
    hotData: Any  # noqa: N815  # JavaScript's name
    kept: str
    early: EarlySocket
    overlay: Overlay
    badge: Badge

    def whyUnpatched(self, path: str, isPatched: bool) -> str | None:  # noqa: N802, N803  # JavaScript's
        """Return why the page has to reload for a Python file: it or a worker runs it by itself.

        Args:
            path: The file's URL below the base.
            isPatched: Whether the page's own program has it, where it can be patched.
        """

    def openRoots(self) -> Any:  # noqa: N802  # JavaScript's name
        """Return the document and the open shadow roots in it, as an array."""

    def refreshFile(  # noqa: N802  # JavaScript's name
        self,
        path: str,
        timestamp: int,
        is_data_file: bool,
        is_module: bool,
        without_reader: bool,
    ) -> Any:
        """Swap a file in the page: a promise of "swapped", "", or why the page has to reload.

        Args:
            path: The file's path below the base, decoded.
            timestamp: The update's.
            is_data_file: Whether the page's Python has a copy that is brought up to date otherwise.
            is_module: Whether what the page runs of it is updated otherwise.
            without_reader: Whether it was fetched by a context that did not name itself.
        """

    def refreshSheet(self, sheet: str, timestamp: int) -> Any:  # noqa: N802  # JavaScript's name
        """Replace what a stylesheet holds that the page has imported: a promise, as `refreshFile`'s.

        Args:
            sheet: Its path and query below the base.
            timestamp: The update's.
        """

    def reload(self, reason: str, scripts: Any = ...) -> None:
        """Reload the page, in a worker the page around it; several calls within 20 ms are one.

        Args:
            reason: Why, as a person reads it.
            scripts: Those that it is reloaded for, as an array of URLs below the base: it stays as it is
                while the browser can't read one of them.
        """

    def onLeave(self, callback: Any) -> None:  # noqa: N802  # JavaScript's name
        """Call a function when this client reloads the page.

        Args:
            callback: Returns what the next page gets as `kept`.
        """

    def updateHtml(self, file: str, listens: bool) -> Any:  # noqa: N802  # JavaScript's name
        """Fetch the page's text again, and bring what has changed in it into the document.

        Args:
            file: What was saved, as far as it is known.
            listens: Whether the program listens to `hmr:html-updated`.

        Returns:
            A promise of JSON text (`html_update.js`).
        """

    def opening(self, socket: Any) -> None:
        """Listen to a connection, and fetch what its updates will import as soon as they arrive.

        Args:
            socket: A native WebSocket or EventSource without listeners yet.
        """

    def watchEffects(self, made: Any, over: Any) -> Any:  # noqa: N802  # JavaScript's name
        """Watch what Python modules leave in the page.

        Args:
            made: Gets each effect: its kind, what removes it, what restores it, and its
                handle; returns a number, or 0 if it is not recorded.
            over: Called with the number of an effect that has ended by itself.

        Returns:
            What stops the watch, and destroys both proxies.
        """

    def dataFiles(self, url: str) -> Any:  # noqa: N802  # JavaScript's name
        """Make the page's file system ready for files whose content the server has.

        Args:
            url: What a file's name is put behind to fetch it; one byte is in front of the content.

        Returns:
            A `FileSystem`.
        """

    def keepCode(self, content: Any) -> None:  # noqa: N802  # JavaScript's name
        """Keep the compiled code of the entry's modules, for the next visit.

        Args:
            content: A Uint8Array.
        """

    def importModule(self, url: str, number: int, settle: Any) -> None:  # noqa: N802  # JavaScript's name
        """Import an ES module.

        Args:
            number: Names the import.
            settle: Called once, with the number, whether it is imported, and its namespace or an Error.
        """

    def call(self, callback: Any, *arguments: Any) -> Any:
        """Call a callback of the page's.

        Returns:
            A promise, rejected with an Error if at all, where the callback returned one; else
            None. (A promise rejected with anything but an Error would break Pyodide's future.)
        """
