"""Python source without what only its readers need: comments, docstrings, types, wide indentation.

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
    """Blank comments and docstrings, cut functions' annotations and indentation; lines stay lines.

    Args:
        source: A module's source.

    Raises:
        SyntaxError: It is none.
    """
    source = _without_protocols(source)
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            stays = '"."' if isinstance(node, ast.ClassDef) and node.decorator_list else ""
            _blank(lines, node.body[0], stays or ("pass" if len(node.body) == 1 else ""))
        if isinstance(node, _Documented):
            for statement in itertools.islice(node.body, 1, None):
                if _is_text(statement):  # says what the assignment above is
                    _blank(lines, statement, "")
    for token in tokenize.generate_tokens(iter(tuple(lines)).__next__):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return _barely_indented(_without_typing(_without_annotations("".join(lines))))


def _without_protocols(source: str) -> str:
    """Cut what is in protocols: only type checkers read it, unless a decorator says otherwise."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or node.decorator_list:
            continue
        if not any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
            continue
        first = node.body[0]
        decorators = first.decorator_list if isinstance(first, ast.FunctionDef) else []
        start = min([first.lineno, *(x.lineno for x in decorators)]) - 1
        end = node.end_lineno or node.lineno
        lines[start:end] = [f"{' ' * first.col_offset}pass\n", *["\n"] * (end - start - 1)]
    return "".join(lines)


def _without_annotations(source: str) -> str:
    """Cut annotations, and imports for them; those of classes' fields have a meaning and stay.

    A dataclass only looks whether a field has one: each becomes as short as can be.
    """
    code = source.encode()
    starts = [0, *itertools.accumulate(map(len, code.splitlines(keepends=True)))]
    cuts: list[tuple[int, int]] = []
    tree = ast.parse(source)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    fields = {id(statement) for node in classes for statement in node.body}
    shortened = [
        statement.annotation
        for node in classes
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and _can_be_shortened(statement.annotation)
    ]
    # what has no value is no assignment: without its annotation it would read a name
    stays = any(
        isinstance(node, ast.AnnAssign)
        and (id(node) in fields or node.value is None)
        and not any(node.annotation is annotation for annotation in shortened)
        for node in ast.walk(tree)
    )
    for statement in tree.body:
        match statement:
            case ast.ImportFrom(module="__future__") if not stays:
                cuts.append(_span(statement, starts))
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=[]):
                cuts.append(_span(statement, starts))
    within = tuple(cuts)
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(value=ast.expr(), annotation=annotation) if id(node) not in fields:
                cut = (_end(node.target, starts), _end(annotation, starts))
                if b"\n" not in code[slice(*cut)]:  # a newline would end the statement
                    cuts.append(cut)
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
    inner = [cut for cut in cuts[len(within) :] if not any(a <= cut[0] < b for a, b in within)]
    stand_ins = {_span(annotation, starts): b"0" for annotation in shortened}
    for begin, end in sorted([*within, *inner, *stand_ins], reverse=True):
        stand_in = stand_ins.get((begin, end), b"")
        code = code[:begin] + stand_in + b"\n" * code.count(b"\n", begin, end) + code[end:]
    return code.decode()


def _without_typing(source: str) -> str:
    """Cut imports of types that nothing reads any more; the client's logger is one, and all of its module."""
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = source.splitlines(keepends=True)
    for node in tree.body:
        match node:
            case ast.ImportFrom(
                module="typing" | "collections.abc" | "logger" | "hmr_client.logger", names=names
            ):
                if not any((name.asname or name.name) in used for name in names):
                    _blank(lines, node, "")
    return "".join(lines)


def _barely_indented(source: str) -> str:
    """Indent blocks by one space, and lines inside of brackets not at all."""
    lines = source.splitlines(keepends=True)
    depth = 0
    texts: set[int] = set()  # lines that begin within a string
    statements: dict[int, int] = {}
    begins = True
    for token in tokenize.generate_tokens(iter(tuple(lines)).__next__):
        row = token.start[0]
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            begins = True
        elif token.type != tokenize.NL and begins:
            statements[row] = depth
            begins = False
        if tokenize.tok_name[token.type].endswith(("STRING", "STRING_MIDDLE")):
            texts.update(range(row + 1, token.end[0] + 1))
    return "".join(
        line if row in texts else " " * statements.get(row, 0) + line.lstrip(" \t")
        for row, line in enumerate(lines, start=1)
    )


def _can_be_shortened(annotation: ast.expr) -> bool:
    if annotation.lineno != annotation.end_lineno:  # a newline would end the statement
        return False
    text = ast.unparse(annotation)
    return not any(word in text for word in ("ClassVar", "InitVar", "KW_ONLY"))


def _is_text(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def _span(node: ast.stmt | ast.expr, starts: list[int]) -> tuple[int, int]:
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    return starts[node.lineno - 1] + node.col_offset, end


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
