"""Libraries that register by replacing their table with a longer copy, or keep it in slots."""

from __future__ import annotations

import sys
import types

import pytest

from ..application import drive, running, tiers

LIBRARY = """
class Core:
    def __init__(self): self.handlers = {}
class Slotted:
    __slots__ = ("hooks",)
    def __init__(self): self.hooks = []
class Logger:
    def __init__(self): self.core, self.slotted = Core(), Slotted()
    def add(self, sink, form=""):
        handlers = self.core.handlers.copy()
        handlers[len(handlers)] = form
        self.core.handlers = handlers
    def hook(self, form): self.slotted.hooks.append(form)
    def clear(self): self.core.handlers = {}; self.slotted.hooks.clear()
logger = Logger()
"""


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("logger.add(print, form=FORM)", "[*logger.core.handlers.values()]"),
        ("logger.hook(FORM)", "logger.slotted.hooks"),
    ],
)
@drive
async def test_a_hidden_registration_is_not_made_a_second_time(monkeypatch, call, shown):
    library = types.ModuleType("copying_library")
    exec(LIBRARY, vars(library))
    monkeypatch.setitem(sys.modules, library.__name__, library)
    main = f"from copying_library import logger\nFORM = 'a'\nlogger.clear()\n{call}\n"
    async with running(main=main) as app:
        report = await app.edit("main.py", "'a'", "'b'")
        assert eval(shown, vars(app["main.py"])) == ["b"]
        assert {tier for _, tier in tiers(report)} == {"RESTART"}
