"""Models, routes and commands of libraries."""

from . import commands, frameworks, models, requests, templates, validation

PROGRAMS = [
    *commands.PROGRAMS,
    *frameworks.PROGRAMS,
    *models.PROGRAMS,
    *requests.PROGRAMS,
    *templates.PROGRAMS,
    *validation.PROGRAMS,
]
