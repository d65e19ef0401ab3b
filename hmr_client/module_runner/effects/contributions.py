"""The ledger for memory: what each statement of a top level has put into lists, dicts, objects.

    bus.py:  BUS = []                    app.py:  @on
             def on(f): BUS.append(f)             def greet(): …     ──▶ BUS: greet, at 0

It is looked at before and after a statement that may write: the places that its names and the
functions they lead to can reach. So it can be undone, in place, before the statement runs again
or when it is removed, and what the next run puts there gets the same position. Where something else
has changed the place since, that can't be done, and the update has to restart the program.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from types import FunctionType, GetSetDescriptorType, NoneType
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from ..analysis.scan import Chain, Scan
from ..inspection import is_a, own_attributes
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..transaction import MISSING, Transaction
from .code_reach import COUNTS, IMPORTS, calls_by_text, writes_any_name
from .contribution import CHOSEN, Contribution
from .library_places import SETTERS
from .namespaces import Names
from .own_code import own_code
from .places import CannotTakeBack, Delta, Place
from .plain_calls import along, is_plain_call
from .reach import PROCESS, Key, Reach, lists_of_process

if TYPE_CHECKING:
    from .ledger import Ledger

_NAMED = ("globals", "class")
_NO_MARKS = frozenset(
    (str, tuple, dict, NoneType, GetSetDescriptorType, int, float, bool, list, set)
)  # they have no attributes of their own


class _Reads(NamedTuple):
    """What a statement reads, taken apart.

    Attributes:
        chains: Each name, with what follows it, and the same without the call at its end.
        attributes: All that follows names.
        sets: Whether it calls what sets attributes.
        counts: Whether it calls what may read the size of a container.
        writes_any_name: Whether it calls what may bind any global.
        calls_by_text: Whether it calls what may call any global.
    """

    chains: list[tuple[str, tuple[str, ...], tuple[str, ...]]]
    attributes: frozenset[str]
    sets: bool
    counts: bool
    writes_any_name: bool
    calls_by_text: bool


@lru_cache(maxsize=1024)  # many modules have statements that read the same: `@register`
def _reads(chains: frozenset[Chain]) -> _Reads:
    called = {x[0] for x in chains if x[1:] == ("()",)}
    return _Reads(
        [(x[0], x[1:], x[1:-1] if x[-1] == "()" else x[1:]) for x in chains],
        frozenset(attribute for x in chains for attribute in x[1:]),
        not SETTERS.isdisjoint(called),
        not COUNTS.isdisjoint(called),
        writes_any_name(called),
        calls_by_text(called),
    )


class _RunningStatement:
    """A statement that is running."""

    def __init__(
        self, module: EvaluatedModule, index: int, reach: Reach, binds: Collection[str]
    ) -> None:
        self.module = module
        self.index = index
        self.binds = binds
        self.reach = reach
        self.before = {key: place.copy() for key, place in reach.places.items()}
        self.of_process = lists_of_process()
        self.imported: dict[EvaluatedModule, None] = {}
        names = module.module.__dict__
        # seldom one: at its first run a statement has bound nothing yet
        classes = [y for x in binds if x in names for y in _classes(module, x, names[x])]
        self.marks = {name: _marks(cls) for name, cls in classes}
        # what its class or function becomes is not put elsewhere: undone, it would lose what the last version has brought
        self.own = {("class", id(cls)) for _, cls in classes}
        functions = [names[x] for x in binds if type(names.get(x)) is FunctionType]
        self.own.update(("function", id(x.__dict__)) for x in functions)

    def imports(self, module: EvaluatedModule) -> None:
        """Look at what it may call in a module that it has imported by name: `import_module(n).register()`."""
        self.imported[module] = None
        names, called = vars(module.module), self.reach.of_importing
        is_any = "getattr" in called  # getattr(import_module(n), name)()
        self.reach.walk([names[x] for x in (*names,) if is_any or x in called], ())
        for key in self.reach.places.keys() - self.before.keys():
            self.before[key] = self.reach.places[key].copy()


class Contributions:
    """Writes down what statements have put where.

    Args:
        ledger: Knows the update that is being applied.
        data: What survives every run, and is never removed: `hot.data` by path.
    """

    def __init__(self, graph: EvaluatedModules, ledger: Ledger, data: Mapping[str, Any]) -> None:
        self._data = data
        self._graph = graph
        self._ledger = ledger
        self._running: list[_RunningStatement] = []
        self._of: WeakKeyDictionary[EvaluatedModule, dict[int, Contribution]] = WeakKeyDictionary()
        self._made_with: WeakKeyDictionary[EvaluatedModule, dict[str, frozenset[str]]] = (
            WeakKeyDictionary()
        )
        # what statements have imported by name, by the names that they bind
        self._imported: dict[tuple[EvaluatedModule, frozenset[str]], list[EvaluatedModule]] = {}
        # namespaces and classes in which statements have set something
        self._named: set[Key] = set()
        # those of removed statements, and the index of the one before
        self._gone: list[tuple[EvaluatedModule, int, Contribution]] = []

    def of(self, module: EvaluatedModule) -> Mapping[int, Contribution]:
        """Return what the statements of a module have put where, by their index."""
        return self._of.get(module, {})

    def gone(self, module: EvaluatedModule) -> list[Contribution]:
        """Return what removed statements of a module have put where, before it is undone."""
        return [x[2] for x in self._gone if x[0] is module]

    def every(self) -> list[Contribution]:
        """Return what all statements of all modules have put where."""
        return [x for of in self._of.values() for x in of.values()]

    def of_plain(self, module: EvaluatedModule) -> set[int]:
        """Return the statements that have changed containers and objects, and done nothing else."""
        return {index for index, x in self.of(module).items() if x.is_plain and x.is_complete}

    def put_into_libraries(self) -> dict[str, list[Any]]:
        """Return what statements have set in modules and classes of libraries, by the libraries' names."""
        found: dict[str, list[Any]] = {}
        for of in self._of.values():
            for contribution in of.values():
                for key, delta in contribution.deltas.items():
                    if key[0] == "globals" and isinstance(delta.place.owner, dict):
                        name = delta.place.owner.get("__name__")
                    elif key[0] == "class":
                        name = getattr(delta.place.owner, "__module__", None)
                    else:
                        continue
                    if isinstance(name, str) and self._graph.by_name(name) is None:
                        found.setdefault(name.partition(".")[0], []).extend(delta.values())
        return found

    # --- while a statement runs ---------------------------------------------------------------

    def begin(self, module: EvaluatedModule, scan: Scan, index: int) -> None:
        """Look at the places that a statement may write to, before it runs.

        Args:
            scan: What the statement does.
            index: Which one it is.
        """
        namespace = module.module.__dict__
        roots: list[Any] = []
        reads = _reads(scan.reads)
        names = scan.attributes | reads.attributes
        is_plain = not scan.calls_unknown
        takes_out = scan.operates or bool(scan.attributes) or not scan.calls_only_results
        reach = Reach(self._graph)
        used: list[Any] = []
        for name, rest, attributes in reads.chains:
            value = namespace.get(name, MISSING)
            chain = [] if value is MISSING else [value]
            if chain and attributes:
                chain += along(value, attributes)
            roots += chain
            used += chain[-1:]
            if reads.sets:
                reach.add_patched(chain[-1] if chain else None, None)
            if rest:
                takes_out |= len(chain) <= len(attributes)
                if is_plain and rest[-1] == "()":
                    is_plain = is_plain_call(chain, name, rest)
        for name, *stored in scan.stores:
            value = namespace.get(name, MISSING)
            owner = [value, *along(value, stored)]
            if value is not MISSING and len(owner) > len(stored):
                reach.add_patched(owner[-1], names)
        reach.is_plain = is_plain
        reach.counts = reads.counts
        evaluates = any(x is eval or x is exec for x in used)
        if reads.writes_any_name or evaluates:
            reach.add_namespace(namespace)
        if reads.calls_by_text or evaluates:
            roots += [*namespace.values()]
        for name, *rest_of_lambda in scan.lambda_reads:  # what is called may call it
            if name in namespace:
                roots += [namespace[name], *along(namespace[name], rest_of_lambda)]
        # calls of what calls return, as of `@on("key")`, are in the code of the functions that are called
        may_call_stored = scan.calls_unknown and scan.operates
        takes_out |= bool(scan.lambda_reads)
        own = namespace, own_code(self._graph, module, scan, used)
        if any(name in IMPORTS or not IMPORTS.isdisjoint(rest) for name, *rest in scan.reads):
            reach.of_importing |= names
        reach.walk(roots, names, own, may_call_stored=may_call_stored, takes_out=takes_out)
        for place in reach.places.values():
            if isinstance(place, Names) and place.owner is namespace:
                place.leave_out(scan.binds)
        self._running.append(_RunningStatement(module, index, reach, scan.binds))

    def end(self, module: EvaluatedModule, index: int) -> Contribution | None:
        """Compare, after the statement has run.

        Returns:
            What it has put where; None if nothing.
        """
        while self._running:  # inner ones that have raised come before it
            statement = self._running.pop()
            if statement.module is module and statement.index == index:
                break
        else:
            return None
        self._note_classes(module, statement)
        if statement.imported or self._imported:
            self._note_imports(module, statement)
        reach = statement.reach
        for key, place in reach.new_places() if reach.logs else ():
            reach.places[key], reach.parents[key] = place, None
            statement.before[key] = []
        for now, before in statement.of_process:
            if now != before:  # seldom, and each statement asks
                self._compare_process(statement)
                break
        transaction = self._ledger.transaction
        deltas = self._compare(statement, transaction)
        if deltas and self._data:
            deltas = self._without_lasting(deltas, reach)
        new = None
        if hides := bool(reach.hidden) and reach.hides():
            reach.is_complete = False
        if (
            deltas or hides or reach.is_cut
        ):  # one that was left out may have been called, and have written
            containing = {key: _containing(reach, key) for key in deltas}
            new = Contribution(deltas, containing, reach, is_hidden=hides)
        if new is not None or index in self.of(module):
            self._set(module, index, new, transaction)
        return new

    def _compare_process(self, statement: _RunningStatement) -> None:
        """Take in what the process has one of, where it is not what it was."""
        for place, before in statement.of_process:
            if place == before:
                continue
            statement.before[statement.reach.add_of_process(place)] = before
            for outer in self._running:  # it is not the outer statement's
                outer.of_process = [(x, [*x] if x is place else was) for x, was in outer.of_process]

    def _compare(
        self, statement: _RunningStatement, transaction: Transaction | None
    ) -> dict[Key, Delta]:
        """Return what a statement has changed, by place."""
        deltas: dict[Key, Delta] = {}
        for key, place in statement.reach.places.items():
            if key in statement.own or (delta := place.delta(statement.before[key])) is None:
                continue
            deltas[key] = delta
            if key[0] in _NAMED:
                self._named.add(key)
            if transaction is not None:
                transaction.on_rollback(_restoring(place, statement.before[key]))
            for outer in self._running:
                if key in outer.before:  # it is not the outer statement's
                    outer.before[key] = place.copy()
        return deltas

    def _without_lasting(self, deltas: dict[Key, Delta], reach: Reach) -> dict[Key, Delta]:
        """Leave out what is in `hot.data`: it is never undone."""
        reached = Reach(self._graph)
        reached.walk([*self._data.values()], ())
        lasting = {key for key in reached.places if key[0] != PROCESS}
        if not lasting.isdisjoint(deltas):
            reach.is_plain = False
        return {key: x for key, x in deltas.items() if key not in lasting}

    def made_with(self, module: EvaluatedModule, name: str) -> frozenset[str]:
        """Return the attributes that a class or function has got while its statement ran, decorators included.

        Args:
            name: Its name. Those of a class's methods are `method.attribute`.
        """
        return self._made_with.get(module, {}).get(name, frozenset())

    def imports(self, module: EvaluatedModule) -> None:
        """Note that a module is imported by name.

        Args:
            module: The one that is imported.
        """
        if self._running:
            self._running[-1].imports(module)

    def imported_by(self, module: EvaluatedModule, names: Collection[str]) -> list[EvaluatedModule]:
        """Return the modules that a statement has imported by name when it ran last, in their order.

        Args:
            names: What it binds.
        """
        return self._imported.get((module, frozenset(names)), [])

    def _note_imports(self, module: EvaluatedModule, statement: _RunningStatement) -> None:
        key = module, frozenset(statement.binds)
        before = self._imported.get(key)
        if before is None and not statement.imported:
            return
        if (transaction := self._ledger.transaction) is not None:
            transaction.on_rollback(lambda: self._imported.__setitem__(key, before or []))
        self._imported[key] = list(statement.imported)

    def _note_classes(self, module: EvaluatedModule, statement: _RunningStatement) -> None:
        namespace = module.module.__dict__
        made: dict[str, frozenset[str]] = {}
        for name in statement.binds:
            value = namespace.get(name)
            if type(value) is FunctionType:
                made[name] = frozenset(value.__dict__)
            for inner, cls in _classes(module, name, value):
                marks = _marks(cls)
                if inner in statement.marks:
                    # what others have noted in a method since is not the statement's
                    marks -= statement.marks[inner] - self.made_with(module, inner)
                made[inner] = marks.union(vars(cls))
        if not made:
            return
        before = self._made_with.get(module)
        if (transaction := self._ledger.transaction) is not None:
            transaction.on_rollback(lambda: self._made_with.__setitem__(module, before or {}))
        elif before is not None:
            before.update(made)  # as most, while a program starts
            return
        self._made_with[module] = {**(before or {}), **made}

    def _set(
        self,
        module: EvaluatedModule,
        index: int,
        new: Contribution | None,
        transaction: Transaction | None,
    ) -> None:
        of = self.of(module)
        if new is not None:
            self._replace(module, {**of, index: new}, transaction)
        elif index in of:
            self._replace(module, {i: x for i, x in of.items() if i != index}, transaction)

    def _replace(
        self, module: EvaluatedModule, of: dict[int, Contribution], transaction: Transaction | None
    ) -> None:
        if transaction is not None:
            before = self._of.get(module, {})
            transaction.on_rollback(lambda: self._of.__setitem__(module, before))
        self._of[module] = of

    def set_in(self, kind: str, owner: Any, but: Contribution | None) -> list[tuple[Delta, str]]:
        """Return which names of a namespace or class statements have set, and in which deltas.

        Args:
            kind: "globals" or "class".
            but: A contribution that does not count.
        """
        key = kind, id(owner)
        if key not in self._named:  # of most there is nothing to be looked for
            return []
        own = None if but is None else but.deltas.get(key)
        others = (x for x in self._deltas(key) if x is not own)
        return [(delta, name) for delta in others for name in (*delta.keys(),)]

    # --- before it runs again, or after it is removed ---------------------------------------------

    def take_back(
        self, module: EvaluatedModule, index: int, transaction: Transaction
    ) -> dict[Key, Any]:
        """Undo what a statement has put into other objects.

        Returns:
            Where the next run's contents belong, by place.

        Raises:
            CannotTakeBack: If that is not clear.
        """
        old = self.of(module).get(index)
        if old is None:
            return {}
        self._check_nested(old)
        positions = old.take_back(transaction, self._later(module, index))
        self._set(module, index, None, transaction)
        for key, delta in old.deltas.items():
            self._shift(key, positions[key], -len(delta), transaction)
            if delta.chooses:
                positions[key] = CHOSEN
        return positions

    def _check_nested(self, contribution: Contribution) -> None:
        """Refuse to take away a list or dict into which others have put something since."""
        new = {id(x) for delta in contribution.deltas.values() for x in delta.values()}
        for of in self._of.values():
            for other in of.values():
                if other is not contribution and not new.isdisjoint(x for _, x in other.deltas):
                    raise CannotTakeBack

    def _shift(self, key: Key, position: Any, by: int, transaction: Transaction) -> None:
        """Remember where the others are in a sequence that has got longer or shorter."""
        for delta in self._deltas(key):
            delta.shift(position, by, transaction)

    def _deltas(self, key: Key) -> list[Delta]:
        return [x.deltas[key] for of in self._of.values() for x in of.values() if key in x.deltas]

    def move(
        self, module: EvaluatedModule, by_old: Mapping[int, int], transaction: Transaction
    ) -> None:
        """Follow the statements to their indices in a new source.

        Args:
            by_old: The new index by the old one; removed statements have none.
        """
        of = self.of(module)
        self._gone = [x for x in self._gone if x[0] is not module]
        now = -1
        for index in sorted(of):
            now = by_old.get(index, now)
            if index not in by_old:
                self._gone.append((module, now, of[index]))
        moved = {by_old[index]: x for index, x in of.items() if index in by_old}
        if of:
            self._replace(module, moved, transaction)

    def take_back_gone(
        self, module: EvaluatedModule, transaction: Transaction
    ) -> list[Contribution]:
        """Undo what removed statements have put into other objects, and return it.

        Raises:
            CannotTakeBack: If that is not clear.
        """
        gone = [x for x in self._gone if x[0] is module]
        self._gone = [x for x in self._gone if x[0] is not module]
        for _, index, contribution in reversed(gone):
            self._check_nested(contribution)
            positions = contribution.take_back(transaction, self._later(module, index))
            for key, delta in contribution.deltas.items():
                self._shift(key, positions[key], -len(delta), transaction)
        return [x[2] for x in gone]

    def changed_after(self, module: EvaluatedModule, index: int) -> set[int]:
        """Return the ids of the objects that later statements have put something into."""
        return {id(owner) for x in self._after(module, index) for owner in x.owners()}

    def _after(self, module: EvaluatedModule, index: int) -> list[Contribution]:
        """Return the contributions that are made after a statement in a fresh start."""
        importers = self._graph.importers_closure([module])
        found = [x for i, x in self.of(module).items() if i > index]
        for other, of in self._of.items():
            if other is module or not of:
                continue
            is_imported = module in self._graph.importers_closure([other])
            is_later = other in importers or (not is_imported and other.number > module.number)
            if is_later and not (is_imported and other.number > module.number):
                found += of.values()
        return found

    def _later(self, module: EvaluatedModule, index: int) -> Callable[[Key], list[Delta]]:
        """Return a function that returns what statements after one have changed in a place."""

        def later(key: Key) -> list[Delta]:
            return [x.deltas[key] for x in after if key in x.deltas]

        after = self._after(module, index)
        return later

    def dispose(self, module: EvaluatedModule, transaction: Transaction) -> None:
        """Undo all of a module's contributions, as far as that is safe."""
        of = self.of(module)
        for index in sorted(of, reverse=True):
            of[index].take_back_what_can_be(transaction)
        if of:
            self._replace(module, {}, transaction)

    # --- after it has run again ---------------------------------------------------------------

    def put_in_place(
        self,
        module: EvaluatedModule,
        index: int,
        new: Contribution,
        positions: Mapping[Key, Any],
        transaction: Transaction,
    ) -> None:
        """Move what a statement has put somewhere to where a fresh start would have it.

        Args:
            module: Where it stands.
            index: Which statement it is.
            new: What it has put where.
            positions: Where it had been, by place.

        Raises:
            CannotTakeBack: If that is not clear.
        """
        later = self._later(module, index)
        if new.counts and any(map(later, new.deltas)):
            raise CannotTakeBack
        if new.is_hidden and any(x.is_hidden for x in self._after(module, index)):
            raise CannotTakeBack  # a route stands behind those of later lines
        for key, delta in new.deltas.items():
            delta.yield_to(later(key), transaction)
            if delta.chooses or positions.get(key) is CHOSEN:
                if later(key):
                    raise CannotTakeBack  # it would choose among fewer in a fresh start
                continue
            position = self._between(module, index, key, positions.get(key))
            if position is not None:
                delta.put(position)
                others = (x for x in self._deltas(key) if x is not delta)
                for other in others:
                    other.shift(position, len(delta), transaction)

    def _between(self, module: EvaluatedModule, index: int, key: Key, position: Any) -> Any:
        """Return a position behind the statement before, and in front of the one after."""
        others = [(i, x.deltas[key]) for i, x in self.of(module).items() if key in x.deltas]
        others.sort(key=lambda x: x[0])
        before = [y for i, x in others if i < index and (y := x.after()) is not None]
        after = [y for i, x in others if i > index and (y := x.before()) is not None]
        if (
            position is not None
            and before[-1:] <= [position]
            and (not after or position <= after[0])
        ):
            return position
        return before[-1] if before else after[0] if after else position


def _classes(module: EvaluatedModule, name: str, value: Any) -> Iterator[tuple[str, type]]:
    """Yield a class that a module's statement has made, and the classes in it, by their qualified names."""
    if is_a(value, type) and (value.__module__, value.__qualname__) == (module.name, name):
        yield name, value
        for key, inner in vars(value).items():
            yield from _classes(module, f"{name}.{key}", inner)


def _marks(cls: type) -> frozenset[str]:
    """Return the attributes of a class's methods, as `method.attribute`."""
    return frozenset(
        [
            f"{name}.{mark}"
            for name, x in vars(cls).items()
            if (kind := type(x)) not in _NO_MARKS
            for mark in (x.__dict__ if kind is FunctionType else own_attributes(x))
        ]
    )


def _containing(reach: Reach, key: Key) -> list[Any]:
    found: list[Any] = []
    parent = reach.parents[key]
    while parent is not None:
        found.append(reach.places[parent].subject)
        parent = reach.parents[parent]
    return found


def _restoring(place: Place, contents: Any) -> Any:
    return lambda: place.restore(contents)
