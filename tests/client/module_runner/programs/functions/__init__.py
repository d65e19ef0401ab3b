"""Functions, and what holds them: closures, generators, tasks."""

from . import caches, closures, decorators, defaults, dispatch, generators, tables, tasks

PROGRAMS = [
    *caches.PROGRAMS,
    *closures.PROGRAMS,
    *decorators.PROGRAMS,
    *defaults.PROGRAMS,
    *dispatch.PROGRAMS,
    *generators.PROGRAMS,
    *tables.PROGRAMS,
    *tasks.PROGRAMS,
]
