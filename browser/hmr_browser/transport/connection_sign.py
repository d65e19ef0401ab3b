"""The small sign in the page that says that the dev server can't be reached."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .. import _ffi

TAG = "hmr-connection-sign"

_STYLE = """
:host { position: fixed; right: 14px; bottom: 14px; z-index: 2147483646; }
button {
  display: flex; align-items: center; gap: 9px; padding: 7px 13px 7px 11px; cursor: pointer;
  font: 13px/1.4 system-ui, sans-serif; color: light-dark(#1c2028, #e6e8ee);
  background: light-dark(#ffffff, #1c1f26); border: 1px solid light-dark(#d9dde5, #343944);
  border-radius: 999px; box-shadow: 0 4px 16px rgb(0 0 0 / .16); color-scheme: light dark;
}
button:hover { border-color: light-dark(#98a2b3, #667085); }
i { width: 8px; height: 8px; border-radius: 50%; background: #e8912d; }
@media (prefers-reduced-motion: no-preference) { i { animation: pulse 1.4s ease-in-out infinite; } }
@keyframes pulse { 50% { opacity: .25; } }
"""


class ConnectionSign:
    """Shown while the connection is lost; a click tries at once.

    Args:
        document: The page's document.
        retry: Called on a click.
    """

    def __init__(self, document: Any, retry: Callable[[], None]) -> None:
        self._document = document
        self._retry = retry
        self._due: asyncio.Handle | None = None
        self._element: Any = None
        self._stop_listening: Callable[[], None] | None = None

    def show_in(self, seconds: float) -> None:
        """Show it after a while, unless it is hidden before.

        Args:
            seconds: How long a loss may take before the page shows it.
        """
        self.hide()
        self._due = asyncio.get_running_loop().call_later(seconds, self._show)

    def _show(self) -> None:
        body = self._document.body
        if not body:
            return
        create = self._document.createElement
        host, button, dot, style = (create(tag) for tag in (TAG, "button", "i", "style"))
        style.textContent = _STYLE
        if nonce := self._document.querySelector("meta[property=csp-nonce]"):
            style.setAttribute("nonce", nonce.nonce)
        button.title = "The dev server does not answer. Click to try again now."
        button.append(dot, "Dev server connection lost. Reconnecting…")
        button.setAttribute("role", "status")
        host.attachShadow(_ffi.object_to_js(mode="open")).append(style, button)
        self._stop_listening = _ffi.listen(button, {"click": lambda _event: self._retry()})
        self._element = host
        body.append(host)

    def hide(self) -> None:
        """Take it away, if it is shown."""
        if self._due is not None:
            self._due.cancel()
        if self._element is None:
            return
        if self._stop_listening is not None:
            self._stop_listening()
        self._element.remove()
        self._element = self._stop_listening = None
