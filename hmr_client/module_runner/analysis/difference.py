"""What changed between two versions of a module, statement by statement."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence
from typing import Any

from .last_value import calls_coroutine
from .outline import Outline
from .statements import Kind, Statement


class Difference:
    """What has to be done to turn one version into the other.

    Attributes:
        run: Indices of the new statements that have to run.
        effects: New or old statements whose effects cannot be brought about by running a part.
        pairs: Old statement by index of the new one, where there is one.
        removed: Names that the new version does not bind any more.
        changed: Names whose definition or value differs, also where only a body does.
        unimported: Modules that no import statement names any more.
        is_unannotated: Whether an annotation without a value, `x: int`, was removed.
        takes_back: Whether a removed statement had put something into lists, dicts, objects.

    Args:
        old: The live version.
        new: The new version.
        was_awaited: Whether the value of the old version's last expression was awaited.
        contributing: The old statements that have put something into lists, dicts, objects.
        plain: Those of them that have done nothing else: they can be undone.
    """

    def __init__(
        self,
        old: Outline,
        new: Outline,
        *,
        was_awaited: bool = False,
        contributing: Collection[int] = (),
        plain: Collection[int] = (),
    ) -> None:
        self._plain = plain
        self._contributing = contributing
        self._old = old.statements
        self.pairs: dict[int, int] = _pair(old.statements, new.statements)
        self.run: set[int] = set()
        self.effects: list[Statement] = []
        self.removed: set[str] = set()
        self.changed: set[str] = set()
        self.unimported: set[str] = set()
        self.is_unannotated = self.takes_back = False
        gone = set(range(len(old.statements))).difference(self.pairs.values())
        left = [old.statements[index] for index in gone]  # what is not there as it was
        came: list[Statement] = []
        for index, statement in enumerate(new.statements):
            before = self.pairs.get(index)
            if before is None:
                came.append(statement)
                self._must_run(index, statement)
            elif (was := old.statements[before]).text != statement.text:
                left.append(was)
                came.append(statement)
                if was.skeleton == statement.skeleton:
                    if was.dump != statement.dump:
                        self.changed |= statement.binds
                else:
                    self._must_run(index, statement)
        for index in gone:
            was = old.statements[index]
            if isinstance(was.node, ast.AnnAssign) and not was.binds:
                self.is_unannotated = True
            elif index in plain:
                self.takes_back = True
            elif was.kind is Kind.EFFECT or (was.kind is Kind.DATA and not was.binds):
                self.effects.append(was)
            else:
                self.takes_back |= index in contributing
        self._annotate_again(new, left)
        self._check_order(new, contributing)
        self._check_readers(new, contributing)
        self._check_last(old, new, was_awaited)
        self._find_unimported(old, new, left, came)
        if self.run or gone or self.is_reordered:
            self.removed = old.names() - new.names()
            self._bind_again(old, new)

    @property
    def runs_nothing(self) -> bool:
        """Whether only code objects, line numbers and docstrings differ."""
        done = self.run or self.effects or self.removed or self.is_unannotated or self.takes_back
        return not done

    @property
    def is_reordered(self) -> bool:
        """Whether statements have changed places."""
        order = [self.pairs[index] for index in sorted(self.pairs)]
        return order != sorted(order)

    def _must_run(self, index: int, statement: Statement) -> None:
        if index in self.run:
            return
        if (
            statement.kind is Kind.EFFECT and self.pairs.get(index) not in self._plain
        ) or self._writes_elsewhere(index, statement):
            self.effects.append(statement)
        if statement.kind is not Kind.INERT:
            self.run.add(index)
            self.changed |= statement.binds

    def _writes_elsewhere(self, index: int, statement: Statement) -> bool:
        """Whether a statement sets something else than before, in a place that is not recorded."""
        before = self.pairs.get(index)
        if statement.kind is not Kind.DATA or statement.binds or before is None:
            return False
        was, now = self._old[before].node, statement.node
        if before in self._contributing or isinstance(now, ast.Assert | ast.AnnAssign):
            return False
        return not (
            isinstance(was, ast.Assign)
            and isinstance(now, ast.Assign)
            and [ast.dump(x) for x in was.targets] == [ast.dump(x) for x in now.targets]
        )

    def _annotate_again(self, new: Outline, left: Sequence[Statement]) -> None:
        """Of several annotations of a name the last one counts: another one may be the last now."""
        names = {_annotated_name(statement.parsed) for statement in left} - {None}
        names |= {_annotated_name(new.statements[index].parsed) for index in self.run} - {None}
        for index, statement in enumerate(new.statements if names else ()):
            if _annotated_name(statement.parsed) in names:
                self._must_run(index, statement)

    def _check_order(self, new: Outline, contributing: Collection[int]) -> None:
        """Effects that have changed places are effects that have changed."""
        last = -1
        for index, statement in enumerate(new.statements):
            before = self.pairs.get(index, -1)
            if before in contributing and (
                statement.kind is not Kind.EFFECT or before in self._plain
            ):
                if before < last:
                    self._must_run(index, statement)
                last = max(before, last)
            elif statement.kind is Kind.EFFECT and before >= 0:
                if before < last:
                    self.effects.append(statement)
                last = max(before, last)

    def _check_readers(self, new: Outline, contributing: Collection[int]) -> None:
        """Run what may read other objects, where other statements than before have written to them."""
        if not contributing or not self.is_reordered:
            return
        written: set[int] = set()
        live = set(contributing) & set(self.pairs.values())
        for index, statement in enumerate(new.statements):
            before = self.pairs.get(index, -1)
            if before >= 0 and statement.may_look and written != {x for x in live if x < before}:
                self._must_run(index, statement)
            if before in live:
                written.add(before)

    def _check_last(self, old: Outline, new: Outline, was_awaited: bool) -> None:
        """Find a value that was awaited and is not any more, or that is awaited only now."""
        before, now = (len(outline.statements) - 1 for outline in (old, new))
        has_value = (old.valued is not None, new.valued is not None)
        if has_value == (False, False) or (all(has_value) and self.pairs.get(now) == before):
            return
        if was_awaited:
            self.effects.append(old.statements[before])
        elif new.valued is not None and calls_coroutine(new.valued, new.tree):
            self.effects.append(new.statements[now])

    def _find_unimported(
        self,
        old: Outline,
        new: Outline,
        left: Sequence[Statement],
        came: Sequence[Statement],
    ) -> None:
        names = old.imported_names(x.node for x in left)
        if names and (names := names - new.imported_names(x.node for x in came)):
            self.unimported = names - new.imported_names([new.tree])

    def _bind_again(self, old: Outline, new: Outline) -> None:
        """Run all statements that bind a name, in order, where one of them changed."""
        before = old.groups
        now = {was: index for index, was in self.pairs.items()}
        pending = True
        while pending:
            pending = False
            for name, group in new.groups.items():
                if group <= self.run or self._are_separate(old, new, name):
                    continue
                was = [self.pairs.get(i) for i in sorted(group)]
                if self.run & group or was != sorted(before.get(name, ())):
                    pending = True
                    # a statement that read it in between reads another value now
                    read = {now[i] for i in before.get(name, ()) if i in now}
                    for index in group | read:
                        self._must_run(index, new.statements[index])
        for name in before.keys() - new.groups.keys():
            if self._are_separate(old, new, name):
                continue
            read = {now[i] for i in before[name] if i in now}
            for index, statement in enumerate(new.statements):
                if name in statement.binds or index in read:
                    self._must_run(index, statement)

    def _are_separate(self, old: Outline, new: Outline, name: str) -> bool:
        """Of independent functions of one name only the last one has to be bound to it."""
        binder, was = new.last_binder(name), old.last_binder(name)
        if binder is None or was is None or not (old.are_separate(name) and new.are_separate(name)):
            return False
        if not binder.kind is was.kind is Kind.FUNCTION:
            return False
        index = new.statements.index(binder)
        if self.pairs.get(index) != old.statements.index(was):
            self._must_run(index, binder)
        return True


def _annotated_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return None


def _pair(old: Sequence[Statement], new: Sequence[Statement]) -> dict[int, int]:
    """Match statements: equal ones first, then those that define the same thing."""
    start = end = 0
    shortest = min(len(old), len(new))
    while start < shortest and old[start].text == new[start].text:
        start += 1
    while end < shortest - start and old[-1 - end].text == new[-1 - end].text:
        end += 1
    pairs = {index: index for index in range(start)}
    pairs |= {len(new) - i: len(old) - i for i in range(1, end + 1)}
    free_old = list(range(start, len(old) - end))
    free_new = list(range(start, len(new) - end))
    keys: list[Callable[[Statement], Any]] = [
        lambda x: (*x.text[:2], *x.text[2]),
        lambda x: x.dump,
        _decorated_identity,
        _identity,
        _shape,
    ]
    for key in keys:
        if not free_old or not free_new:
            break
        waiting: dict[Any, list[int]] = {}
        for index in reversed(free_old):
            if (found := key(old[index])) is not None:
                waiting.setdefault(found, []).append(index)
        for index in free_new:
            if (found := key(new[index])) is not None and waiting.get(found):
                pairs[index] = waiting[found].pop()
        free_new = [index for index in free_new if index not in pairs]
        taken = set(pairs.values())
        free_old = [index for index in free_old if index not in taken]
    return pairs


def _decorated_identity(statement: Statement) -> Any:
    """Return the name and the decorators of a definition: `@on("a") def _` is not `@on("b") def _`."""
    decorators = getattr(statement.node, "decorator_list", None)
    return (_identity(statement), *map(ast.dump, decorators)) if decorators else None


def _identity(statement: Statement) -> Any:
    """Return what makes two different statements versions of one."""
    match statement.kind:
        case Kind.FUNCTION | Kind.CLASS:
            return statement.node.name  # type: ignore[attr-defined]
        case Kind.DATA | Kind.DECLARATION if statement.binds:
            return statement.binds
        case Kind.IMPORT | Kind.INERT:
            return None
    return statement.skeleton


def _shape(statement: Statement) -> Any:
    """Return what makes two statements alike that bind nothing: they read the same."""
    if statement.binds or statement.kind not in (Kind.DATA, Kind.EFFECT):
        return None
    return type(statement.node), statement.reads
