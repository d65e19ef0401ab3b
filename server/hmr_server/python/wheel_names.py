"""Names of wheels and of what they satisfy, by `packaging`'s rules: `Zope_Interface` is `zope-interface`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version


class WheelName(NamedTuple):
    """What a wheel's file name says.

    Attributes:
        name: The package's, in its canonical form.
        version: Its version.
    """

    name: str
    version: Version


def wheel_name(file_name: str) -> WheelName | None:
    """Return what a file name says; None where it is no wheel's."""
    try:
        name, version, _, _ = parse_wheel_filename(file_name)
    except (InvalidWheelFilename, InvalidVersion):
        return None
    return WheelName(name, version)


def is_satisfied(requirement: str, wheels: Iterable[WheelName]) -> bool:
    """Return whether one of the wheels is what a requirement asks for.

    Args:
        requirement: As micropip reads it: `rich`, `rich>=13`, a wheel's URL.
        wheels: What there is.
    """
    try:
        wanted = Requirement(requirement)
    except InvalidRequirement:
        return False  # a URL
    if wanted.url is not None or wanted.extras:  # what an extra needs is not in the wheel
        return False
    name = canonicalize_name(wanted.name)
    return any(
        wheel.name == name and wanted.specifier.contains(wheel.version, prereleases=True)
        for wheel in wheels
    )
