"""Functions, and what holds them: closures, generators, tasks."""

from . import closures, decorators, defaults, dispatch, generators, tasks

PROGRAMS = [
    *closures.PROGRAMS,
    *decorators.PROGRAMS,
    *defaults.PROGRAMS,
    *dispatch.PROGRAMS,
    *generators.PROGRAMS,
    *tasks.PROGRAMS,
]
