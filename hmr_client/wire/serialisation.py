"""Payloads, and the data of our own custom events, as the JSON text that travels, and back.

Nothing past `parse_payload` handles a raw dict.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ..exceptions import UnknownPayloadType
from .checks import json_object, string
from .fields import (
    DEFAULTS,
    EVENTS,
    FIELDS,
    PAYLOAD_TYPES,
    WIRE_TYPES,
    read_record,
)
from .json_text import dump_json, load_json
from .payloads import HotPayload, JSONValue, Update

SOURCES = "hmr:sources"
"""The field of an update's message with the sources of its modules by URL: texts, or `true` for one that came early;
and the event by which a page says that it takes them. It is the last field. The page's JavaScript reads them, and no
client does: they are many times as long as the rest."""

EARLY_SOURCES = "hmr:early-sources"
"""The event by which a server shows a page modules that an update is about to bring, texts by URL. The page's
JavaScript takes the message, and Python does not get it."""

_T = TypeVar("_T")
_BEGIN = '{"type":"update"'
_CUT = f',"{SOURCES}":'


def parse_payload(text: str) -> HotPayload:
    """Read one message.

    Args:
        text: JSON text, as it arrived.

    Returns:
        The payload.

    Raises:
        UnknownPayloadType: If the message is well formed and of a type that is not known: ignore it.
        PayloadError: If it is anything else that is no payload: log it; nothing else is harmed.
    """
    raw = json_object(load_json(text), "")
    type_ = string(raw.get("type"), "type")
    payload_class = PAYLOAD_TYPES.get(type_)
    if payload_class is None:
        raise UnknownPayloadType(type_)
    payload: HotPayload = read_record(payload_class, raw, "")
    return payload


def serialise_payload(payload: HotPayload) -> str:
    """Write a payload as compact JSON, absent optional fields left out.

    Raises:
        ValueError: If custom data holds something that JSON can't say (NaN, a circle).
        TypeError: If custom data holds an object that is no JSON value.
    """
    return dump_json(payload_to_wire(payload))


def payload_to_wire(payload: HotPayload | Update) -> dict[str, JSONValue]:
    """Return the JSON object of a payload, or of an update, for a listener in JavaScript.

    Args:
        payload: The payload or the update.
    """
    return {"type": WIRE_TYPES[type(payload)], **_write(payload)}


def read_event(data_class: type[_T], data: JSONValue) -> _T:
    """Read the data of a custom event, as one of the classes of `custom_events`.

    Raises:
        PayloadError: If it isn't the data of this event.
    """
    return read_record(data_class, data, EVENTS[data_class])


def event_to_wire(data: object) -> dict[str, JSONValue]:
    """Return the data of a custom event as a JSON object.

    Args:
        data: An object of one of the classes of `custom_events`.
    """
    return _write(data)


def without_sources(message: str) -> str:
    """Return a message without its last field, the sources: a client need not read what it does not use."""
    if not message.startswith(_BEGIN):
        return message
    # its quotes could stand in no string
    kept, cut, _ = message.partition(_CUT)
    return f"{kept}}}" if cut else message


def _write(record: object) -> dict[str, JSONValue]:
    record_class = type(record)
    wire: dict[str, JSONValue] = {}
    for field in FIELDS[record_class]:
        value = getattr(record, field.attribute)
        if field.always or value != DEFAULTS[record_class][field.attribute]:
            wire[field.wire] = _wire_value(value if field.write is None else field.write(value))
    wire.update(getattr(record, "extra", {}))
    return wire


def _wire_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_wire_value(item) for item in value]
    if type(value) in WIRE_TYPES:
        return payload_to_wire(value)
    return _write(value) if type(value) in FIELDS else value
