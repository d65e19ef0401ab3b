"""Hot replacement of Python modules: objects keep their identity, values propagate, errors roll back.

    runner = ModuleRunner(DictSource({"main.py": MAIN, "app.py": APP}), entry="main.py")
    await runner.start()
    report = await runner.update({"app.py": NEW_APP})

Nothing is imported before it is needed: `hmr_client.hot` costs nothing in production.

How an update runs
------------------

    {path: new source}
        │  planning.batch        compile and outline every changed file; an error ends it here
        ▼
    Batch of changes
        │  planning.plan         pure: old outlines, new outlines, module graph → steps with reasons
        ▼
    Plan: patch, re-run or restart, per module
        │  transaction           opened: from here on every change can be undone
        ▼
    update.visiting              the modules in dependency order, each once or until nothing is dirty
        ├─ execution.code_patch         only bodies differ: put the new code into every live function
        ├─ execution.statement_runner   run the changed statements in the module's own dict
        ├─ classes.merging              merge new classes into the old ones, and their instances follow
        ├─ objects.reconcile            put new functions into the old ones
        └─ names.dirty_names            mark names with new values: their readers are visited next
        │
        ▼
    commit: the new source is live, effects of removed statements end
    or roll back: everything is as before, and the next higher tier is tried, or the error is shown

1. *Batch.* All files of one payload are one transaction. Each is compiled before anything is touched,
   so a syntax error changes nothing.
2. *Plan.* The difference is by statement, positions ignored. The plan is a value: the log prints it,
   `hmr:applied` carries it, tests assert it. It names a tier and a reason a module.
3. *Patch code.* A function whose body alone changed gets a new code object, wherever it is held.
4. *Visit.* A module with changed definitions runs these statements; a module that reads a dirty name
   runs the statements that read it: `names.readers` follows their names through the live objects, and
   through the code of what they call. The order is that of the imports, circles included. What a
   statement has put into other objects (`effects.contributions`) is removed before it runs again.
5. *Merge objects.* A new function or class enters the old one, so that held references, instances and
   subclasses follow. What can't enter is replaced, and its holders are found or the tier rises.
6. *Commit or roll back.* Undo runs in reverse order. A tier that fails gives way to the next one:
   patch, re-run, restart; the page is reloaded last.
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
