"""Hot replacement of Python modules: objects keep their identity, values propagate, errors roll back.

    runner = ModuleRunner(DictSource({"main.py": MAIN, "app.py": APP}), entry="main.py")
    await runner.start()
    report = await runner.update({"app.py": NEW_APP})

Nothing is imported before it is asked for: `hmr_client.hot` costs nothing in production.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .evaluated_modules import EvaluatedModule, EvaluatedModules
    from .exceptions import RunnerError
    from .ledger import Effect, Ledger, Recorder
    from .report import Report
    from .runner import ModuleRunner
    from .source import DictSource, DirectorySource, ModuleSource
    from .steps import Step, Tier

_HOMES = {
    "DictSource": "source",
    "DirectorySource": "source",
    "Effect": "ledger",
    "EvaluatedModule": "evaluated_modules",
    "EvaluatedModules": "evaluated_modules",
    "Ledger": "ledger",
    "ModuleRunner": "runner",
    "ModuleSource": "source",
    "Recorder": "ledger",
    "Report": "report",
    "RunnerError": "exceptions",
    "Step": "steps",
    "Tier": "steps",
}

__all__ = [
    "DictSource",
    "DirectorySource",
    "Effect",
    "EvaluatedModule",
    "EvaluatedModules",
    "Ledger",
    "ModuleRunner",
    "ModuleSource",
    "Recorder",
    "Report",
    "RunnerError",
    "Step",
    "Tier",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
