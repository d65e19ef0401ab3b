"""New code for the live functions of changed modules: nothing of the user's runs."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from types import CodeType, FunctionType
from typing import Any

from ..analysis.code_facts import COROUTINE
from ..analysis.code_objects import Pair, is_class_body, pair_codes, static_attributes
from ..analysis.statements import Kind, Statement
from ..classes.building import Shape
from ..classes.enums import is_enum
from ..classes.instances import caches_in_instances, forget_cached
from ..inspection import is_a
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..names.keys import CALLED, Key
from ..objects.functions import SIGNATURE, docstring, layers, own_attribute
from ..objects.holders import Holders, find_holders, find_holders_of, swap
from ..planning.plan import Change
from ..transaction import Transaction

_KINDS = COROUTINE | 0x20 | 0x100  # also generators, plain ones and those that are awaited
"""Which code objects return something else than what they compute: `async def`, `yield`."""


class CodePatch:
    """Swaps the code of live functions.

    Attributes:
        running: How many coroutines and generators still run replaced code.
        upgrades: The classes whose `__init__` changed.
        called: The functions whose bodies changed, as names that a call of them reads.

    Args:
        dirty: Gets the names whose function can't get its new code.
        transaction: Rolls it back on failure.
    """

    def __init__(self, dirty: DirtyNames, transaction: Transaction) -> None:
        self._dirty = dirty
        self._transaction = transaction
        self.running = 0
        self.upgrades: list[type] = []
        self.called: set[Key] = set()
        self._pairs: dict[EvaluatedModule, list[Pair]] = {}
        self._holders: dict[EvaluatedModule, Holders] = {}
        self._codes: dict[EvaluatedModule, CodeType] = {}
        self._refitted: dict[EvaluatedModule, set[int]] = {}

    def apply(self, change: Change) -> None:
        """Swap the code of every live function of a module; nothing of the user's runs.

        Args:
            change: The module's new version.

        A function of the module or of a class whose free variables differ has to be created again:
        its statement is added to those that run.
        """
        module, new = change.module, change.outline
        lines = {
            change.old.statements[was].line: new.statements[index].line
            for index, was in change.difference.pairs.items()
        }
        pairs = pair_codes(change.old.code, new.code, lines)
        holders = find_holders(module, pairs)
        self._pairs[module], self._holders[module] = pairs, holders
        self._codes[module] = new.code
        self.running += holders.running
        for pair in pairs:
            if pair.is_direct and not pair.fits:
                index = new.statement_at(pair.new.co_firstlineno)
                if index is not None and new.statements[index].kind is not Kind.EFFECT:
                    change.difference.run.add(index)
                    self._refitted.setdefault(module, set()).add(pair.new.co_firstlineno)
            elif not pair.fits and holders.of(pair.old):
                # closures can't get code with other free variables: a statement that made them at its
                # top level, by a call or as a decorator, makes them again
                self._dirty.mark_closures(module, pair.old.co_qualname.partition(".<locals>")[0])
        self._mark_signatures(change, pairs)
        swap(self._transaction, pairs, holders)
        namespace = module.module.__dict__
        for pair in pairs:
            if not pair.is_direct:
                continue
            if is_class_body(pair.new):
                self._place_class(namespace, pair)
            elif pair.is_changed:
                self.called.add((module.name, f"{pair.new.co_qualname}.{CALLED}"))
                self._forget_caches(change, pair)
        self._docstrings(change, namespace)

    def _mark_signatures(self, change: Change, pairs: list[Pair]) -> None:
        """Mark docstrings, parameters and annotations that other code may have read."""
        for pair in pairs:
            name = pair.new.co_qualname
            old, new = (
                (docstring(x), x.co_varnames[: x.co_argcount + x.co_kwonlyargcount])
                for x in (pair.old, pair.new)
            )
            is_other_kind = bool((pair.old.co_flags ^ pair.new.co_flags) & _KINDS)
            if old != new or is_other_kind:
                self._dirty.mark(change.module, f"{name}.{SIGNATURE}")
            if is_other_kind:
                self._dirty.mark(change.module, f"{name}.{CALLED}")
            if pair.new.co_name == "__annotate__" and pair.is_changed:  # since Python 3.14
                self._mark_annotations(change, pair, pairs)

    def _mark_annotations(self, change: Change, changed: Pair, pairs: list[Pair]) -> None:
        # the function's name does not say whose annotations it makes
        index = change.outline.statement_at(changed.new.co_firstlineno)
        for pair in pairs:
            if change.outline.statement_at(pair.new.co_firstlineno) != index:
                continue
            name = pair.new.co_qualname
            self._dirty.mark(change.module, f"{name}.{SIGNATURE}")
            if is_class_body(pair.new):
                self._dirty.mark(change.module, f"{name}.__annotations__")
                made = change.module.module.__dict__.get(name)
                if is_a(made, type) and type(made) is not type:  # TypedDict
                    self._dirty.mark(change.module, f"{name}.__bases__")

    def _docstrings(self, change: Change, namespace: dict[str, Any]) -> None:
        old, new = change.old, change.outline
        if ast.get_docstring(old.tree) != ast.get_docstring(new.tree) and (
            namespace.get("__doc__") == old.docstring()
        ):
            self._transaction.keep(namespace)
            namespace["__doc__"] = new.docstring()
            self._dirty.mark(change.module, "__doc__")
        for index, was in change.difference.pairs.items():
            if index in change.difference.run:
                continue
            a, b = old.statements[was], new.statements[index]
            if b.kind is Kind.CLASS and a.text != b.text:
                self._class_docstrings(change, a.node, b.node, namespace)

    def _class_docstrings(
        self, change: Change, a: Any, b: Any, namespace: Mapping[str, Any]
    ) -> None:
        old, new = change.old, change.outline
        cls = namespace.get(b.name)
        if not isinstance(cls, type):
            return
        if ast.get_docstring(a) != ast.get_docstring(b) and cls.__doc__ == old.docstring(a):
            index = new.statement_at(b.lineno)
            if index is not None and Shape(cls, ()).may_register:
                change.difference.run.add(index)  # a registry that gets the class may read it
            self._transaction.set_class(cls, "__doc__", new.docstring(b))
            self._dirty.mark(change.module, f"{cls.__qualname__}.__doc__")
        inner = {x.name: x for x in a.body if isinstance(x, ast.ClassDef)}
        for node in b.body:
            if isinstance(node, ast.ClassDef) and node.name in inner:
                self._class_docstrings(change, inner[node.name], node, vars(cls))

    def _place_class(self, namespace: Mapping[str, Any], pair: Pair) -> None:
        """Let a class know where its source is now: `inspect` asks it since Python 3.13."""
        cls = _found(namespace, pair.old)[1]
        if sys.version_info >= (3, 13) and isinstance(cls, type):
            facts: dict[str, Any] = {"__firstlineno__": pair.new.co_firstlineno}
            if (attributes := static_attributes(pair.old, pair.new)) is not None:
                facts["__static_attributes__"] = attributes
            for name, value in facts.items():
                if vars(cls).get(name, value) != value:
                    self._transaction.set_class(cls, name, value)

    def _forget_caches(self, change: Change, pair: Pair) -> None:
        """Drop what a function returned, or said of itself, with its old code."""
        owner, found = _found(change.module.module.__dict__, pair.old)
        before = docstring(pair.old)  # what wraps the function has a copy
        if (
            before != docstring(pair.new)
            and getattr(found, "__doc__", None) == before
            and _wraps(found, pair)
        ):
            with suppress(AttributeError, TypeError):
                self._transaction.set(found, "__doc__", docstring(pair.new))
        name = pair.old.co_name
        for layer in layers(found):
            if own_attribute(layer, "cache_clear") is not None:
                layer.cache_clear()
        if is_a(owner, type) and caches_in_instances(found):
            forget_cached(self._transaction, owner, name)
        elif is_a(owner, type) and name in ("__init__", "__new__"):
            if name == "__init__":
                self.upgrades.append(owner)
            index = change.outline.statement_at(pair.new.co_firstlineno)
            if is_enum(owner) and index is not None:
                change.difference.run.add(index)  # its members are made with the class

    def refitted_in(self, module: EvaluatedModule) -> Collection[int]:
        """Return the lines of functions whose new code does not fit the live ones."""
        return self._refitted.get(module, ())

    def holders_of(
        self, module: EvaluatedModule, statement: Statement
    ) -> tuple[CodeType | None, list[FunctionType]]:
        """Return the new code of a function definition, and the functions that held its old one.

        Both may be the same code.
        """
        if module not in self._pairs:
            return None, []

        def is_of_statement(code: CodeType) -> bool:
            name = statement.parsed.name  # type: ignore[attr-defined]
            return code.co_firstlineno == statement.line and code.co_qualname == name

        for pair in self._pairs[module]:
            if is_of_statement(pair.new):
                return pair.new, self._holders[module].of(pair.old)
        whole = self._codes[module]
        index = next(
            (
                i
                for i, x in enumerate(whole.co_consts)
                if type(x) is CodeType and is_of_statement(x)
            ),
            None,
        )
        if index is None:
            return None, []
        found = find_holders_of(module, whole, index)
        return whole.co_consts[index], found


def _wraps(found: Any, pair: Pair) -> bool:
    """Return whether an object is a function of this code, or is made of one; else it has its name only."""
    codes = (x.__code__ for x in layers(found) if type(x) is FunctionType)
    return any(code is not None and code in (pair.old, pair.new) for code in codes)


def _found(namespace: Mapping[str, Any], code: CodeType) -> tuple[Any, Any]:
    """Return what the qualified name of some code leads to, and what that is an attribute of."""
    found: Any = namespace
    owner: Any = None
    for part in code.co_qualname.split("."):
        names = vars(found) if isinstance(found, type) else found
        if not isinstance(names, Mapping) or part not in names:
            return None, None
        owner, found = found, names[part]
    return owner, found
