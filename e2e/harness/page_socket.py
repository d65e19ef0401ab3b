"""Payloads that arrive in a page without a server having sent them.

They come in as an event of the page's own WebSocket: everything behind it is real.
"""

import json
from typing import Any

from e2e.harness.hot_page import HotPage

_SPY = """\
{
  const Native = WebSocket;
  globalThis.sockets = [];
  globalThis.WebSocket = class extends Native {
    constructor(...args) { super(...args); sockets.push(this); }
  };
  globalThis.arrive = (...payloads) => {
    for (const payload of payloads) {
      const data = typeof payload === "string" ? payload : JSON.stringify(payload);
      sockets.at(-1).dispatchEvent(new MessageEvent("message", { data }));
    }
  };
}
"""


def spy_on_sockets(page: HotPage) -> HotPage:
    """Before the page is opened: make its sockets reachable."""
    page.page.add_init_script(_SPY)
    return page


def arrive(page: HotPage, *payloads: dict[str, Any] | str) -> None:
    """Let payloads arrive, all in one turn of the page's event loop; a text arrives as it is."""
    page.page.evaluate(f"arrive(...{json.dumps(payloads)})")


def js_update(
    path: str, accepted: str | None = None, timestamp: int = 1795000000000
) -> dict[str, Any]:
    """A payload with one update of an ES module."""
    update = {
        "type": "js-update",
        "path": path,
        "acceptedPath": accepted or path,
        "timestamp": timestamp,
        "explicitImportRequired": False,
        "isWithinCircularImport": False,
    }
    return {"type": "update", "updates": [update]}
