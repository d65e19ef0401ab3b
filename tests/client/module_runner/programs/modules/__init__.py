"""Modules: how they are imported, what they export, what is written into them."""

from . import exports, imports, inheritance, moves, namespaces, plugins, settings

PROGRAMS = [
    *exports.PROGRAMS,
    *imports.PROGRAMS,
    *inheritance.PROGRAMS,
    *moves.PROGRAMS,
    *namespaces.PROGRAMS,
    *plugins.PROGRAMS,
    *settings.PROGRAMS,
]
