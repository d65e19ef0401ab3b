"""Source maps of plugins: two in a row become one, and code says where its map is.

The format: ECMA-426, version 3. A chain is needed where one plugin's code is the next one's source:
a breakpoint belongs into the file that the person wrote.
"""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_CONTINUES = 32
_MARK = "//# sourceMappingURL="


class SourceMapError(Exception):
    """A source map that can't be read."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One place in generated code, and where it comes from.

    Attributes:
        column: In the generated line, from 0.
        source: The source's index; None where the code comes from no source.
        line: In the source, from 0.
        source_column: In the source's line, from 0.
        name: The name's index; None for none.
    """

    column: int
    source: int | None = None
    line: int = 0
    source_column: int = 0
    name: int | None = None


def chain(new: Mapping[str, object] | str, old: Mapping[str, object] | str) -> Mapping[str, object]:
    """Return the map from the newest code to the oldest source.

    Args:
        new: From the newest code to what the plugin got.
        old: From that to the source.

    Raises:
        SourceMapError: One of them is no source map of version 3.
    """
    later, earlier = _parsed(new), _parsed(old)
    sources: list[object] = _list(earlier, "sources")
    contents = _list(earlier, "sourcesContent")
    names: list[object] = [*_list(earlier, "names")]
    own_names = _list(later, "names")
    old_lines = list(_lines(str(earlier["mappings"])))
    lines = []
    for line in _lines(str(later["mappings"])):
        mapped = []
        for place in line:
            if place.source is None or place.line >= len(old_lines):
                continue
            if (origin := _at(old_lines[place.line], place.source_column)) is None:
                continue
            name = origin.name
            if place.name is not None and name is None:
                names.append(own_names[place.name])
                name = len(names) - 1
            mapped.append(
                Segment(place.column, origin.source, origin.line, origin.source_column, name)
            )
        lines.append(mapped)
    return {
        "version": 3,
        "sources": sources,
        "sourcesContent": contents or [None] * len(sources),
        "names": names,
        "mappings": _written(lines),
    }


def with_source_map(code: str, map: Mapping[str, object] | str) -> str:
    """Return code with its source map in a comment at its end; one that is there stays alone."""
    if _MARK in code.rpartition("\n")[2]:
        return code
    text = map if isinstance(map, str) else json.dumps(map, separators=(",", ":"))
    encoded = base64.b64encode(text.encode()).decode()
    return f"{code}\n{_MARK}data:application/json;charset=utf-8;base64,{encoded}\n"


def _parsed(map: Mapping[str, object] | str) -> Mapping[str, object]:
    try:
        found: object = json.loads(map) if isinstance(map, str) else map
    except ValueError as error:
        raise SourceMapError(f"the source map is no JSON: {error}") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("mappings"), str):
        raise SourceMapError("the source map has no mappings: version 3 is expected")
    return found


def _list(map: Mapping[str, object], key: str) -> list[object]:
    value = map.get(key)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []


def _at(line: Sequence[Segment], column: int) -> Segment | None:
    """Return the place that a column belongs to: the last one that starts before it."""
    index = bisect_right(line, column, key=lambda place: place.column) - 1
    found = line[index] if index >= 0 else None
    return found if found is not None and found.source is not None else None


def _lines(mappings: str) -> Iterator[list[Segment]]:
    """Return the places of each generated line."""
    source = line = source_column = name = 0
    for text in mappings.split(";"):
        column = 0
        places = []
        for segment in filter(None, text.split(",")):
            match _numbers(segment):
                case [step]:
                    column += step
                    places.append(Segment(column))
                case [step, source_step, line_step, column_step, *rest]:
                    column += step
                    source += source_step
                    line += line_step
                    source_column += column_step
                    if rest:
                        name += rest[0]
                    places.append(
                        Segment(column, source, line, source_column, name if rest else None)
                    )
                case _:
                    raise SourceMapError(f"the source map's segment {segment!r} is broken")
        yield places


def _numbers(segment: str) -> list[int]:
    numbers = []
    value = shift = 0
    for digit in segment:
        if (bits := _VALUES.get(digit)) is None:
            raise SourceMapError(f"the source map's segment {segment!r} is broken")
        value |= (bits & (_CONTINUES - 1)) << shift
        shift += 5
        if not bits & _CONTINUES:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers


def _written(lines: Sequence[Sequence[Segment]]) -> str:
    before = [0, 0, 0, 0]  # source, line, source column, name
    written = []
    for line in lines:
        column = 0
        segments = []
        for place in line:
            text = _digits(place.column - column)
            column = place.column
            if place.source is not None:
                now = [place.source, place.line, place.source_column]
                text += "".join(_digits(a - b) for a, b in zip(now, before, strict=False))
                before[:3] = now
                if place.name is not None:
                    text += _digits(place.name - before[3])
                    before[3] = place.name
            segments.append(text)
        written.append(",".join(segments))
    return ";".join(written)


def _digits(number: int) -> str:
    value = (-number << 1) | 1 if number < 0 else number << 1
    text = ""
    while True:
        bits = value & (_CONTINUES - 1)
        value >>= 5
        text += _DIGITS[bits | _CONTINUES if value else bits]
        if not value:
            return text
