"""Functions and classes that something else has got hold of."""

from . import counters, events, observers, process, registries, services

PROGRAMS = [
    *counters.PROGRAMS,
    *events.PROGRAMS,
    *observers.PROGRAMS,
    *process.PROGRAMS,
    *registries.PROGRAMS,
    *services.PROGRAMS,
]
