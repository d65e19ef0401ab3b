"""A batch of changed files, and the modules that it concerns."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..analysis.difference import Difference
from ..analysis.outline import Outline
from ..effects.contributions import Contributions
from ..imports.importer import Importer
from ..module_graph import EvaluatedModule
from .plan import Change

_CAUGHT = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def compile_changes(
    importer: Importer, contributions: Contributions, batch: Mapping[str, str | None]
) -> dict[EvaluatedModule, Change]:
    """Parse, compile and compare every loaded module that a batch concerns.

    Args:
        importer: Knows the modules; its overlay has the batch already.
        contributions: Knows which effects can be undone.
        batch: The new text by path; None for a deleted file.

    Raises:
        SyntaxError: If something does not compile; nothing has been touched then.
    """
    changes: dict[EvaluatedModule, Change] = {}
    for path, text in batch.items():
        for module in _concerned(importer, path, text):
            where = module.path if module.is_entry else importer.locate(module.name)
            new = importer.text(where) if where is not None else None
            if where is None or new is None:
                continue  # deleted: it stays until no module imports it
            if new == module.source and where == module.path:
                continue
            is_package = where.endswith("__init__.py") and not module.is_entry
            package = module.name if is_package else module.name.rpartition(".")[0]
            filename = importer.source.filename(where)
            old = importer.outline(module)
            outline = Outline(
                new,
                filename,
                package,
                top_level_await=module.is_entry,
                awaits_value=module.awaits_value,
                after=old,
            )
            difference = Difference(
                old,
                outline,
                was_awaited=module.was_awaited,
                contributing=contributions.of(module).keys(),
                plain=contributions.of_plain(module),
            )
            changes[module] = Change(module, new, old, outline, difference, where, filename)
    return changes


def retried_imports(
    importer: Importer, batch: Mapping[str, str | None]
) -> dict[EvaluatedModule, set[int]]:
    """Return the statements whose import had failed and may succeed with a new file.

    Args:
        importer: Knows the modules.
        batch: The new text by path; None for a deleted file.
    """
    retried: dict[EvaluatedModule, set[int]] = {}
    loaded = importer.graph.by_path
    added = [path for path, text in batch.items() if text is not None and not loaded(path)]
    new = {name for path in added for name in _names_of(importer, path)}
    if not new:
        return retried
    for module in importer.graph:
        if wanted := module.failed_imports & new:
            outline = importer.outline(module)
            for index, statement in enumerate(outline.statements):
                imports = outline.imports_of(statement)
                named = {x for x, _, _ in imports} | {f"{x}.{y}" for x, y, _ in imports}
                if named & wanted:
                    retried.setdefault(module, set()).add(index)
            module.failed_imports -= wanted
    return retried


def refused_imports(
    importer: Importer,
    changes: Mapping[EvaluatedModule, Change],
    batch: Mapping[str, str | None],
) -> tuple[list[EvaluatedModule], dict[EvaluatedModule, set[int]]]:
    """Return the deleted modules that nothing needs, and the statements that have imported them.

    They are imported under `try … except ImportError` only: a fresh start goes on without them.

    Args:
        importer: Knows the modules.
        changes: The changed ones.
        batch: The new text by path; None for a deleted file.
    """
    loaded = (x for p, text in batch.items() if text is None for x in importer.graph.by_path(p))
    deleted = {x for x in loaded if x not in changes and not (x.is_entry or x.is_pinned)}
    unneeded: list[EvaluatedModule] = []
    again: dict[EvaluatedModule, set[int]] = {}
    for module in deleted:
        found: dict[EvaluatedModule, set[int]] = {}
        for user in module.importers.keys() - deleted:
            outline = changes[user].outline if user in changes else importer.outline(user)
            found[user] = _guarded(outline, module.name)
        if found and all(found.values()):
            unneeded.append(module)
            for user, indices in found.items():
                again.setdefault(user, set()).update(indices)
    return unneeded, again


def _guarded(outline: Outline, name: str) -> set[int]:
    """Return the statements that can do without a module; none if another one imports it."""
    indices: set[int] = set()
    for index, statement in enumerate(outline.statements):
        node = statement.parsed
        if name not in outline.imported_names([node]):
            continue
        if not isinstance(node, ast.Try) or not any(map(_catches, node.handlers)):
            return set()
        if name in outline.imported_names([*node.handlers, *node.orelse, *node.finalbody]):
            return set()
        indices.add(index)
    return indices


def _catches(handler: ast.ExceptHandler) -> bool:
    named = () if handler.type is None else ast.walk(handler.type)
    names = {x.id for x in named if isinstance(x, ast.Name)}
    return handler.type is None or not names.isdisjoint(_CAUGHT)


def _concerned(importer: Importer, path: str, text: str | None) -> list[EvaluatedModule]:
    found = importer.graph.by_path(path)
    if not found and text is not None:
        # a new file may take the place of another one: m/__init__.py that of m.py
        found = [x for x in map(importer.graph.by_name, _names_of(importer, path)) if x is not None]
        found = [x for x in found if not x.is_entry]
    return found


def _names_of(importer: Importer, path: str) -> list[str]:
    names: list[str] = []
    for root in importer.roots:
        prefix = f"{root}/" if root and not root.endswith("/") else root
        if path.startswith(prefix) and path.endswith(".py"):
            inner = path[len(prefix) : -3].removesuffix("/__init__")
            names.append(inner.replace("/", "."))
    return names
