"""JSON text and its values: what is read has limits, and what is written every reader can read."""

from __future__ import annotations

import json
import math
import re

from ..exceptions import PayloadError
from .payloads import JSONValue

MAX_CHARACTERS = 8 * 1024 * 1024
"""A message longer than this is refused: no source file of a page is that long."""

MAX_DEPTH = 200
"""A message nested deeper is refused: its reader's stack, in a browser a small one, would overflow."""

_BRACKETS_OUTSIDE_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"|([\[{])|[\]}]', re.DOTALL)
_PROTOTYPE_KEY = re.compile(r'"__proto__"\s*:')


def load_json(text: str) -> object:
    """Read a JSON text.

    Raises:
        PayloadError: If it is no JSON, or one that is too long, too deep or too large a number.
    """
    if len(text) > MAX_CHARACTERS:
        raise PayloadError(f"is longer than {MAX_CHARACTERS} characters")
    _check_depth(text)
    if _PROTOTYPE_KEY.search(text):
        raise PayloadError("has a key named __proto__")
    try:
        loaded: object = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise PayloadError(f"is not JSON ({error})") from None
    return loaded


def dump_json(value: JSONValue) -> str:
    """Write a JSON value compactly.

    Raises:
        ValueError: If it holds NaN or an infinity, or itself.
        TypeError: If it holds an object that is no JSON value.
    """
    # ASCII with escapes: a lone surrogate in a user's string must not break the socket's UTF-8
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


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


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
