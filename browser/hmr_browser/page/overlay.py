"""Errors of the server's, shown in the page. The element itself lives in bootstrap.js."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmr_client.wire.payloads import ErrorPayload
from hmr_client.wire.serialisation import payload_to_wire

from .. import _ffi

if TYPE_CHECKING:
    from ..bridge import Overlay


class ErrorOverlay:
    """Shows errors in the overlay, or in the console where the overlay is off.

    Args:
        element: What shows and closes the element.
        prefix: What a console line begins with.
        enabled: Whether the overlay is on.
    """

    def __init__(self, element: Overlay, prefix: str, *, enabled: bool) -> None:
        self._element = element
        self._prefix = prefix
        self._enabled = enabled

    @property
    def needs_reload(self) -> bool:
        """Whether the shown error needs a reload if the page has loaded with it."""
        return self._element.needsReload()

    def begin_update(self, timestamp: int) -> None:
        """Close the error shown before an update; a worker may have failed at this update already.

        Args:
            timestamp: The update's.
        """
        if self._enabled:
            self._element.beginUpdate(timestamp)

    def show(self, payload: ErrorPayload, *, of_python: bool = False, timestamp: int = 0) -> None:
        """Show an error in place of one that is shown, unless a newer update has begun since.

        Args:
            payload: What went wrong.
            of_python: Whether it is a Python module's, which runs again without a reload.
            timestamp: The update's that failed; 0 where it is no update's.
        """
        if self._enabled:
            self._element.show(
                _ffi.json_to_js(payload_to_wire(payload)["err"]), of_python, timestamp
            )
        else:
            err = payload.err
            _ffi.console().error(
                f"{self._prefix} Internal Server Error\n{err.message}\n{err.stack}"
            )

    def close(self) -> None:
        """Close it, if it is ours to close."""
        if self._enabled:
            self._element.close()
