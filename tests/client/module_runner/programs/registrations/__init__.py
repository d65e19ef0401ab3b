"""Functions and classes that something else has got hold of."""

from . import counters, events, process, registries, services

PROGRAMS = [
    *counters.PROGRAMS,
    *events.PROGRAMS,
    *process.PROGRAMS,
    *registries.PROGRAMS,
    *services.PROGRAMS,
]
