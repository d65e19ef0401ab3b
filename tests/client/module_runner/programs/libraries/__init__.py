"""Models, routes and commands of libraries."""

from . import models, requests, standard_library, validation

PROGRAMS = [
    *models.PROGRAMS,
    *validation.PROGRAMS,
    *standard_library.PROGRAMS,
    *requests.PROGRAMS,
]
