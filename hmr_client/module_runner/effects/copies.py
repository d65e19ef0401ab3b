"""Copies that the running program has made of what statements have registered.

    @app.middleware                          def __call__(self, request):
    def first(request, following): …             self.stack = self.stack or self.build()

The list of middlewares is corrected in place when one goes. The stack that the first request has built of
it still calls that one, and has to be built again: no rule says how, but a fresh start does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from ..inspection import is_a
from ..module_graph import EvaluatedModule, EvaluatedModules
from .contribution import Contribution
from .made_of import CONTAINERS, held_by
from .places import PLAIN, Place
from .reach import is_machinery

_MOST = 5000  # objects that are looked at
_DEEPEST = 4  # of what statements have put somewhere: a table's rows, a wrapper
_NOT_FOLLOWED = (type, ModuleType)


class ChangedPlaces:
    """What the places held before an update that it has changed."""

    def __init__(self, graph: EvaluatedModules) -> None:
        self._graph = graph
        self._before: dict[int, tuple[EvaluatedModule, Place, Any]] = {}

    def note(self, module: EvaluatedModule, contribution: Contribution) -> None:
        """Remember what places hold, before a contribution to them is taken back.

        Args:
            module: Whose statement has made it.
        """
        for delta in contribution.deltas.values():
            place = delta.place
            self._before.setdefault(id(place.owner), (module, place, place.copy()))

    def note_new(self, module: EvaluatedModule, contribution: Contribution) -> None:
        """Remember what places held, after a contribution to them that was not there before."""
        for delta in contribution.deltas.values():
            if id(delta.place.owner) in self._before:
                continue
            contents = delta.place.copy()
            new, keys = {id(x) for x in delta.values()}, set(map(_identity, delta.keys()))
            if is_a(contents, dict):
                contents = {key: x for key, x in contents.items() if _identity(key) not in keys}
            else:
                contents = [x for x in contents if id(x) not in new]
            self._before[id(delta.place.owner)] = module, delta.place, contents

    def copied(self, contributions: Iterable[Contribution]) -> EvaluatedModule | None:
        """Find a module that has changed a place of whose contents the program has made a copy.

        Args:
            contributions: All that there are.
        """
        changed: dict[int, EvaluatedModule] = {}
        for module, place, contents in self._before.values():
            if _described(contents) != _described(place.copy()):
                functions = _functions(contents.values() if is_a(contents, dict) else contents)
                of_program = (x for x in functions if self._graph.by_globals(x.__globals__))
                changed |= {id(x): module for x in of_program}
        return changed.get(self._find_held(changed, contributions)) if changed else None

    def _find_held(
        self, wanted: dict[int, EvaluatedModule], contributions: Iterable[Contribution]
    ) -> int:
        """Find one of some functions in what the program has made, by its id; 0 if there is none."""
        seen = _put_by(contributions)
        names = [(*vars(module.module).items(),) for module in self._graph]
        values = [x for items in names for name, x in items if name[:2] != "__"]
        # a table of the module itself, and what is in it, is no copy
        pending = [(x, True) for x in values if not is_a(x, FunctionType)]
        for item, is_own in pending:  # grows while it is walked
            if type(item) in PLAIN or id(item) in seen or is_a(item, _NOT_FOLLOWED):
                continue
            if is_machinery(item):
                continue
            seen.add(id(item))
            if len(seen) > _MOST:
                return 0
            held = held_by(item)
            found = () if is_own else [id(x) for x in held if id(x) in wanted]
            for function in found:
                return function
            is_table = is_own and is_a(item, CONTAINERS)
            pending += [(x, is_table) for x in held if id(x) not in wanted]
        return 0


def _put_by(contributions: Iterable[Contribution]) -> set[int]:
    """Return the ids of the containers into which statements have put something, and of what they have put there."""
    seen: set[int] = set()
    level: list[Any] = []
    for contribution in contributions:
        for delta in contribution.deltas.values():
            if is_a(delta.place.subject, CONTAINERS):
                seen.add(id(delta.place.owner))
            level += [x for x in delta.values() if type(x) not in PLAIN]
    for _ in range(_DEEPEST):
        seen.update(map(id, level))
        level = [x for item in level for x in held_by(item) if id(x) not in seen]
    return seen


def _functions(items: Iterable[Any]) -> Iterator[FunctionType]:
    for item in items:
        if type(item) is FunctionType:
            yield item
        elif type(item) is tuple:
            yield from _functions(item)


def _described(contents: Any) -> Any:
    if is_a(contents, dict):
        return [(_identity(key), _identity(x)) for key, x in contents.items()]
    if is_a(contents, set | frozenset):
        return set(map(_identity, contents))
    return [*map(_identity, contents)]


def _identity(item: Any) -> Any:
    """Return what tells an item from others, without running code of the program's."""
    if type(item) is tuple:
        return tuple(map(_identity, item))
    return (type(item), item) if type(item) in PLAIN else id(item)
