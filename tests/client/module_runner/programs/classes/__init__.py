"""Classes of all kinds, edited while their instances live."""

from . import (
    attributes,
    bases,
    data_classes,
    descriptors,
    enums,
    factories,
    inheritance,
    metaclasses,
    methods,
    operators,
    properties,
    special_methods,
    typed,
)

PROGRAMS = [
    *attributes.PROGRAMS,
    *bases.PROGRAMS,
    *data_classes.PROGRAMS,
    *descriptors.PROGRAMS,
    *enums.PROGRAMS,
    *factories.PROGRAMS,
    *inheritance.PROGRAMS,
    *metaclasses.PROGRAMS,
    *methods.PROGRAMS,
    *operators.PROGRAMS,
    *properties.PROGRAMS,
    *special_methods.PROGRAMS,
    *typed.PROGRAMS,
]
