"""Larger programs in the style of frameworks."""

from . import engines, interfaces, requests, scripts

PROGRAMS = [
    *engines.PROGRAMS,
    *interfaces.PROGRAMS,
    *requests.PROGRAMS,
    *scripts.PROGRAMS,
]
