"""The table of the wire: how each field of a payload or an event is called there, and what it must be.

A field is called like the attribute, in camel case, where the table says nothing else. The parser
and the serialiser both read the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import partial
from typing import Any, TypeVar

from ..exceptions import PayloadError
from .checks import (
    anything,
    count,
    flag,
    from_one,
    items,
    json_object,
    long_text,
    number,
    string,
    string_or_null,
    strings,
)
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
    JsUpdate,
    Ping,
    Prune,
    PyUpdate,
    Update,
    UpdatePayload,
)

_T = TypeVar("_T")
_Check = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """How one attribute travels.

    Attributes:
        attribute: Its name in the class.
        check: Makes the attribute's value of the JSON value, or raises `PayloadError`.
        wire: Its name in the JSON object.
        always: Whether the default is written too.
        write: Makes what is written of the value, where that is not the value itself.
    """

    attribute: str
    check: _Check
    wire: str = ""
    always: bool = False
    write: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        """Call the field like the attribute, in camel case, where the table says nothing else."""
        if not self.wire:
            first, *others = self.attribute.split("_")
            object.__setattr__(self, "wire", first + "".join(map(str.capitalize, others)))


def read_record(record_class: type[_T], value: object, where: str) -> _T:
    """Read a JSON object as one of the classes of the table.

    Args:
        where: Its place in the message, for the error.

    Raises:
        PayloadError: If it is no object, or a field is missing or not what it must be.
    """
    by_name, defaults = _BY_NAME[record_class], DEFAULTS[record_class]
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    before = f"{where}." if where else ""
    for name, item in json_object(value, where).items():
        field = by_name.get(name)
        if field is None:
            extra[name] = item
        elif item is not None or defaults[field.attribute] is not None:
            values[field.attribute] = field.check(item, before + name)
    for name, field in by_name.items():
        if field.attribute not in values and defaults[field.attribute] is MISSING:
            raise PayloadError("is missing", before + name)
    if "extra" in defaults:
        extra.pop("type", None)
        values["extra"] = extra
    return record_class(**values)


def _record(record_class: type[_T]) -> Callable[[Any, str], _T]:
    return partial(read_record, record_class)


def _update(value: object, where: str) -> Update:
    type_ = string(json_object(value, where).get("type"), f"{where}.type")
    update_class = _UPDATE_TYPES.get(type_)
    if update_class is None:
        raise PayloadError(f"unknown update type {type_[:80]!r}", f"{where}.type")
    update: Update = read_record(update_class, value, where)
    return update


_SEQUENCE = Field("sequence", count)
_PATH = Field("path", string)
_ACCEPTED_PATH = Field("accepted_path", string)
_UPDATE = (_PATH, _ACCEPTED_PATH, Field("timestamp", count))
_FIRST_INVALIDATED_BY = Field("first_invalidated_by", string)

FIELDS: Mapping[type, tuple[Field, ...]] = {
    Connected: (Field("session", string), _SEQUENCE),
    Ping: (),
    UpdatePayload: (Field("updates", items(_update)), _SEQUENCE),
    FullReload: (Field("path", string), Field("triggered_by", string), _SEQUENCE),
    Prune: (Field("paths", items(string)), _SEQUENCE),
    Custom: (Field("event", string), Field("data", anything), _SEQUENCE),
    ErrorPayload: (Field("err", _record(ErrorDetails)), _SEQUENCE),
    ErrorDetails: (
        Field("message", string),
        Field("stack", string, always=True),
        Field("id", string),
        Field("frame", string),
        Field("plugin", string),
        Field("plugin_code", string),
        Field("loc", _record(ErrorLocation)),
    ),
    ErrorLocation: (Field("file", string), Field("line", count), Field("column", count)),
    JsUpdate: (
        *_UPDATE,
        Field("explicit_import_required", flag, always=True),
        Field("is_within_circular_import", flag, always=True),
        _FIRST_INVALIDATED_BY,
    ),
    CssUpdate: (*_UPDATE, _FIRST_INVALIDATED_BY),
    AssetUpdate: (*_UPDATE, Field("is_data_file", flag), Field("is_module", flag)),
    PyUpdate: (*_UPDATE, Field("source", string_or_null, always=True), Field("hash", string)),
    InvalidateData: (_PATH, Field("message", long_text), _FIRST_INVALIDATED_BY),
    AppliedData: (
        Field(
            "updates",
            items(_record(AppliedUpdate), MOST_UPDATES),
            write=lambda updates: updates[:MOST_UPDATES],
        ),
        _SEQUENCE,
        Field("is_worker", flag, wire="worker"),
    ),
    AppliedUpdate: (
        _PATH,
        _ACCEPTED_PATH,
        Field("milliseconds", number, always=True, write=lambda ms: round(ms, 3)),
        *(Field(name, long_text, write=shortened) for name in ("error", "tier", "reason", "note")),
    ),
    HtmlUpdatedData: (
        _PATH,
        *(Field(name, count, always=True) for name in ("changed", "added", "removed")),
    ),
    ResumeData: (
        Field("session", string),
        Field("sequence", count, always=True),
        Field("hashes", strings, always=True, write=dict),
    ),
    ScriptErrorData: (
        _PATH,
        Field("message", long_text),
        Field("line", from_one),
        Field("column", from_one),
    ),
}
EVENTS: Mapping[type, str] = {
    InvalidateData: INVALIDATE,
    AppliedData: APPLIED,
    HtmlUpdatedData: HTML_UPDATED,
    ResumeData: RESUME,
    ScriptErrorData: SCRIPT_ERROR,
}

PAYLOAD_TYPES: Mapping[str, type] = {
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
WIRE_TYPES = {class_: name for name, class_ in (PAYLOAD_TYPES | _UPDATE_TYPES).items()}  # type: ignore[operator]
DEFAULTS: Mapping[type, Mapping[str, Any]] = {
    record_class: {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(record_class)
    }
    for record_class in FIELDS
}
_BY_NAME = {
    record_class: {field.wire: field for field in fields_}
    for record_class, fields_ in FIELDS.items()
}
