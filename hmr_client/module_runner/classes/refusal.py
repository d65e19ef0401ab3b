"""Why a class can't become its new version in place."""

from __future__ import annotations

from enum import Enum


class Refusal(Enum):
    """Why a class can't become its new version in place."""

    METACLASS = "its metaclass changed"
    OPAQUE = "its metaclass keeps what can't be changed in place"
    SLOTS = "its __slots__ changed"
    BASES = "its bases changed and the layout of its instances does not allow it"
    ENUM_MEMBERS = "the members of the enum changed"
    TUPLE_FIELDS = "the fields of the named tuple changed"
    NUMBERED = "its attributes are numbered in their order"
    HELD = "something else holds its new version"
    REGISTERED = "it was registered a second time"
    READ_ONLY = "an attribute can't be set"


class CannotKeepClass(Exception):  # control flow, never seen by users
    """A class has to be replaced.

    Attributes:
        name: The class.
        refusal: Why.
        is_spoiled: Whether the new version can't be used either: it has been taken apart.
    """

    def __init__(self, name: str, refusal: Refusal, *, is_spoiled: bool = False) -> None:
        super().__init__(name, refusal)
        self.name = name
        self.refusal = refusal
        self.is_spoiled = is_spoiled
