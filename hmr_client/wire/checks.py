"""What a value of a message must be: each check returns the value, or raises `PayloadError`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..exceptions import PayloadError
from .custom_events import shortened
from .payloads import JSONValue

_MAX_INTEGER = 2**53  # JavaScript's own limit

_T = TypeVar("_T")


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


def json_object(value: object, where: str) -> dict[str, Any]:
    """Return a value that must be a JSON object."""
    if not isinstance(value, dict):
        raise _must_be("an object", value, where)
    return value


def string(value: object, where: str) -> str:
    """Return a value that must be a string."""
    if not isinstance(value, str):
        raise _must_be("a string", value, where)
    return value


def string_or_null(value: object, where: str) -> str | None:
    """Return a value that must be a string or null."""
    return None if value is None else string(value, where)


def flag(value: object, where: str) -> bool:
    """Return a value that must be a boolean."""
    if not isinstance(value, bool):
        raise _must_be("a boolean", value, where)
    return value


def count(value: object, where: str) -> int:
    """Return a value that must be a whole number from 0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _must_be("a whole number", value, where)
    if not 0 <= value <= _MAX_INTEGER:
        raise PayloadError("is out of range", where)
    return value


def from_one(value: object, where: str) -> int:
    """Return a line or a column: 1 where a browser does not know it, or says 0."""
    return 1 if value is None else max(1, count(value, where))


def number(value: object, where: str) -> float:
    """Return a value that must be a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _must_be("a number", value, where)
    return float(value)


def long_text(value: object, where: str) -> str:
    """Return a text as long as people read it."""
    return shortened(string(value, where))


def strings(value: object, where: str) -> dict[str, str]:
    """Return a value that must be an object of strings."""
    return {
        name: string(item, f"{where}.{name}") for name, item in json_object(value, where).items()
    }


def anything(value: JSONValue, where: str) -> JSONValue:  # noqa: ARG001  # a check like the others
    """Return any value."""
    return value


def items(
    one: Callable[[Any, str], _T], most: int | None = None
) -> Callable[[Any, str], tuple[_T, ...]]:
    """Return the check of an array, the items after the first `most` left out."""

    def check(value: object, where: str) -> tuple[_T, ...]:
        if not isinstance(value, list):
            raise _must_be("an array", value, where)
        return tuple(one(item, f"{where}[{index}]") for index, item in enumerate(value[:most]))

    return check
