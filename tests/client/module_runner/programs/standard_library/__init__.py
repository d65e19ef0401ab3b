"""Programs that use, fill, extend and configure the standard library."""

from . import commands, filled_objects, nested_objects, parsers, process_state, subclasses

PROGRAMS = [
    *commands.PROGRAMS,
    *filled_objects.PROGRAMS,
    *nested_objects.PROGRAMS,
    *parsers.PROGRAMS,
    *process_state.PROGRAMS,
    *subclasses.PROGRAMS,
]
