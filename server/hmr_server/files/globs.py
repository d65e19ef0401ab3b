"""Globs over POSIX paths, for what is never served and what is never watched.

`*` and `?` stay within one path component, `**` spans any number of them, `{a,b}` and
`[abc]` are alternatives. A glob without a slash is matched against every component, so that
`.env` also covers what lies in a directory of that name. Matching ignores case: the file
systems of macOS and Windows do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_REMEMBERED = 16 * 1024


class GlobSet:
    """Several globs, asked at once.

    Args:
        globs: the patterns; one that has a slash is anchored at the directory that paths are
            relative to.
    """

    def __init__(self, globs: Iterable[str]) -> None:
        self.globs = tuple(globs)
        names = (_translate(glob) for glob in self.globs if "/" not in glob)
        paths = (_translate(glob.removeprefix("/")) for glob in self.globs if "/" in glob)
        self._name = _any_of(tuple(names))
        self._path = _any_of(tuple(paths))
        # a path is asked about again with each request for it
        self._known = lru_cache(maxsize=_REMEMBERED)(self._find)

    def matches(self, path: str) -> bool:
        """Whether a glob matches `path`: relative, with forward slashes, no `.` or `..`."""
        return self._known(path)

    def _find(self, path: str) -> bool:
        if self._path.fullmatch(path):
            return True
        return any(self._name.fullmatch(name) for name in path.split("/"))


@lru_cache(maxsize=64)  # several ask about the same globs
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    # an empty alternation would match the empty path; (?!) matches nothing
    return re.compile("|".join(patterns) or "(?!)", re.IGNORECASE | re.DOTALL)


_TOKEN = re.compile(
    r"(?P<deep>(?:^|(?<=/))\*\*/)"  # a/**/b also matches a/b
    r"|(?P<rest>/\*\*$)"  # a/** also matches a itself
    r"|(?P<stars>\*\*+)"
    r"|(?P<star>\*)"
    r"|(?P<one>\?)"
    r"|\{(?P<choice>[^{}/]*)\}"
    r"|\[(?P<negated>[!^]?)(?P<set>[^\]/]+)\]"
)


@lru_cache(maxsize=_REMEMBERED)
def _translate(glob: str) -> str:
    pattern, position = "", 0
    for token in _TOKEN.finditer(glob):
        pattern += re.escape(glob[position : token.start()])
        position = token.end()
        match token.lastgroup:
            case "deep":
                pattern += "(?:.*/)?"
            case "rest":
                pattern += "(?:/.*)?"
            case "stars":
                pattern += ".*"
            case "star":
                pattern += "[^/]*"
            case "one":
                pattern += "[^/]"
            case "choice":
                pattern += f"(?:{'|'.join(map(_translate, token['choice'].split(',')))})"
            case _:
                inside = token["set"].replace("\\", r"\\").replace("[", r"\[")
                pattern += f"[{'^/' if token['negated'] else ''}{inside}]"
    return pattern + re.escape(glob[position:])
