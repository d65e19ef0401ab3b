"""What a program is, in values that can be compared between processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

Fingerprint = dict[str, dict[str, Any]]

_PLAIN = (int, float, complex, str, bytes, bool, type(None))
_DEPTH = 4
_LARGEST = 200
_LEFT_OUT = frozenset(
    ("__dict__", "__weakref__", "__module__", "_abc_impl", "__abstractmethods__", "__annotate_func__")
)  # fmt: skip


def fingerprint(modules: Mapping[str, ModuleType]) -> Fingerprint:
    """Describe modules: values, functions with their code and lines, classes with their members."""
    names = frozenset(modules)
    return {
        name: {
            key: _Look(names).at(value, _DEPTH)
            for key, value in sorted(vars(module).items())
            if key[:2] != "__" or key in ("__all__", "__doc__")
        }
        for name, module in modules.items()
    }


def differences(hot: Any, fresh: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield where two fingerprints differ, with what each of them has there."""
    if isinstance(hot, dict) and isinstance(fresh, dict):
        for key in dict.fromkeys([*hot, *fresh]):
            yield from differences(
                hot.get(key, "nothing"), fresh.get(key, "nothing"), f"{path}.{key}"
            )
    elif isinstance(hot, list) and isinstance(fresh, list) and len(hot) == len(fresh):
        for index, (one, other) in enumerate(zip(hot, fresh, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif hot != fresh:
        yield path, repr(hot)[:120], repr(fresh)[:120]


class _Look:
    """Describes one value; what it comes by a second time it names only."""

    def __init__(self, modules: frozenset[str]) -> None:
        self._modules = modules
        self._seen: set[int] = set()

    def at(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return repr(value)
        if depth == 0:
            return kind.__qualname__
        if kind is ModuleType:
            return f"module {value.__name__}"
        if kind in (list, tuple):
            return [kind.__name__, len(value), *(self.at(x, depth - 1) for x in value[:_LARGEST])]
        if kind in (set, frozenset):
            return [kind.__name__, sorted(repr(self.at(x, depth - 1)) for x in value)[:_LARGEST]]
        if kind in (dict, MappingProxyType):
            items = list(value.items())[:_LARGEST]
            return [
                "dict",
                len(value),
                *([self.at(x, depth - 1), self.at(y, depth - 1)] for x, y in items),
            ]
        if kind in (staticmethod, classmethod):
            return [kind.__name__, self.at(value.__func__, depth)]
        if kind is property:
            return [
                "property",
                self.at(value.fget, depth),
                self.at(value.fset, depth),
                value.__doc__,
            ]
        if kind is MethodType:
            return [
                "method",
                self.at(value.__func__, depth - 1),
                self.at(value.__self__, depth - 1),
            ]
        if id(value) in self._seen:
            return f"again {getattr(value, '__qualname__', kind.__qualname__)}"
        self._seen.add(id(value))
        if kind is FunctionType:
            return self._function(value, depth)
        return self._class(value, depth) if issubclass(kind, type) else self._instance(value, depth)

    def _function(self, function: FunctionType, depth: int) -> Any:
        if function.__module__ not in self._modules:
            return f"function {function.__module__}.{function.__qualname__}"
        return {
            "function": function.__qualname__,
            "doc": function.__doc__,
            "code": _code(function.__code__),
            "defaults": self.at(function.__defaults__, depth - 1),
            "keywords": self.at(function.__kwdefaults__, depth - 1),
            "cells": [self.at(x, depth - 1) for x in map(_contents, function.__closure__ or ())],
        }

    def _class(self, cls: type, depth: int) -> Any:
        if cls.__module__ not in self._modules:
            return f"class {cls.__module__}.{cls.__qualname__}"
        members = {
            name: self.at(value, depth - 1)
            for name, value in sorted(vars(cls).items())
            if name not in _LEFT_OUT
        }
        return {
            "class": cls.__qualname__,
            "mro": [f"{x.__module__}.{x.__qualname__}" for x in cls.__mro__],
            "members": members,
        }

    def _instance(self, value: Any, depth: int) -> Any:
        try:
            names = object.__getattribute__(value, "__dict__")
        except AttributeError:
            names = {}
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        if type(value).__module__ not in self._modules:  # a logger knows all loggers of its process
            names = {name: x for name, x in dict(names).items() if type(x) in _PLAIN}
        return {"instance": kind} | {
            f"its {name}": self.at(x, depth - 1) for name, x in dict(names).items()
        }


def _code(code: CodeType) -> Any:
    constants = [
        _code(x) if isinstance(x, CodeType)
        else sorted(map(repr, x)) if isinstance(x, frozenset)
        else repr(x)
        for x in code.co_consts
    ]  # fmt: skip
    return [code.co_firstlineno, code.co_code.hex(), constants, repr(code.co_names)]


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return "an empty cell"
