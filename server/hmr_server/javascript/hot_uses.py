"""What a JavaScript module says about itself through `import.meta`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .literals import Specifier, is_literal, specifier_of
from .syntax import SyntaxProblem

if TYPE_CHECKING:
    from tree_sitter import Node

_ACCEPT_MISUSE = (
    "import.meta.hot.accept() can only accept string literals or an Array of string literals."
)
_ACCEPT_EXPORTS_MISUSE = (
    "import.meta.hot.acceptExports() can only accept string literals or an Array of string "
    "literals."
)


class HotUses:
    """Collects it, one `import.meta` after the other.

    Attributes:
        accepted: The dependencies whose updates are accepted.
        accepted_exports: The own exports whose change is accepted; None without such a call.
        is_self_accepting: Whether the module accepts its own updates.
        uses_hot: Whether it uses `import.meta.hot`.
        uses_env: Whether it uses `import.meta.env`.
        sees_url: Whether it uses `import.meta` for anything else, as its URL.
        problem: The first call that cannot be read.
    """

    def __init__(self) -> None:
        self.accepted: list[Specifier] = []
        self.accepted_exports: set[str] | None = None
        self.is_self_accepting = False
        self.uses_hot = False
        self.uses_env = False
        self.sees_url = False
        self.problem: SyntaxProblem | None = None

    def read(self, meta: Node) -> None:
        """Read one `import.meta`, and what is called on it."""
        if meta.text != b"import.meta":
            self.sees_url = self.sees_url or meta.text != b"new.target"  # it may have blanks in it
            return
        match _member_of(meta):
            case (b"env", _):
                self.uses_env = True
            case (b"hot", member):
                self.uses_hot = True
                self._read_call(member)
            case _:
                self.sees_url = True

    def _read_call(self, hot: Node) -> None:
        method = hot.parent
        if method is None or method.type != "member_expression":
            return
        if method.child_by_field_name("object") != hot:
            return
        call = method.parent
        if call is None or call.type != "call_expression":
            return
        if call.child_by_field_name("function") != method:
            return
        name = method.child_by_field_name("property")
        arguments = call.child_by_field_name("arguments")
        if name is None or arguments is None or arguments.type != "arguments":
            return
        given = [child for child in arguments.named_children if child.type != "comment"]
        first = given[0] if given else None
        if name.text == b"accept":
            self._accept(first)
        elif name.text == b"acceptExports":
            names = self._literals(first, _ACCEPT_EXPORTS_MISUSE)
            self.accepted_exports = self.accepted_exports or set()
            self.accepted_exports.update(name.text for name in names or ())

    def _accept(self, first: Node | None) -> None:
        dependencies = self._literals(first, _ACCEPT_MISUSE)
        if dependencies is None:
            self.is_self_accepting = True
        else:
            self.accepted += dependencies

    def _literals(self, node: Node | None, misuse: str) -> list[Specifier] | None:
        """Return the string or the strings in an array; None where it is anything else."""
        if node is None:
            return None
        if node.type == "template_string" and not is_literal(node):
            self._misused(node, misuse)
            return []
        if is_literal(node):
            return [specifier_of(node)]
        if node.type != "array":
            return None
        found = []
        for element in node.named_children:
            if is_literal(element):
                found.append(specifier_of(element))
            elif element.type != "comment":
                self._misused(element, misuse)
        return found

    def _misused(self, node: Node, misuse: str) -> None:
        if self.problem is None:
            self.problem = SyntaxProblem(misuse, node.start_byte)


def _member_of(meta: Node) -> tuple[bytes | None, Node] | None:
    """Return the name behind `import.meta` and the expression that both make; None where there is none."""
    member = meta.parent
    if member is None or member.type != "member_expression":
        return None
    name = member.child_by_field_name("property")
    # `.` and the name follow directly; an optional chain on `import.meta` itself doesn't count
    if name is None or name.start_byte != meta.end_byte + 1:
        return None
    return name.text, member
