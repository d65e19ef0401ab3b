"""Values that are made of other values, and statements that make them."""

from . import annotations, compound_statements, constants, statements

PROGRAMS = [
    *annotations.PROGRAMS,
    *compound_statements.PROGRAMS,
    *constants.PROGRAMS,
    *statements.PROGRAMS,
]
