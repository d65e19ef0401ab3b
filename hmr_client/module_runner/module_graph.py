"""The run-time import graph: which modules were evaluated, and which imported which.

    main.py ──▶ app/__init__.py ──▶ app/views.py ──▶ app/model.py
       └───────────────────────────────────────────────┘

An edge is what the import hook saw, so imports inside functions and `importlib.import_module`
count. The importers of `app/model.py` are `app/views.py` and `main.py`.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterable, Iterator
from functools import cached_property
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..context import HMRContext
    from .analysis.outline import Outline


class EvaluatedModule:
    """One application module that was evaluated.

    Attributes:
        name: Its `__name__`.
        path: Its path in the module source.
        filename: The name in its code objects.
        source: The text that is live.
        module: The module object.
        code: The module's code object; the functions' are somewhere below it.
        is_package: Whether it is an `__init__.py`.
        is_entry: Whether the page started it.
        awaits_value: Whether the value of its last expression is awaited.
        was_awaited: Whether that value was something to await.
        is_pinned: Whether something outside of the application has imported it.
        is_deleted: Whether its file is deleted while the module is still used.
        number: Counts the modules in the order of their evaluation.
        imports: What it imported, in the order of the first import.
        importers: Who imported it.
        failed_imports: The names of the modules that it could not import.
        context: Its hot context, if it has asked for one.
    """

    def __init__(
        self, name: str, path: str, filename: str, source: str, module: ModuleType
    ) -> None:
        self.name = name
        self.path = path
        self.filename = filename
        self.source = source
        self.module = module
        self.code: CodeType | None = None
        self.is_package = path.endswith("__init__.py") and name != "__main__"
        self.is_entry = False
        self.awaits_value = False
        self.was_awaited = False
        self.is_pinned = False
        self.is_deleted = False
        self.number = 0
        self.imports: dict[EvaluatedModule, None] = {}
        self.importers: dict[EvaluatedModule, None] = {}
        self.failed_imports: set[str] = set()
        self.context: HMRContext | None = None
        # the outline of `source`, made when it is first needed
        self.outline: Outline | None = None
        self._cached: tuple[str, bool] = "", False  # the text that was looked at, and the answer

    @property
    def mentions_caches(self) -> bool:
        """Whether its text has the word `cache`. Each update asks that of all modules: each text is read once."""
        if self._cached[0] is not self.source:
            self._cached = self.source, "cache" in self.source
        return self._cached[1]

    @cached_property
    def stray_functions(self) -> weakref.WeakSet[FunctionType]:
        """Functions that the module's own objects do not lead to: held by a listener, say."""
        return weakref.WeakSet()  # only updates need it

    def __repr__(self) -> str:
        return f"<{self.name} from {self.path}>"

    @property
    def package(self) -> str:
        """What relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def own_name(self) -> str:
        """Its name in its package."""
        return self.name.rpartition(".")[2]

    @property
    def holder(self) -> dict[str, Any] | None:
        """The namespace of the package that hands it out, if one does."""
        package = sys.modules.get(self.name.rpartition(".")[0])
        namespace = getattr(package, "__dict__", {})
        handed_out = namespace.get(self.own_name)
        in_its_place = sys.modules.get(
            self.name, self.module
        )  # it may have put another object there
        return namespace if handed_out is self.module or handed_out is in_its_place else None

    def add_import(self, imported: EvaluatedModule) -> None:
        """Record that this module imported another one.

        Args:
            imported: The other one.
        """
        if imported is not self:
            self.imports[imported] = None
            imported.importers[self] = None

    def drop_import(self, imported: EvaluatedModule) -> None:
        """Forget an import.

        Args:
            imported: The module that is not imported any more.
        """
        self.imports.pop(imported, None)
        imported.importers.pop(self, None)


class EvaluatedModules:
    """Every application module that was evaluated, and its importers.

    Attributes:
        names: The modules by their `__name__`s; each import looks several up.
    """

    def __init__(self) -> None:
        self._modules: dict[tuple[str, str], EvaluatedModule] = {}
        self.names: dict[str, list[EvaluatedModule]] = {}
        self._by_path: dict[str, list[EvaluatedModule]] = {}
        self._counter = 0
        self._by_globals: dict[int, list[EvaluatedModule]] = {}

    def __iter__(self) -> Iterator[EvaluatedModule]:
        return iter(tuple(self._modules.values()))

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, module: object) -> bool:
        return (
            isinstance(module, EvaluatedModule)
            and self._modules.get((module.name, module.path)) is module
        )

    def add(self, module: EvaluatedModule) -> None:
        """Take a module in.

        Args:
            module: The module; it replaces another one of the same name and path.
        """
        self._modules[module.name, module.path] = module
        self.names.setdefault(module.name, []).append(module)
        self._by_path.setdefault(module.path, []).append(module)
        self._counter += 1
        module.number = self._counter
        self._by_globals.setdefault(id(module.module.__dict__), []).append(module)

    def remove(self, module: EvaluatedModule) -> None:
        """Forget a module and its edges."""
        for imported in tuple(module.imports):
            module.drop_import(imported)
        for importer in tuple(module.importers):
            importer.drop_import(module)
        if self._modules.get((module.name, module.path)) is module:
            del self._modules[module.name, module.path]
        _discard(self.names, module.name, module)
        _discard(self._by_path, module.path, module)
        _discard(self._by_globals, id(module.module.__dict__), module)

    def move(self, module: EvaluatedModule, path: str, filename: str) -> None:
        """Give a module another file: `m.py` has become `m/__init__.py`.

        Args:
            path: Its new path.
            filename: The name for its new code.
        """
        self._modules.pop((module.name, module.path), None)
        _discard(self._by_path, module.path, module)
        self._by_path.setdefault(path, []).append(module)
        module.path, module.filename = path, filename
        module.is_package = path.endswith("__init__.py") and module.name != "__main__"
        self._modules[module.name, path] = module

    def by_name(self, name: str) -> EvaluatedModule | None:
        """Return the module of a `__name__`."""
        found = self.names.get(name)
        return found[0] if found else None

    def by_path(self, path: str) -> list[EvaluatedModule]:
        """Return the modules that came from a file; two if it was imported under two names.

        Args:
            path: The file's path in the module source.
        """
        return list(self._by_path.get(path, ()))

    def by_globals(self, namespace: Any, filename: str | None = None) -> EvaluatedModule | None:
        """Return the module whose namespace a frame or function has as its globals.

        Args:
            filename: The code's file name; it tells apart entries that share one `__main__`.
        """
        found = self._by_globals.get(id(namespace))
        if not found:
            return None
        if len(found) > 1 and filename is not None:
            return next((x for x in found if x.filename == filename), found[0])
        return found[0]

    def maker_of(self, function: FunctionType) -> EvaluatedModule | None:
        """Return the application module whose code a function has, None if it is a library's."""
        return self.by_globals(function.__globals__, function.__code__.co_filename)

    def importers_closure(self, modules: Iterable[EvaluatedModule]) -> set[EvaluatedModule]:
        """Return the modules and everything that imports them, however indirectly.

        Args:
            modules: Where to begin.
        """
        closure = set(modules)
        pending = list(closure)
        while pending:
            for importer in pending.pop().importers:
                if importer not in closure:
                    closure.add(importer)
                    pending.append(importer)
        return closure

    def in_dependency_order(self, modules: set[EvaluatedModule]) -> list[EvaluatedModule]:
        """Sort modules so that each stands after what it imports, as far as cycles allow.

        Args:
            modules: What to sort.
        """
        order: list[EvaluatedModule] = []
        seen: set[EvaluatedModule] = set()
        for root in sorted(modules, key=lambda x: x.number):
            stack: list[tuple[EvaluatedModule, Iterator[EvaluatedModule]]] = []
            if root not in seen:
                seen.add(root)
                stack.append((root, iter(root.imports)))
            while stack:
                module, imports = stack[-1]
                for imported in imports:
                    if imported in modules and imported not in seen:
                        seen.add(imported)
                        stack.append((imported, iter(imported.imports)))
                        break
                else:
                    stack.pop()
                    order.append(module)
        return order

    def unreachable(self) -> list[EvaluatedModule]:
        """Return the modules that no entry and nothing outside of the application leads to."""
        reached: set[EvaluatedModule] = set()
        pending = [module for module in self if module.is_entry or module.is_pinned]
        while pending:
            module = pending.pop()
            if module in reached:
                continue
            reached.add(module)
            pending.extend(module.imports)
            # a package lives as long as a module in it
            parent = self.by_name(module.name.rpartition(".")[0])
            if parent is not None:
                pending.append(parent)
        return [module for module in self if module not in reached]

    def snapshot(self) -> Any:
        """Return what `restore` needs to put the graph back."""
        modules = [
            (x, dict(x.__dict__), dict(x.imports), dict(x.importers), set(x.failed_imports))
            for x in self
        ]
        return (
            modules,
            dict(self._modules),
            *(
                {key: list(found) for key, found in index.items()}
                for index in (self.names, self._by_path, self._by_globals)
            ),
        )

    def restore(self, snapshot: Any) -> None:
        """Put the graph back as it was.

        Args:
            snapshot: What `snapshot` returned.
        """
        modules, self._modules, self.names, self._by_path, self._by_globals = snapshot
        for module, state, imports, importers, failed in modules:
            module.__dict__.update(state)
            module.imports, module.importers, module.failed_imports = imports, importers, failed


def _discard(index: dict[Any, list[EvaluatedModule]], key: Any, module: EvaluatedModule) -> None:
    kept = [x for x in index.get(key, ()) if x is not module]
    if kept:
        index[key] = kept
    else:
        index.pop(key, None)
