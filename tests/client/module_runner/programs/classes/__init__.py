"""Classes of all kinds, edited while their instances live."""

from . import (
    attributes,
    data_classes,
    descriptors,
    enums,
    factories,
    inheritance,
    metaclasses,
    methods,
    special_methods,
    typed,
)

PROGRAMS = [
    *attributes.PROGRAMS,
    *data_classes.PROGRAMS,
    *descriptors.PROGRAMS,
    *enums.PROGRAMS,
    *factories.PROGRAMS,
    *inheritance.PROGRAMS,
    *metaclasses.PROGRAMS,
    *methods.PROGRAMS,
    *special_methods.PROGRAMS,
    *typed.PROGRAMS,
]
