"""Attributes that a library numbers as they are made, to know their order: WTForms's fields, peewee's.

    name = StringField()        # creation_counter 1
    age = IntegerField()        # creation_counter 2

A field that is made again gets the next number, and would stand behind those that are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from ..inspection import own_attributes


def is_order_lost(old: type, new: Mapping[str, Any], kept: Collection[str]) -> bool:
    """Tell whether numbers that say the order of a class's attributes would say another one.

    Args:
        old: The class that lives.
        new: The attributes of its new version, in order.
        kept: Those that keep their live values.
    """
    live = vars(old)
    found = {name: _numbers(x) for name, x in new.items()}
    for counter in {x for numbers in found.values() for x in numbers}:
        numbered = {name: x[counter] for name, x in found.items() if counter in x}
        if not _is_rising([*numbered.values()]):
            continue  # says something else
        before = [_numbers(live.get(x)).get(counter, 0) for x in numbered]
        after = [
            was if name in kept else now
            for (name, now), was in zip(numbered.items(), before, strict=True)
        ]
        last, latest = max(before), max(after)
        if not _is_rising(after) or any(last < x < latest for x in _numbers_below(old, counter)):
            return True
    return False


def _numbers(value: Any) -> dict[str, int]:
    return {name: x for name, x in own_attributes(value).items() if type(x) is int}


def _numbers_below(cls: type, counter: str) -> Iterator[int]:
    """Yield the numbers of what the subclasses of a class have."""
    subclasses: list[type] = type.__subclasses__(cls)
    for below in subclasses:
        found = (_numbers(x).get(counter) for x in vars(below).values())
        yield from (x for x in found if x is not None)
        yield from _numbers_below(below, counter)


def _is_rising(numbers: list[Any]) -> bool:
    return all(x < y for x, y in pairwise(numbers))
