"""Finds `process.env.NODE_ENV`, which packages read to tell development from production.

Browsers have no `process`: bundlers write the value in its place, and so do dev servers (Vite's
`node/plugins/clientInjections.ts`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Tree

_USE = re.compile(rb"(?<![\w$.])process\.env\.NODE_ENV(?![\w$])")
# a module with a `process` of its own, as of a polyfill
_OWN_PROCESS = re.compile(
    rb"\b(?:import|const|let|var|function)\s+(?:\*\s*as\s+)?process\b|\bas\s+process\b|[{,]\s*process\s*[,}]"
)
_CHANGES = frozenset(
    {"assignment_expression", "augmented_assignment_expression", "update_expression"}
)


def node_env_uses(tree: Tree, source: bytes) -> tuple[tuple[int, int], ...]:
    """Return where a module reads `process.env.NODE_ENV`; a word in a string or a comment is none.

    Args:
        tree: Its syntax tree.
        source: Its text in UTF-8.
    """
    if b"process.env.NODE_ENV" not in source or _OWN_PROCESS.search(source):
        return ()
    return tuple(
        found.span()
        for found in _USE.finditer(source)
        if _is_read(tree, found.start(), found.end())
    )


def _is_read(tree: Tree, start: int, end: int) -> bool:
    node = tree.root_node.descendant_for_byte_range(start, end)
    if node is None or node.type != "member_expression":
        return False
    parent = node.parent
    is_changed = (
        parent is not None
        and parent.type in _CHANGES
        and parent.child_by_field_name("right") != node
    )
    return (node.start_byte, node.end_byte) == (start, end) and not is_changed
