"""Payloads, and the data of our own custom events, as the JSON text that travels, and back.

One table says how each field is called on the wire and what it must be; the parser and the
serialiser both read it. Nothing past `parse_payload` handles a raw dict.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from ..exceptions import PayloadError, UnknownPayloadType
from .custom_events import (
    APPLIED,
    HTML_UPDATED,
    INVALIDATE,
    MOST_UPDATES,
    RESUME,
    SCRIPT_ERROR,
    AppliedData,
    AppliedUpdate,
    HtmlUpdatedData,
    InvalidateData,
    ResumeData,
    ScriptErrorData,
    shortened,
)
from .payloads import (
    AssetUpdate,
    Connected,
    CssUpdate,
    Custom,
    ErrorDetails,
    ErrorLocation,
    ErrorPayload,
    FullReload,
    HotPayload,
    JSONValue,
    JsUpdate,
    Ping,
    Prune,
    PyUpdate,
    Update,
    UpdatePayload,
)

MAX_CHARACTERS = 8 * 1024 * 1024
"""A message longer than this is refused: no source file of a page is that long."""

MAX_DEPTH = 200
"""A message nested deeper is refused: its reader's stack, in a browser a small one, would overflow."""

_MAX_INTEGER = 2**53  # JavaScript's own limit

_BRACKETS_OUTSIDE_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"|([\[{])|[\]}]', re.DOTALL)
_PROTOTYPE_KEY = re.compile(r'"__proto__"\s*:')

_T = TypeVar("_T")
_Reader = Callable[[Any, str], Any]


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
    raw = _load(text)
    if not isinstance(raw, dict):
        raise PayloadError(f"must be an object, not {_kind(raw)}")
    type_ = _text(raw.get("type"), "type")
    payload_class = _PAYLOAD_TYPES.get(type_)
    if payload_class is None:
        raise UnknownPayloadType(type_)
    payload: HotPayload = _read(payload_class, raw, "")
    return payload


def serialise_payload(payload: HotPayload) -> str:
    """Write a payload as compact JSON, absent optional fields left out.

    Raises:
        ValueError: If custom data holds something that JSON can't say (NaN, a circle).
        TypeError: If custom data holds an object that is no JSON value.
    """
    return dump_json(payload_to_wire(payload))


def dump_json(value: JSONValue) -> str:
    """Write a JSON value compactly.

    Raises:
        ValueError: If it holds NaN or an infinity, or itself.
        TypeError: If it holds an object that is no JSON value.
    """
    # ASCII with escapes: a lone surrogate in a user's string must not break the socket's UTF-8
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def payload_to_wire(payload: HotPayload | Update) -> dict[str, JSONValue]:
    """Return the JSON object of a payload, or of an update, for a listener in JavaScript.

    Args:
        payload: The payload or the update.
    """
    return {"type": _WIRE_TYPES[type(payload)], **_write(payload)}


def read_event(data_class: type[_T], data: JSONValue) -> _T:
    """Read the data of a custom event, as one of the classes of `custom_events`.

    Raises:
        PayloadError: If it isn't the data of this event.
    """
    return _record(data_class)(data, _EVENTS[data_class])


def event_to_wire(data: object) -> dict[str, JSONValue]:
    """Return the data of a custom event as a JSON object.

    Args:
        data: An object of one of the classes of `custom_events`.
    """
    return _write(data)


# --- the table --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Field:
    """How one attribute travels: its name on the wire, its check, whether its default is written.

    `write` makes a JSON value of it, where that is more than the value itself.
    """

    attribute: str
    wire: str
    read: _Reader
    always: bool = False
    write: Callable[[Any], JSONValue] | None = None


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _must_be(wanted: str, value: object, where: str) -> PayloadError:
    return PayloadError(f"must be {wanted}, not {_kind(value)}", where)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _must_be("a string", value, where)
    return value


def _text_or_null(value: object, where: str) -> str | None:
    return None if value is None else _text(value, where)


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise _must_be("a boolean", value, where)
    return value


def _count(value: object, where: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _must_be("a whole number", value, where)
    if not 0 <= value <= _MAX_INTEGER:
        raise PayloadError("is out of range", where)
    return value


def _from_one(value: object, where: str) -> int:
    return (
        1 if value is None else max(1, _count(value, where))
    )  # a browser may not know it, or say 0


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _must_be("a number", value, where)
    return float(value)


def _long_text(value: object, where: str) -> str:
    return shortened(_text(value, where))


def _texts(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _must_be("an object", value, where)
    return {name: _text(text, f"{where}.{name}") for name, text in value.items()}


def _anything(value: JSONValue, where: str) -> JSONValue:  # noqa: ARG001  # a reader like the others
    return value


def _items(
    read: Callable[[Any, str], _T], most: int | None = None
) -> Callable[[Any, str], tuple[_T, ...]]:
    def reader(value: object, where: str) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise _must_be("an array", value, where)
        return tuple(read(item, f"{where}[{index}]") for index, item in enumerate(value[:most]))

    return reader


def _record(record_class: type[_T]) -> Callable[[Any, str], _T]:
    def reader(value: object, where: str) -> _T:
        if not isinstance(value, dict):
            raise _must_be("an object", value, where)
        return _read(record_class, value, where)

    return reader


def _update(value: object, where: str) -> Update:
    if not isinstance(value, dict):
        raise _must_be("an object", value, where)
    type_ = _text(value.get("type"), f"{where}.type")
    update_class = _UPDATE_TYPES.get(type_)
    if update_class is None:
        raise PayloadError(f"unknown update type {type_[:80]!r}", f"{where}.type")
    update: Update = _read(update_class, value, where)
    return update


_SEQUENCE = _Field("sequence", "sequence", _count)
_PATH = _Field("path", "path", _text)
_ACCEPTED_PATH = _Field("accepted_path", "acceptedPath", _text)
_UPDATE = (_PATH, _ACCEPTED_PATH, _Field("timestamp", "timestamp", _count))
_FIRST_INVALIDATED_BY = _Field("first_invalidated_by", "firstInvalidatedBy", _text)

_FIELDS: Mapping[type, tuple[_Field, ...]] = {
    Connected: (_Field("session", "session", _text), _SEQUENCE),
    Ping: (),
    UpdatePayload: (_Field("updates", "updates", _items(_update)), _SEQUENCE),
    FullReload: (
        _Field("path", "path", _text),
        _Field("triggered_by", "triggeredBy", _text),
        _SEQUENCE,
    ),
    Prune: (_Field("paths", "paths", _items(_text)), _SEQUENCE),
    Custom: (_Field("event", "event", _text), _Field("data", "data", _anything), _SEQUENCE),
    ErrorPayload: (_Field("err", "err", _record(ErrorDetails)), _SEQUENCE),
    ErrorDetails: (
        _Field("message", "message", _text),
        _Field("stack", "stack", _text, always=True),
        _Field("id", "id", _text),
        _Field("frame", "frame", _text),
        _Field("plugin", "plugin", _text),
        _Field("plugin_code", "pluginCode", _text),
        _Field("loc", "loc", _record(ErrorLocation)),
    ),
    ErrorLocation: (
        _Field("file", "file", _text),
        _Field("line", "line", _count),
        _Field("column", "column", _count),
    ),
    JsUpdate: (
        *_UPDATE,
        _Field("explicit_import_required", "explicitImportRequired", _flag, always=True),
        _Field("is_within_circular_import", "isWithinCircularImport", _flag, always=True),
        _FIRST_INVALIDATED_BY,
    ),
    CssUpdate: (*_UPDATE, _FIRST_INVALIDATED_BY),
    AssetUpdate: (
        *_UPDATE,
        _Field("is_data_file", "isDataFile", _flag),
        _Field("is_module", "isModule", _flag),
    ),
    PyUpdate: (
        *_UPDATE,
        _Field("source", "source", _text_or_null, always=True),
        _Field("hash", "hash", _text),
    ),
    InvalidateData: (_PATH, _Field("message", "message", _long_text), _FIRST_INVALIDATED_BY),
    AppliedData: (
        _Field(
            "updates",
            "updates",
            _items(_record(AppliedUpdate), MOST_UPDATES),
            write=lambda updates: [_write(update) for update in updates[:MOST_UPDATES]],
        ),
        _SEQUENCE,
        _Field("is_worker", "worker", _flag),
    ),
    AppliedUpdate: (
        _PATH,
        _ACCEPTED_PATH,
        _Field(
            "milliseconds",
            "milliseconds",
            _number,
            always=True,
            write=lambda ms: round(ms, 3),
        ),
        *(
            _Field(name, name, _long_text, write=shortened)
            for name in ("error", "tier", "reason", "note")
        ),
    ),
    HtmlUpdatedData: (
        _PATH,
        *(_Field(name, name, _count, always=True) for name in ("changed", "added", "removed")),
    ),
    ResumeData: (
        _Field("session", "session", _text),
        _Field("sequence", "sequence", _count, always=True),
        _Field("hashes", "hashes", _texts, always=True, write=dict),
    ),
    ScriptErrorData: (
        _PATH,
        _Field("message", "message", _long_text),
        _Field("line", "line", _from_one),
        _Field("column", "column", _from_one),
    ),
}
_EVENTS: Mapping[type, str] = {
    InvalidateData: INVALIDATE,
    AppliedData: APPLIED,
    HtmlUpdatedData: HTML_UPDATED,
    ResumeData: RESUME,
    ScriptErrorData: SCRIPT_ERROR,
}

_PAYLOAD_TYPES: Mapping[str, type] = {
    "connected": Connected,
    "ping": Ping,
    "update": UpdatePayload,
    "full-reload": FullReload,
    "prune": Prune,
    "custom": Custom,
    "error": ErrorPayload,
}
_UPDATE_TYPES: Mapping[str, type] = {
    "js-update": JsUpdate,
    "css-update": CssUpdate,
    "py-update": PyUpdate,
    "asset-update": AssetUpdate,
}
_WIRE_TYPES = {class_: name for name, class_ in (_PAYLOAD_TYPES | _UPDATE_TYPES).items()}  # type: ignore[operator]
_DEFAULTS: Mapping[type, Mapping[str, Any]] = {
    record_class: {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(record_class)
    }
    for record_class in _FIELDS
}


# --- both ways --------------------------------------------------------------------------------


def _read(record_class: type[_T], raw: Mapping[str, Any], where: str) -> _T:
    values: dict[str, Any] = {}
    known = {"type"}
    for field in _FIELDS[record_class]:
        known.add(field.wire)
        place = f"{where}.{field.wire}" if where else field.wire
        default = _DEFAULTS[record_class][field.attribute]
        value = raw.get(field.wire, MISSING)
        if value is MISSING or (value is None and default is None):
            if default is MISSING:
                raise PayloadError("is missing", place)
            continue
        values[field.attribute] = field.read(value, place)
    if "extra" in _DEFAULTS[record_class]:
        values["extra"] = {name: value for name, value in raw.items() if name not in known}
    return record_class(**values)


def _write(record: object) -> dict[str, JSONValue]:
    record_class = type(record)
    wire: dict[str, JSONValue] = {}
    for field in _FIELDS[record_class]:
        value = getattr(record, field.attribute)
        if field.always or value != _DEFAULTS[record_class][field.attribute]:
            write = _wire_value if field.write is None else field.write
            wire[field.wire] = write(value)
    wire.update(getattr(record, "extra", {}))
    return wire


def _wire_value(value: Any) -> JSONValue:
    match value:
        case JsUpdate() | CssUpdate() | PyUpdate() | AssetUpdate():
            return payload_to_wire(value)
        case ErrorDetails() | ErrorLocation():
            return _write(value)
        case tuple():
            return [_wire_value(item) for item in value]
        case _:
            json_value: JSONValue = value
            return json_value


def _load(text: str) -> object:
    if len(text) > MAX_CHARACTERS:
        raise PayloadError(f"is longer than {MAX_CHARACTERS} characters")
    _check_depth(text)
    if _PROTOTYPE_KEY.search(text):
        raise PayloadError("has a key named __proto__")
    try:
        loaded: object = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise PayloadError(f"is not JSON ({error})") from None
    return loaded


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _BRACKETS_OUTSIDE_STRINGS.finditer(text):
        if token[1]:
            depth += 1
            if depth > MAX_DEPTH:
                raise PayloadError(f"is nested deeper than {MAX_DEPTH}")
        elif token[0] in "]}":
            depth -= 1


def _no_constant(name: str) -> None:
    raise PayloadError(f"is not JSON ({name} is no number)")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise PayloadError(f"has a number out of range ({digits[:20]})")
    return number
