"""Brings changed statements, and whatever reads what they changed, up to date.

    m.py:  CONST = 2 ──▶ 3        runs, because it changed
    b.py:  from m import CONST    runs, because m.CONST has a new value
           Y = CONST * 10         runs, because b.CONST has one

A name is *dirty* when its value is another one than before. Modules are visited in dependency
order, statements in the order of the source, and only those run that changed or read a dirty name.
Functions and classes keep their identity, so their readers need not run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..analysis.outline import Outline
from ..analysis.statements import Kind
from ..classes.instances import upgrade as upgrade_instances
from ..effects.contributions import Contributions
from ..effects.ledger import Ledger
from ..execution.code_patch import CodePatch
from ..execution.escalation import Escalation
from ..execution.listed_classes import retire_removed
from ..execution.statement_runner import StatementRunner
from ..imports.importer import Importer
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..names.cached_results import CachedResults
from ..names.dirty_names import DirtyNames
from ..names.removed_names import RemovedNames
from ..planning.plan import Change
from ..transaction import Transaction
from .circles import Circles

_MOST_ROUNDS = 4
"""How often the modules are visited, at most. One round is enough where imports do not go in circles."""


class Evaluation:
    """One update's way through the modules.

    Args:
        importer: Knows their sources.
        ledger: Knows what statements have registered.
        contributions: Knows what they have put into lists, dicts and objects.
        transaction: Rolls everything back on failure.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        importer: Importer,
        ledger: Ledger,
        contributions: Contributions,
        transaction: Transaction,
    ) -> None:
        self._changes: dict[EvaluatedModule, Change] = {}
        self._graph = graph
        self._contributions = contributions
        self._dirty = DirtyNames(graph, importer, contributions, self._changes)
        self._code = CodePatch(self._dirty, transaction)
        self._removed = RemovedNames(graph, self._dirty)
        self._execution = StatementRunner(
            ledger,
            contributions,
            transaction,
            self._changes,
            self._code,
            self._dirty,
            self._removed,
        )
        self._circles = Circles(graph, self._dirty)
        self._caches = CachedResults(graph, self._dirty, transaction)
        self._graph = graph
        self._transaction = transaction
        self._runs_effects = True

    def patch_code(self, changes: Iterable[Change]) -> None:
        """Swap the code of every live function of modules; nothing of the user's runs.

        Args:
            changes: The modules' new versions.
        """
        for change in changes:
            self._changes[change.module] = change
            self._code.apply(change)
        self._caches.forget_plain_results_of(self._code.called)

    async def run(
        self,
        modules: Iterable[EvaluatedModule],
        rerun: Iterable[EvaluatedModule],
        forced: Mapping[EvaluatedModule, set[int]],
    ) -> None:
        """Run what has changed, then what reads that, until nothing is dirty.

        Args:
            modules: Everything that may be concerned, in dependency order.
            rerun: The modules of which every statement runs.
            forced: More statements that have to run, by module.

        Raises:
            Escalation: If a module can't be patched.
            StatementRaised: If the user's code raises.
        """
        order, whole = list(modules), set(rerun)
        self._runs_effects = not whole
        seen: dict[EvaluatedModule, int] = {}
        unconcerned: dict[EvaluatedModule, int] = {}
        taints = self._dirty.taints
        for _ in range(_MOST_ROUNDS):
            before = self._dirty.now, taints.size
            for module in order:
                since = seen.get(module, 0)
                if not since and module not in unconcerned:
                    change = self._changes.get(module)
                    must = set(forced.get(module, ()))
                    if change is not None:
                        must |= change.difference.run
                        if module not in whole:
                            self._execution.check_removed(change)
                        self._execution.put_elsewhere.take_back_gone(module)
                    removed = self._removed.take(change)
                    if removed and change is not None:  # a star import may give them back
                        must |= change.outline.star_statements()
                    if change is not None:
                        self._execution.annotations_of(module, change.outline)
                    is_concerned = await self._visit(
                        module, must, since, everything=module in whole
                    )
                    # before what follows: a module that reads a removed name itself is visited once more
                    visited = self._dirty.now + 1, taints.size
                    self._removed.settle(module, removed)
                    retire_removed(self._graph, self._transaction, module, removed.values())
                elif self._dirty.now >= since and unconcerned.get(module) != taints.size:
                    is_concerned = await self._visit(module, set(), since, everything=False)
                    visited = self._dirty.now + 1, taints.size
                else:
                    continue
                if is_concerned:
                    seen[module] = visited[0]
                    unconcerned.pop(module, None)
                else:
                    unconcerned[module] = visited[1]
            self._caches.refresh()
            for module in taints.name_stored(self._graph):
                self._spread(module, self._dirty.outline(module))
            if (self._dirty.now, taints.size) == before:
                if not whole:
                    self._execution.put_elsewhere.check_copies()
                return
            order += [x for x in self._graph if x not in order and self._comes_after(x)]
        # X = b.Y + 1 and Y = a.X + 1 never come to rest; a fresh start runs each once
        raise Escalation(next(reversed(seen)), "each run of its circle of imports makes new values")

    @property
    def running(self) -> int:
        """How many coroutines and generators still run replaced code."""
        return self._code.running

    @property
    def touched(self) -> Mapping[EvaluatedModule, set[str]]:
        """The names that got new values, by module."""
        return self._dirty.touched

    @property
    def upgrades(self) -> list[type]:
        """The classes whose `__init__` changed."""
        return self._code.upgrades

    @property
    def has_work(self) -> bool:
        """Whether something reads what patching the code could not bring up to date."""
        return bool(self._dirty)

    def upgrade(self) -> None:
        """Call `__hmr_upgrade__` on the instances of classes whose `__init__` changed."""
        upgrade_instances(self._code.upgrades)

    async def _visit(
        self, module: EvaluatedModule, must: set[int], since: int, *, everything: bool
    ) -> bool:
        """Run what a module has to; return whether it may read anything that is dirty."""
        if not (must or everything or self._dirty.may_be_read_by(module, since)):
            return False
        outline = self._dirty.outline(module)
        must |= self._removed.bind_again(outline)
        if outline.groups and not everything:
            self._complete_groups(module, outline, must, since)
        for index, statement in enumerate(outline.statements):
            if statement.kind is Kind.INERT:
                continue
            self._caches.refresh()
            if everything or index in must:
                self._circles.check(module, statement)
                is_dirty = everything or self._dirty.are_read_by(module, outline, statement, since)
                await self._execution.run(module, outline, statement, everything, is_dirty)
                must |= self._execution.stars.take_again()
            elif statement.kind is Kind.EFFECT and not self._runs_effects:
                pass  # beyond a boundary values are brought up to date, and that is all
            elif self._dirty.are_read_by(module, outline, statement, since):
                # what this statement reads has changed during the visit: its name's other binders
                group = self._group_of(outline, index)
                for earlier in sorted(x for x in group - must if x < index):
                    await self._execution.run(module, outline, outline.statements[earlier])
                must |= group
                self._circles.check(module, statement)
                await self._execution.run(module, outline, statement)
                must |= self._execution.stars.take_again()
        if self._dirty:
            self._spread(module, outline)
        return True

    def _comes_after(self, module: EvaluatedModule) -> bool:
        """Tell whether a module, loaded after a changed one, calls a library in which that has set something."""
        first = min((x.number for x in self._changes), default=0)
        return module.number > first and self._dirty.taints.mention_library(module)

    def _spread(self, module: EvaluatedModule, outline: Outline) -> None:
        self._dirty.taints.spread(module, outline, self._contributions.of(module))

    def _group_of(self, outline: Outline, index: int) -> set[int]:
        """Return the statements that have to run where one of them does."""
        groups = [
            group
            for name, group in outline.groups.items()
            if index in group and not outline.are_separate(name)
        ]
        return set().union(*groups)

    def _complete_groups(
        self, module: EvaluatedModule, outline: Outline, must: set[int], since: int
    ) -> None:
        """If one of the statements that make up a name's value may run, all of them have to."""
        may_run: set[int] = set()
        size = -1
        while size != len(may_run):
            size = len(may_run)
            names: set[str] = set()
            for index, statement in enumerate(outline.statements):
                if (
                    index in must
                    or index in may_run
                    or any(chain[0] in names for chain in statement.reads)
                    or self._dirty.are_read_by(module, outline, statement, since)
                ):
                    may_run.add(index)
                    names |= statement.binds
                    for source, attribute, _ in outline.imports_of(statement):
                        if attribute == "*":
                            names |= self._dirty.of(source)
            for name, group in outline.groups.items():
                if group & may_run and not outline.are_separate(name):
                    group = group | self._readers_between(module, outline, name, group)
                    must |= group
                    may_run |= group

    def _readers_between(
        self, module: EvaluatedModule, outline: Outline, name: str, group: set[int]
    ) -> set[int]:
        """Return the statements that read an earlier value of a name, in what they call as well."""
        return {
            index
            for index in range(min(group), max(group))
            if index not in group
            and outline.statements[index].reads
            and self._dirty.reads(module, outline, outline.statements[index], name)
        }
