"""The sources of an update's modules, as one more field of its message: what the page's JavaScript reads, and no client.

They are many times as long as the rest of the message, so a client in Python cuts them off before it reads it.
"""

from __future__ import annotations

FIELD = "hmr:sources"
"""The field: texts by URL. It is also the event by which a page says that it takes them."""

_BEGIN = '{"type":"update"'
_CUT = f',"{FIELD}":'


def with_sources(message: str, sources: str) -> str:
    """Return an update's message with sources.

    Args:
        message: The message, as it is serialised.
        sources: A JSON object; empty for none.
    """
    return f"{message[:-1]}{_CUT}{sources}}}" if sources else message


def without_sources(message: str) -> str:
    """Return a message as it was before `with_sources`."""
    if not message.startswith(_BEGIN):
        return message
    # its quotes could stand in no string
    kept, cut, _ = message.partition(_CUT)
    return f"{kept}}}" if cut else message
