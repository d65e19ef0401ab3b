"""Which tier each change takes, and why: a pure function of what is known.

    main.py ── accepts app/views.py                  app/model.py changed:
       └──▶ app/views.py ──▶ app/model.py            re-run model, views; call main's callback

Vite's rules decide where a re-run ends: at a module that accepts itself, or whose importer accepts
it; an entry that no module accepts is a dead end, and then the program restarts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..analysis.difference import Difference
from ..analysis.outline import Outline
from ..module_graph import EvaluatedModule, EvaluatedModules
from .steps import Step, Tier


@dataclass(slots=True, eq=False)
class Change:
    """One module and its new version.

    Attributes:
        source: Its new text.
        old: The live text, parsed.
        outline: The new text, parsed and compiled.
        difference: What is different.
        path: Its new path, where the file has moved.
        filename: The name in its new code objects.
    """

    module: EvaluatedModule
    source: str
    old: Outline
    outline: Outline
    difference: Difference
    path: str
    filename: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a re-run ends.

    Attributes:
        module: The module that accepts.
        accepted_via: What it accepts: itself, or a module that it imports.
    """

    module: EvaluatedModule
    accepted_via: EvaluatedModule


Accepted = Mapping[EvaluatedModule, frozenset[EvaluatedModule]]
"""What each module has accepted, itself included."""


@dataclass(slots=True)
class Plan:
    """What one update will do.

    Attributes:
        steps: One a module, in the order in which they are done.
        rerun: The modules that are disposed and run again, in dependency order.
        boundaries: Whose accept callbacks are called.
        restart: Why everything has to be started again, or None.
    """

    steps: list[Step] = field(default_factory=list)
    rerun: list[EvaluatedModule] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)
    restart: str | None = None


def plan(
    graph: EvaluatedModules,
    changes: Mapping[EvaluatedModule, Change],
    accepted: Accepted,
    escalated: Mapping[EvaluatedModule, str],
) -> Plan:
    """Decide what to do about a batch of changes.

    Args:
        graph: Who imported whom.
        changes: The changed modules.
        accepted: What modules have accepted.
        escalated: Modules that can't be patched, and why.
    """
    result = Plan()
    rerun: dict[EvaluatedModule, str] = {}
    boundaries: dict[Boundary, None] = {}
    for module in (*changes, *(x for x in escalated if x not in changes)):
        change = changes.get(module)
        reason = escalated.get(module)
        if reason is None and change is not None:
            reason = _effects(change.difference)
        accepts = _accepted_by(module, accepted)
        if reason is None and (not accepts or (change and change.source == module.source)):
            continue
        reached: dict[EvaluatedModule, None] = {}
        ends: dict[Boundary, None] = {}
        dead_end = _propagate(module, accepted, reached, ends)
        if reason is None and dead_end is not None:
            # it can be patched, so nothing has to be given up; a module that accepts it still gets the update
            boundaries.update((x, None) for x in ends if x.accepted_via is module is not x.module)
            continue
        if dead_end is not None:
            unaccepted = _unaccepted(module, dead_end, "it does not accept itself")
            result.restart = result.restart or f"{module.path}: {reason}, and {unaccepted}"
            continue
        reason = reason or f"accepted by {accepts.path}"  # type: ignore[union-attr]
        for reached_module in reached:
            rerun.setdefault(reached_module, f"imports {module.path}")
        rerun[module] = reason
        boundaries.update(ends)
    result.boundaries = list(boundaries)
    result.rerun = graph.in_dependency_order(set(rerun))
    if result.restart is not None:
        result.steps = [
            Step(x.path, Tier.RESTART, result.restart, _names(changes.get(x)))
            for x in changes or escalated
        ]
        return result
    for module in graph.in_dependency_order({*changes, *rerun}):
        names = _names(changes.get(module))
        if module in rerun:
            result.steps.append(Step(module.path, Tier.RERUN, rerun[module], names))
        else:
            result.steps.append(
                Step(module.path, Tier.PATCH, _patch_reason(changes[module]), names)
            )
    return result


def propagate_from_importers(
    graph: EvaluatedModules,
    module: EvaluatedModule,
    accepted: Accepted,
    first_invalidated_by: EvaluatedModule | None,
    message: str | None,
) -> Plan:
    """Decide what to do when a module says that it can't handle its own update.

    Args:
        graph: Who imported whom.
        module: The module that called `hot.invalidate()`.
        accepted: What modules have accepted.
        first_invalidated_by: The module whose update began the chain.
        message: Why, in the user's words.
    """
    reached: dict[EvaluatedModule, None] = {}
    ends: dict[Boundary, None] = {}
    reason = f"{module.path} was invalidated{f': {message}' if message else ''}"
    dead_end: EvaluatedModule | None = None if module.importers else module
    for importer in module.importers:
        if module in accepted.get(importer, ()):
            ends[Boundary(importer, module)] = None
        elif importer not in reached:
            dead_end = dead_end or _propagate(importer, accepted, reached, ends)
    # Vite reloads also where the first module is the one that gives up now: it can't tell this from a
    # circle. Its importers have said that they can handle a new version of it, so they are asked.
    comes_round = first_invalidated_by is not module
    if comes_round and any(x.accepted_via is first_invalidated_by for x in ends):
        restart: str | None = f"{reason}, in a circle of imports"
    elif dead_end is not None:
        restart = f"{reason}, and {_unaccepted(module, dead_end, 'nothing imports it')}"
    else:
        restart = None
    tier = Tier.RESTART if restart else Tier.RERUN
    order = [] if restart else graph.in_dependency_order(set(reached))
    steps = [Step(x.path, tier, restart or reason) for x in order or [module]]
    return Plan(steps, order, list(ends), restart)


def _unaccepted(module: EvaluatedModule, dead_end: EvaluatedModule, alone: str) -> str:
    between = f"no module between it and {dead_end.path} accepts it"
    return alone if module is dead_end else between


def _propagate(
    start: EvaluatedModule,
    accepted: Accepted,
    reached: dict[EvaluatedModule, None],
    ends: dict[Boundary, None],
) -> EvaluatedModule | None:
    """Climb to the importers until each path ends; return a module where one does not.

    It does not stop at a dead end: where the module can be patched, importers that accept it still
    get the update.
    """
    dead_end = None
    pending = [start]
    while pending:
        module = pending.pop()
        if module in reached:
            continue
        reached[module] = None
        if module in accepted.get(module, ()):
            ends[Boundary(module, module)] = None
            continue
        if module.is_entry or not module.importers:
            dead_end = dead_end or module
        for importer in reversed(module.importers):  # a stack: the first importer is next
            if module in accepted.get(importer, ()):
                ends[Boundary(importer, module)] = None
            else:
                pending.append(importer)
    return dead_end


def _accepted_by(module: EvaluatedModule, accepted: Accepted) -> EvaluatedModule | None:
    """Return the module that accepts a module: itself, an importer, or a self-accepting importer."""
    for candidate in (module, *module.importers):
        own = accepted.get(candidate, frozenset())
        if module in own or candidate in own:
            return candidate
    return None


def _effects(difference: Difference) -> str | None:
    if not difference.effects:
        return None
    statement = difference.effects[0]
    return f"a statement with effects changed (line {statement.line})"


def _patch_reason(change: Change) -> str:
    difference = change.difference
    if change.path != change.module.path:
        return f"moved to {change.path}"
    if not difference.runs_nothing:
        return "definitions changed"
    return (
        "only function bodies changed" if difference.changed else "only lines or comments changed"
    )


def _names(change: Change | None) -> tuple[str, ...]:
    if change is None:
        return ()
    return tuple(sorted(change.difference.changed | change.difference.removed))
