"""What a statement reads when it runs, found by following its names through the live objects.

    lib.py:  BASE = "/a"                        app.py:  import lib as l
             def url(p): return BASE + p                 USERS = l.url("/users")

`l` is whatever the name is bound to now: an alias, a module that was handed on, the branch of a
conditional import that ran. A call reads what the code of the called function reads, and so on. What
is only passed on (a handler) is not called, so it counts only where the callee calls what it gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

from ..analysis.code_names import NAMESPACES
from ..analysis.scan import Chain, Scan
from ..module_graph import EvaluatedModule, EvaluatedModules
from .attribute_reads import AttributeReads
from .calls import Calls
from .keys import Key
from .library_calls import LibraryCalls
from .lookup import is_code
from .name_reads import OF_SIGNATURES, NameReads
from .reached import Reached


class Readers:
    """Finds what one statement reads.

    Attributes:
        objects: The ids of the containers and instances that it may look into.
        iterated: The ids of those containers over which the functions that it certainly calls iterate.

    Args:
        only_direct: Whether functions count only where they are certainly called: for statements
            whose effects are not wanted again without need.
        awaits: Whether coroutines run before the statement ends.
        patched: What the application has set in libraries, by their names: their functions may call it.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        *,
        only_direct: bool = False,
        awaits: bool = False,
        patched: Mapping[str, list[Any]] | None = None,
    ) -> None:
        self._only_direct = only_direct
        self._reached = reached = Reached(graph)
        self._libraries = LibraryCalls(reached, only_direct=only_direct, patched=patched or {})
        self._attributes = AttributeReads(reached, self._libraries, only_direct=only_direct)
        self._names = NameReads(reached, self._attributes)
        self._calls = Calls(
            reached,
            self._names,
            self._attributes,
            self._libraries,
            only_direct=only_direct,
            awaits=awaits,
        )
        self.objects = reached.objects
        self.iterated = self._calls.iterated
        self._passed_followed = 0  # the first ones of what is passed on
        self._lambdas: list[tuple[EvaluatedModule, Chain]] = []
        self._in_lambdas: frozenset[str] = frozenset()

    @property
    def keys(self) -> set[Key]:
        """The names that it reads, but attributes with unknown owners."""
        return self._reached.keys

    @property
    def attributes(self) -> set[str]:
        """What is read from objects that no name leads to."""
        return self._reached.attributes

    def reads(self, key: Key) -> bool:
        """Tell whether the statement reads a name.

        Attributes with unknown owners may be read from everything that was reached. These pairs are not
        listed in `keys`: in one file of 4,500 lines they were 300,000 an update, and 7 s.
        """
        return key in self._reached.keys or self._attributes.reads(key)

    def leave_out(self, keys: Iterable[Key]) -> None:
        """Let some names not count as read, after all were followed."""
        self._reached.keys.difference_update(keys)

    def read(self, module: EvaluatedModule, chain: Chain) -> None:
        """Follow a name and its attributes.

        Args:
            module: Where it stands.
            chain: The name and its attributes.
        """
        self._names.read(module, chain)

    def derive(self, module: EvaluatedModule, chain: Chain) -> None:
        """Make a class below another one, or of a metaclass: that runs what they have for it.

        Args:
            module: Where it is made.
            chain: The name of the other one, and its attributes.
        """
        self._names.derive(module, chain)

    def call(self, value: Any) -> None:
        """Call something.

        Args:
            value: A function, a class, or what wraps one.
        """
        self._reached.pending.append(value)

    def read_scanned(self, module: EvaluatedModule, scan: Scan) -> None:
        """Read what no name leads to: attributes of any object that was reached.

        Args:
            module: Where it stands.
            scan: What the statement does.
        """
        self._reached.attributes |= scan.attributes | scan.names
        self._reached.called |= scan.attributes | scan.names
        self._reached.calls_arguments |= scan.calls_unknown
        self._lambdas = [(module, chain) for chain in scan.lambda_reads]
        self._in_lambdas = scan.lambda_attributes
        if scan.operates or scan.calls_unknown:  # "{:x}".format(n)
            self._reached.operate()

    def follow(self) -> None:
        """Follow what is called, and what that calls, until nothing is left."""
        is_more = True
        while is_more:
            self._calls.follow()
            is_more = (
                self._call_passed()
                or self._calls.drive_coroutines()
                or self._check_types()
                or self._libraries.enter_patched()
                or self._libraries.give(by_name=self._calls_by_name)
                or self._attributes.look_up()
                or self._attributes.relate()
            )
        self._calls.note_iterated()
        self._note_inspected()

    @property
    def _calls_by_name(self) -> bool:
        # `getattr(self, "do_" + name)()`: a bare statement is not run again for what it perhaps calls
        return self._names.reads_all and self._reached.calls_arguments and not self._only_direct

    def _call_passed(self) -> bool:
        """Let what calls its arguments call lambdas and what is passed on; tell whether there is any."""
        reached = self._reached
        if not reached.calls_arguments:
            return False
        if self._lambdas:
            lambdas, self._lambdas = self._lambdas, []
            for module, chain in lambdas:
                self._names.read(module, chain)
            reached.attributes |= self._in_lambdas
            return True
        new = reached.passed[self._passed_followed :]
        reached.pending += [x for x in new if is_code(x)]
        self._passed_followed = len(reached.passed)
        return bool(new)

    def _check_types(self) -> bool:
        """Let `isinstance` look at what the objects' classes are, and at what protocols ask for."""
        if not self._names.checks_types:
            return False
        self._names.checks_types = False
        reached = self._reached
        reached.attributes.add("__mro__")
        for cls in reached.classes:
            if getattr(cls, "_is_protocol", False):
                reached.attributes |= {x for x in vars(cls) if x[:2] != "__"}
                reached.read_all_of(cls)
        return True

    def _note_inspected(self) -> None:
        reached = self._reached
        inspects = self._calls.inspects or not reached.attributes.isdisjoint(OF_SIGNATURES)
        for function in reached.functions:
            if inspects or not reached.attributes.isdisjoint(function.__dict__):
                self._names.note_signature(function)
        for cls in reached.classes if self._calls.reaches_library or self._calls.inspects else ():
            self._look_at_all_of(cls)
        if self._names.reads_all or not NAMESPACES.isdisjoint(reached.attributes):
            for value in reached.owners.values():
                if isinstance(value, ModuleType):
                    reached.keys.add((value.__name__, "*"))
                else:
                    self._look_at_all_of(value if isinstance(value, type) else type(value))

    def _look_at_all_of(self, cls: type) -> None:
        """Read a class, and its methods' parameters: a plugin manager does, and who collects marked methods."""
        self._reached.read_all_of(cls)
        for base in cls.__mro__:
            for method in vars(base).values() if self._reached.owner_of(base) is not None else ():
                if type(method) is FunctionType:
                    self._names.note_signature(method)
