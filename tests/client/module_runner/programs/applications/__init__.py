"""Larger programs in the style of frameworks."""

from . import engines, interfaces, requests

PROGRAMS = [
    *engines.PROGRAMS,
    *interfaces.PROGRAMS,
    *requests.PROGRAMS,
]
