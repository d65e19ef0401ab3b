"""Hot replacement of Python modules: objects keep their identity, values propagate, errors roll back.

    runner = ModuleRunner(DictSource({"main.py": MAIN, "app.py": APP}), entry="main.py")
    await runner.start()
    report = await runner.update({"app.py": NEW_APP})

Nothing is imported before it is asked for: `hmr_client.hot` costs nothing in production.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .effects.ledger import Effect, Ledger, Recorder
    from .exceptions import RunnerError
    from .module_graph import EvaluatedModule, EvaluatedModules
    from .planning.report import Report
    from .planning.steps import Step, Tier
    from .runner import ModuleRunner
    from .source import DictSource, DirectorySource, ModuleSource

_HOMES = {
    "DictSource": "source",
    "DirectorySource": "source",
    "Effect": "effects.ledger",
    "EvaluatedModule": "module_graph",
    "EvaluatedModules": "module_graph",
    "Ledger": "effects.ledger",
    "ModuleRunner": "runner",
    "ModuleSource": "source",
    "Recorder": "effects.ledger",
    "Report": "planning.report",
    "RunnerError": "exceptions",
    "Step": "planning.steps",
    "Tier": "planning.steps",
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
