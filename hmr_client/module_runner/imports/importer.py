"""Imports application modules from a module source and tells the graph who imported what.

Two things are hooked while a runner lives, and put back when it is disposed: `sys.meta_path` gets
a finder, because that is how Python finds modules; `builtins.__import__` and
`importlib.import_module` are wrapped, because only they know who imports a module that is
evaluated already.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import linecache
import posixpath
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from io import StringIO
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from ...syntax_errors import quote_source
from ..analysis.asyncio_run import may_run_a_loop
from ..effects.contributions import Contributions
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..resources import NamespaceLoader, Resources
from .watched import Compiled, compile_watched

if TYPE_CHECKING:
    from ..analysis.outline import Outline
    from ..source import ModuleSource
    from .kept_code import KeptCode


class Importer:
    """Meta-path finder, loader and import hook in one: all three know the same graph.

    Args:
        source: Where the text comes from.
        roots: The folders in which top-level modules are looked for.
        graph: Records what was evaluated, and its importers.
    """

    def __init__(
        self,
        source: ModuleSource,
        roots: Sequence[str],
        graph: EvaluatedModules,
        contributions: Contributions,
    ) -> None:
        self.source = source
        self.roots = tuple(roots)
        self.graph = graph
        self._contributions = contributions
        self.kept: KeptCode | None = None  # what an earlier run has compiled
        # texts that the server has sent; None: the file is deleted
        self.overlay: dict[str, str | None] = {}
        self.namespaces: set[str] = set()  # packages without __init__.py
        self._files: set[str] = set()  # keys of linecache that are ours
        self._hooks: list[tuple[Any, str, Any, Any]] = []
        self.is_installed = False

    # --- hooks --------------------------------------------------------------------------------

    def install(self) -> None:
        """Begin to serve and to watch imports."""
        # after the built-in and frozen modules, before the file system, as a script's folder is
        index = next((i for i, f in enumerate(sys.meta_path) if f is PathFinder), 0)
        sys.meta_path.insert(index, self)
        self.is_installed = True
        self._hook(builtins, "__import__", self._make_import)
        self._hook(importlib, "import_module", self._make_import_module)

    def uninstall(self) -> None:
        """Put everything back."""
        self.is_installed = False
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for owner, name, original, ours in reversed(self._hooks):
            if getattr(owner, name) is ours:  # else other code has wrapped ours: it passes on
                setattr(owner, name, original)
        self._hooks.clear()
        for filename in self._files:
            linecache.cache.pop(filename, None)
        self._files.clear()

    def _hook(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        original = getattr(owner, name)
        ours = make(original)
        setattr(owner, name, ours)
        self._hooks.append((owner, name, original, ours))

    def _make_import(self, original: Callable[..., ModuleType]) -> Callable[..., ModuleType]:
        def __import__(  # noqa: A001, N807  # stands for the builtin
            name: str,
            globals: Mapping[str, object] | None = None,  # noqa: A002  # the builtin's argument
            locals: Mapping[str, object] | None = None,  # noqa: A002  # the builtin's argument
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> ModuleType:
            importer = None
            if self.is_installed:
                frame = sys._getframe(1)  # noqa: SLF001  # the caller, without importing inspect
                where = frame.f_globals if globals is None else globals
                importer = self.graph.by_globals(where, frame.f_code.co_filename)
            try:
                module = original(name, globals, locals, fromlist, level)
            except ImportError as error:
                if importer is not None and error.name:
                    importer.failed_imports.add(error.name)
                raise
            if self.is_installed:
                full_name = _absolute(name, level, importer) if level else name
                self._record(importer, full_name, module, fromlist)
            return module

        return __import__

    def _make_import_module(self, original: Callable[..., ModuleType]) -> Callable[..., ModuleType]:
        def import_module(name: str, package: str | None = None) -> ModuleType:
            frame = sys._getframe(1)  # noqa: SLF001  # the caller, without importing inspect
            importer = self.graph.by_globals(frame.f_globals, frame.f_code.co_filename)
            try:
                module = original(name, package)
            except ImportError as error:
                if importer is not None and error.name:
                    importer.failed_imports.add(error.name)
                raise
            if self.is_installed:
                self._record(importer, _name_of(module) or name, module, None)
                if (imported := self.graph.by_name(_name_of(module) or name)) is not None:
                    self._contributions.imports(imported)
            return module

        return import_module

    def _record(
        self,
        importer: EvaluatedModule | None,
        name: str,
        module: object,
        fromlist: Sequence[str] | None,
    ) -> None:
        known = self.graph.names
        if fromlist:
            base = _name_of(module) or name
            names = [base, *[f"{base}.{attribute}" for attribute in fromlist]]
            if importer is not None and base in known:
                # `from package import module` may be about to fail
                namespace = known[base][0].module.__dict__
                missing = [x for x in fromlist if x not in namespace and x != "*"]
                importer.failed_imports.update([f"{base}.{x}" for x in missing])
        elif "." in name:
            parts = name.split(".")
            names = [".".join(parts[: i + 1]) for i in range(len(parts))]
        else:
            names = [name]
        for full_name in names:
            # one that is deleted was unloaded
            if full_name not in known or full_name not in sys.modules:
                continue
            imported = known[full_name][0]
            if importer is None:
                imported.is_pinned = True
            elif imported not in importer.imports:
                importer.add_import(imported)

    # --- finding ------------------------------------------------------------------------------

    def text(self, path: str) -> str | None:
        """Return a module's source, what the server has sent before what the source has.

        Args:
            path: The module's path.
        """
        return self.overlay[path] if path in self.overlay else self.source.get(path)

    def locate(self, name: str) -> str | None:
        """Return the path that a module of this name would have now, or None.

        Args:
            name: The absolute name.
        """
        return self._locate(name, None)[0]

    def _locate(
        self, name: str, search: Sequence[str] | None
    ) -> tuple[str | None, str | None, Sequence[str]]:
        tail = name.rpartition(".")[2] if search is not None else name.replace(".", "/")
        folders: list[str] = []
        for root in self.roots if search is None else map(self.source.path_of, search):
            base = f"{root}/{tail}" if root and root[-1] != "/" else root + tail
            for path in (f"{base}/__init__.py", f"{base}.py"):
                if (text := self.text(path)) is not None:
                    return path, text, [base] if path.endswith("/__init__.py") else []
            if self._has_folder(base):
                folders.append(base)
        return None, None, folders

    def _has_folder(self, path: str) -> bool:
        return self.source.has_folder(path) or any(
            text is not None and name.startswith(f"{path}/") for name, text in self.overlay.items()
        )

    def find_spec(
        self,
        name: str,
        search: Sequence[str] | None = None,
        target: ModuleType | None = None,  # noqa: ARG002  # the finder protocol's
    ) -> ModuleSpec | None:
        """Find an application module: the protocol of `sys.meta_path`."""
        path, _, folders = self._locate(name, search)
        if path is None:
            return self._find_namespace(name, search, folders) if folders else None
        loader: Any = self  # importlib.abc.Loader in all but name: importing that is not free
        spec = ModuleSpec(name, loader, origin=self.source.filename(path), is_package=bool(folders))
        spec.has_location = True
        spec.loader_state = path
        if folders:
            spec.submodule_search_locations = [self.source.filename(x) for x in folders]
        return spec

    def _find_namespace(
        self, name: str, search: Sequence[str] | None, folders: Sequence[str]
    ) -> ModuleSpec | None:
        found = PathFinder.find_spec(name, search)
        if found is not None and found.loader is not None:
            return None  # a package that is one is found before folders
        self.namespaces.add(name)
        others = (found and found.submodule_search_locations) or ()
        places = list(dict.fromkeys([*map(self.source.filename, folders), *others]))
        spec = ModuleSpec(name, NamespaceLoader(places), is_package=True)  # type: ignore[arg-type]
        spec.submodule_search_locations = places
        return spec

    # --- loading ------------------------------------------------------------------------------

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002  # the finder protocol's
        """Let Python make an ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Evaluate an application module: the loader's protocol."""
        spec = module.__spec__
        if spec is None or (text := self.text(spec.loader_state)) is None:
            raise ImportError(f"the source of {module.__name__} was deleted", name=module.__name__)
        node = EvaluatedModule(
            module.__name__, spec.loader_state, spec.origin or module.__name__, text, module
        )
        self.graph.add(node)
        try:
            exec(self.compile(node), module.__dict__)  # noqa: S102  # the module's own code
        except BaseException:
            self.graph.remove(node)
            raise

    def compile(self, node: EvaluatedModule) -> CodeType:
        """Compile a module that is about to be evaluated.

        Args:
            node: The module; it gets the code.

        Raises:
            SyntaxError: As `compile` does.
        """
        self.show_lines(node)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if node.is_entry else 0
        try:
            if node.awaits_value or (node.is_entry and may_run_a_loop(node.source)):
                node.outline = node.code = None
                outline = self.outline(node)
                tree = outline.with_value()
                compiled = compile_watched(tree, node.filename, flags)
                node.code = outline.code = compiled.watched(node, self._contributions)
            else:
                kept = self.kept and self.kept.find(node.filename, node.source, flags)
                node.code = (kept or self._compiled(node, flags)).watched(node, self._contributions)
        except SyntaxError as error:
            quote_source(error, node.source, node.filename)
            raise
        return node.code

    def _compiled(self, node: EvaluatedModule, flags: int) -> Compiled:
        # as ast.parse does, but without a frame of its own in the traceback of a SyntaxError
        parse = flags | ast.PyCF_ONLY_AST
        tree = compile(node.source, node.filename, "exec", parse, dont_inherit=True)
        compiled = compile_watched(tree, node.filename, flags)
        if self.kept is not None:
            self.kept.note(node.filename, node.source, flags, compiled)
        return compiled

    def outline(self, node: EvaluatedModule) -> Outline:
        """Return the outline of a module's live source."""
        if node.outline is None:
            from ..analysis.outline import Outline  # no program needs it to start

            node.outline = Outline(
                node.source,
                node.filename,
                node.package,
                top_level_await=node.is_entry,
                awaits_value=node.awaits_value,
                code=node.code,
            )
        return node.outline

    def show_lines(self, node: EvaluatedModule) -> None:
        """Let tracebacks show the lines of a module's live source."""
        self._files.add(node.filename)
        # a line ends with "\n" alone, and so does the last one; this way without a step for each
        lines = StringIO(f"{node.source}\n", newline="\n").readlines()
        # without a modification time linecache does not look for a file of that name
        linecache.cache[node.filename] = (len(node.source), None, lines, node.filename)

    def get_source(self, name: str) -> str | None:
        """Return a module's live source: the loader's protocol, used by `inspect`."""
        node = self.graph.by_name(name)
        return None if node is None else node.source

    def get_data(self, path: str) -> bytes:
        """Return the content of a file: the loader's protocol, used by `pkgutil.get_data`."""
        try:
            with open(path, "rb") as file:  # noqa: PTH123  # pathlib costs 5 ms in a page's boot
                return file.read()
        except FileNotFoundError:
            if (text := self.text(self.source.path_of(path))) is None:
                raise
            return text.encode("utf-8", "surrogatepass")

    def get_resource_reader(self, name: str) -> Resources | None:
        """Return what reads the data files beside a module: the loader's protocol."""
        node = self.graph.by_name(name)
        return None if node is None else Resources([posixpath.dirname(node.filename)])

    def is_package(self, name: str) -> bool:
        """Tell whether a module is a package: the loader's protocol."""
        node = self.graph.by_name(name)
        return node is not None and node.is_package


def _name_of(module: object) -> str | None:
    """Return a module's own name; an entry of `sys.modules` need not be a module."""
    name = getattr(module, "__name__", None)
    return name if isinstance(name, str) else None


def _absolute(name: str, level: int, importer: EvaluatedModule | None) -> str:
    if not level or importer is None:
        return name
    return ".".join(filter(None, [*importer.package.split(".")[: 1 - level or None], name]))
