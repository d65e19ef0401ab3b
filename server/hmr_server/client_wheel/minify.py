"""Python source without what only its readers need: comments, docstrings, types of parameters.

Line numbers stay, so that a traceback in the page names the lines of the repository. A class with a
decorator keeps a docstring, as short as can be: `dataclass` makes one up where there is none, and
spends an eighth of its time on that.
"""

from __future__ import annotations

import ast
import itertools
import tokenize

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def minify(source: str) -> str:
    """Blank comments and docstrings, and cut the annotations of functions; lines stay lines.

    Args:
        source: A module's source.

    Raises:
        SyntaxError: It is none.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            stays = '"."' if isinstance(node, ast.ClassDef) and node.decorator_list else ""
            _blank(lines, node.body[0], stays or ("pass" if len(node.body) == 1 else ""))
    for token in tokenize.generate_tokens(iter(tuple(lines)).__next__):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return _without_annotations("".join(lines))


def _without_annotations(source: str) -> str:
    """Cut the annotations of parameters and results; those of classes' fields have a meaning."""
    code = source.encode()
    starts = [0, *itertools.accumulate(map(len, code.splitlines(keepends=True)))]
    cuts: list[tuple[int, int]] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.arg(annotation=ast.expr() as annotation):
                name_end = starts[node.lineno - 1] + node.col_offset + len(node.arg.encode())
                cuts.append((name_end, _end(annotation, starts)))
            case (
                ast.FunctionDef(returns=ast.expr() as result)
                | ast.AsyncFunctionDef(returns=ast.expr() as result)
            ):
                begin = starts[result.lineno - 1] + result.col_offset
                arrow = len(code[: code.rindex(b"->", 0, begin)].rstrip(b" "))
                if (
                    b"\n" not in code[arrow : _end(result, starts)]
                ):  # no newline outside of brackets
                    cuts.append((arrow, _end(result, starts)))
    for begin, end in sorted(cuts, reverse=True):
        code = code[:begin] + b"\n" * code.count(b"\n", begin, end) + code[end:]
    return code.decode()


def _end(node: ast.expr, starts: list[int]) -> int:
    return starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)


def _blank(lines: list[str], docstring: ast.stmt, stand_in: str) -> None:
    first, last = docstring.lineno - 1, (docstring.end_lineno or docstring.lineno) - 1
    if (
        lines[last][docstring.end_col_offset or 0 :].strip()
        or lines[first][: docstring.col_offset].strip()
    ):
        return  # shares its lines with other code: it stays
    lines[first : last + 1] = ["\n"] * (last + 1 - first)
    if stand_in:
        lines[first] = f"{' ' * docstring.col_offset}{stand_in}\n"
