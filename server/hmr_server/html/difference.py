"""What has changed between two versions of a page: which inline scripts, and whether anything else.

Inline scripts are replaced as modules are; what else has changed, the open pages compare themselves. An inline
script is Python as PyScript runs it, with its lines numbered as those of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .document import Edit, InlineElement, Page, apply_edits

_PY_SCRIPT = "py-script"


@dataclass(frozen=True, slots=True)
class PageDifference:
    """The pieces of a page that differ.

    Attributes:
        module_scripts: The numbers of the inline module scripts.
        python: The new sources of inline Python, by number.
        elsewhere: Whether anything else differs.
    """

    module_scripts: tuple[int, ...] = ()
    python: dict[int, str] = field(default_factory=dict)
    elsewhere: bool = False


def page_difference(old_text: str, old: Page, new_text: str, new: Page) -> PageDifference | None:
    """Compare two versions of a page; None where inline scripts can't be matched.

    That is so with another number of them, and where the markup in a `<py-script>` differs.

    Args:
        old_text: The page as it is known.
        old: What was read of it.
        new_text: The page now.
        new: What was read of it.
    """
    modules, python = [], {}
    if _counts(old) != _counts(new):
        return None
    for index, (before, now) in enumerate(zip(old.module_scripts, new.module_scripts, strict=True)):
        if before.text != now.text:
            modules.append(index)
    for index, (before, now) in enumerate(zip(old.python_scripts, new.python_scripts, strict=True)):
        if not (_is_plain(before) and _is_plain(now)):
            if before.text != now.text:
                return None
            continue
        # also what only has moved: its tracebacks name other lines now
        source = python_source(new_text, now)
        if source != python_source(old_text, before):
            python[index] = source
    elsewhere = _skeleton(old_text, old) != _skeleton(new_text, new)
    return PageDifference(tuple(modules), python, elsewhere)


def python_source(page: str, script: InlineElement) -> str:
    """Return the text of an inline script as PyScript runs it, below as many empty lines as it has above.

    Args:
        page: The page's text.
        script: Where the script is.
    """
    return "\n" * (line_of(page, script) - 1) + _dedent(_line_ends(script.text))


def line_of(page: str, script: InlineElement) -> int:
    """Return the line, from 1, on which a script's text starts.

    Args:
        page: The page's text.
        script: Where the script is.
    """
    return _line_ends(page[: script.text_start]).count("\n") + 1


def _counts(page: Page) -> tuple[int, int]:
    return len(page.module_scripts), len(page.python_scripts)


def _skeleton(text: str, page: Page) -> str:
    """Return the page without the texts of its inline scripts."""
    scripts = (*page.module_scripts, *page.python_scripts)
    return apply_edits(text, [Edit(x.text_start, x.text_end, "") for x in scripts])


def _is_plain(script: InlineElement) -> bool:
    """Return whether its text is what is written: in `<py-script>` there may be markup."""
    return script.tag != _PY_SCRIPT or not re.search("[<&]", script.text)


def _line_ends(text: str) -> str:
    r"""Return the text as the browser has it: all line ends are `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _dedent(text: str) -> str:
    """Return the text without the indentation of its first line that is not empty, as PyScript does it."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    indentation = first[: len(first) - len(first.lstrip())]
    return (
        re.sub(f"^{re.escape(indentation)}", "", text, flags=re.MULTILINE) if indentation else text
    )
