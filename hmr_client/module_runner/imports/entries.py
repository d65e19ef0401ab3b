"""The modules that the page starts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType

from ...eager import report_unhandled
from ..effects.ledger import Ledger
from ..exceptions import RunnerError
from ..module_graph import EvaluatedModule, EvaluatedModules
from .importer import Importer
from .top_level import PATIENCE_S, run


@dataclass(slots=True, eq=False)
class Entry:
    """A module that the page starts.

    Attributes:
        path: Its path in the module source.
        name: The `__name__` that it sees.
        module: The page's own module object to run in, if there is one.
        awaits_value: Whether the value of its last expression is awaited.
    """

    path: str
    name: str
    module: ModuleType | None = None
    awaits_value: bool = False


class Entries:
    """The modules that the page starts, and everything that they have imported.

    Attributes:
        entries: The entries, in the order of their start.

    Args:
        importer: Finds and compiles them.
        ledger: Records those that wait for something.
    """

    def __init__(self, importer: Importer, graph: EvaluatedModules, ledger: Ledger) -> None:
        self._ledger = ledger
        self._importer = importer
        self._graph = graph
        self.entries: list[Entry] = []
        self._modules_before: dict[str, ModuleType | None] = {}

    async def evaluate(self, entry: Entry, patience: float | None = None) -> ModuleType:
        """Run an entry. Entries of the same name share a namespace.

        Args:
            patience: How many seconds to wait for its end; None for ever. What it raises later is
                the event loop's to report.

        Raises:
            RunnerError: If it has no source.
            Exception: Whatever it raises.
        """
        node = self._node(entry)
        code = self._importer.compile(node)  # what does not compile is not in the graph
        module = node.module
        module.__file__ = node.filename
        if entry.name not in self._modules_before:
            self._modules_before[entry.name] = sys.modules.get(entry.name)
        sys.modules[entry.name] = module
        self._graph.add(node)
        if (running := await run(code, node, self._ledger, patience)) is not None:
            report_unhandled(running, entry.path)
        return module

    def _node(self, entry: Entry) -> EvaluatedModule:
        importer = self._importer
        text = importer.text(entry.path)
        if text is None:
            raise RunnerError(f"there is no {entry.path} to run")
        shared = next((x for x in self._graph if x.is_entry and x.name == entry.name), None)
        module = entry.module or (shared.module if shared else ModuleType(entry.name))
        filename = importer.source.filename(entry.path)
        node = EvaluatedModule(entry.name, entry.path, filename, text, module)
        node.is_entry = True
        node.awaits_value = entry.awaits_value
        return node

    def compile_unstarted(self) -> None:
        """Compile the entries that did not compile when they were to start.

        Raises:
            SyntaxError: If one still does not; nothing has been touched then.
        """
        for entry in self.entries:
            if not self._graph.by_path(entry.path):
                self._importer.compile(self._node(entry))

    async def run_again(self) -> None:
        """Forget every module and run the entries again.

        Raises:
            Exception: Whatever they raise.
        """
        for entry in self.entries:
            if entry.module is not None:  # the page's own namespace: only what was ours goes
                for node in self._graph.by_path(entry.path):
                    for name in self._importer.outline(node).names():
                        entry.module.__dict__.pop(name, None)
        self.drop_modules()
        for entry in self.entries:
            await self.evaluate(entry, PATIENCE_S)

    def drop_modules(self) -> None:
        """Forget every module, also in `sys.modules`."""
        for module in self._graph:
            if (holder := module.holder) is not None:  # a package that lives on
                del holder[module.own_name]
            sys.modules.pop(module.name, None)
            self._graph.remove(module)
        for name in self._importer.namespaces:
            sys.modules.pop(name, None)
        self._importer.namespaces.clear()

    def restore_modules(self) -> None:
        """Put the modules that had the entries' names back into `sys.modules`."""
        for name, before in self._modules_before.items():
            if before is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = before
