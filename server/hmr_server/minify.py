"""Python source without what only its readers need: comments and docstrings.

Line numbers stay, so that a traceback in the page names the lines of the repository.
"""

import ast
import tokenize

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def minify(source: str) -> str:
    """Blanks comments and docstrings; everything else keeps its place.

    Args:
        source: A module's source.

    Raises:
        SyntaxError: It is none.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            _blank(lines, node.body[0], is_all=len(node.body) == 1)
    for token in tokenize.generate_tokens(iter(tuple(lines)).__next__):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)


def _blank(lines: list[str], docstring: ast.stmt, *, is_all: bool) -> None:
    first, last = docstring.lineno - 1, (docstring.end_lineno or docstring.lineno) - 1
    if (
        lines[last][docstring.end_col_offset or 0 :].strip()
        or lines[first][: docstring.col_offset].strip()
    ):
        return  # shares its lines with other code: it stays
    lines[first : last + 1] = ["\n"] * (last + 1 - first)
    if is_all:
        lines[first] = f"{' ' * docstring.col_offset}pass\n"
