"""Values that are made of other values, and statements that make them."""

from . import annotations, constants, statements

PROGRAMS = [
    *annotations.PROGRAMS,
    *constants.PROGRAMS,
    *statements.PROGRAMS,
]
