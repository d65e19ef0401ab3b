"""Programs that ask classes about themselves."""

from . import class_protocols, instance_checks, schemas

PROGRAMS = [
    *class_protocols.PROGRAMS,
    *instance_checks.PROGRAMS,
    *schemas.PROGRAMS,
]
