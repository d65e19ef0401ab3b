"""Module code that says when a statement begins and ends which may write to lists, dicts, objects."""

from __future__ import annotations

import ast
import weakref
from collections.abc import Iterable
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple

from ..analysis.scan import Scan, scan

if TYPE_CHECKING:
    from ..effects.contributions import Contributions
    from ..module_graph import EvaluatedModule

_WATCH = "hmr_client: watch"  # stands for the watch until the code is made
_HARMLESS = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global)


class _Watch:
    """Is called by a module's code. It stands among the code's constants.

    The collector does not look into code: with strong references the module would live for ever.
    """

    def __init__(
        self,
        module: EvaluatedModule,
        contributions: Contributions,
        facts: dict[int, ast.stmt | Scan],
    ) -> None:
        self._module = weakref.ref(module)
        self._contributions = weakref.ref(contributions)
        self._facts = facts

    def begin(self, index: int) -> None:
        module, contributions = self._module(), self._contributions()
        fact = self._facts.pop(index, None)
        if fact is not None and module is not None and contributions is not None:
            found = fact if isinstance(fact, Scan) else scan(fact, eager_annotations=True)
            contributions.begin(module, found, index)

    def end(self, index: int) -> None:
        module, contributions = self._module(), self._contributions()
        if module is not None and contributions is not None:
            contributions.end(module, index)


class Compiled(NamedTuple):
    """A module's code that is not watched yet.

    Attributes:
        code: The code.
        facts: The statements that may write, by their index, or what they do.
    """

    code: CodeType
    facts: dict[int, ast.stmt | Scan]

    def watched(self, module: EvaluatedModule, contributions: Contributions) -> CodeType:
        """Return the code that says what it is about to do.

        Args:
            module: Whose code it is.
            contributions: Learns what its statements put where.
        """
        if not self.facts:
            return self.code
        watch = _Watch(module, contributions, self.facts)
        constants = self.code.co_consts
        index = constants.index(_WATCH)
        return self.code.replace(co_consts=(*constants[:index], watch, *constants[index + 1 :]))


def compile_watched(tree: ast.Module, filename: str, flags: int) -> Compiled:
    """Compile a module that is about to be evaluated.

    Args:
        tree: Its syntax tree.
        filename: The name in its code.
        flags: As `compile` takes them.

    Raises:
        SyntaxError: As `compile` does.
    """
    watched: dict[int, ast.stmt | Scan] = {
        index: node
        for index, node in enumerate(tree.body)
        if may_write(node) and not _awaits(node)  # others may write while it waits
    }
    body: list[ast.stmt] = []
    for index, node in enumerate(tree.body):
        if index in watched:
            body += (_call("begin", index, node), node, _call("end", index, node))
        else:
            body.append(node)
    whole = ast.Module(body=body, type_ignores=[])
    return Compiled(compile(whole, filename, "exec", flags, dont_inherit=True), watched)


def may_write(node: ast.stmt) -> bool:
    """Tell whether a statement may write to more than the names that it binds.

    Args:
        node: A statement of a module.
    """
    if isinstance(node, _HARMLESS):
        return False
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [x for x in (*node.args.defaults, *node.args.kw_defaults) if x is not None]
        return bool(node.decorator_list) or _call_something(defaults)
    if isinstance(node, ast.ClassDef):
        return bool(node.decorator_list or node.bases or node.keywords) or any(
            map(may_write, node.body)
        )
    if isinstance(node, ast.If | ast.Try):
        inner = [x for x in ast.iter_child_nodes(node) if isinstance(x, ast.stmt)]
        handlers = [x for y in getattr(node, "handlers", ()) for x in y.body]
        test = [node.test] if isinstance(node, ast.If) else []
        return any(map(may_write, [*inner, *handlers])) or _call_something(test)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return not all(map(_is_name, targets)) or _call_something(
            [node.value] if node.value else ()
        )
    return not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _awaits(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    waits = (ast.Await, ast.AsyncFor, ast.AsyncWith)
    return any(isinstance(x, waits) for x in ast.walk(node))


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_name, target.elts))
    return isinstance(target, ast.Name)


def _call_something(nodes: Iterable[ast.AST]) -> bool:
    return any(isinstance(x, ast.Call | ast.Await) for node in nodes for x in ast.walk(node))


def _call(method: str, index: int, node: ast.stmt) -> ast.stmt:
    watch = ast.Attribute(ast.Constant(_WATCH), method, ast.Load())
    call = ast.Expr(ast.Call(watch, [ast.Constant(index)], []))
    for inner in ast.walk(call):
        ast.copy_location(inner, node)
    return call
