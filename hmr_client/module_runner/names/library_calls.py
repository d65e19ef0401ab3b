"""What libraries call of the application before they return: its methods, what it has set in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..inspection import is_a, is_standard
from .keys import LIBRARY
from .lookup import is_code
from .reached import Reached

_LATER = frozenset(
    [
        "asyncio",
        "threading",
        "_thread",
        "concurrent",
        "multiprocessing",
        "socketserver",
        "http",
        "tkinter",
        "selectors",
        "signal",
        "atexit",
        "weakref",
        "_weakref",
        "logging",
        "contextlib",
        "contextvars",
        "queue",
        "_queue",
        "sched",
        "subprocess",
        "functools",
        "_functools",
        "itertools",
        "operator",
        "_operator",
        "abc",
        "_abc",
        "typing",
        "enum",
        "builtins",
        "time",
        "types",
        "sys",
        "os",
        "warnings",
        "gc",
        "collections",
        # a page's own
        "js",
        "pyodide",
        "pyodide_js",
        "_pyodide",
        "_pyodide_core",
        "pyscript",
        "polyscript",
        # these get numbers, texts, bytes and names of files, or call special methods only
        *("random", "_random", "secrets", "math", "cmath", "decimal", "fractions", "statistics"),
        *("datetime", "_datetime", "calendar", "zoneinfo", "colorsys", "uuid"),
        *("hashlib", "_hashlib", "hmac", "base64", "binascii", "struct", "_struct", "zlib"),
        *("re", "_sre", "textwrap", "unicodedata", "difflib", "fnmatch", "shlex"),
        *("pathlib", "posixpath", "ntpath", "posix", "glob", "tempfile", "platform", "getpass"),
        *("heapq", "_heapq", "bisect", "_bisect", "array", "copy", "pprint", "reprlib"),
        *("urllib", "traceback", "linecache", "dataclasses", "inspect", "numpy"),
    ]
)
"""These call later, or not at all; or what they call is followed already.

A constructor often calls one of them (`self.speed = random.uniform(0, 4)`). If that counted as a call of all
methods, a constant in any method would take the place of the objects that live, and of their state.
"""


def calls_back(module: str | None, *, is_effect: bool) -> bool:
    """Tell whether code of a module may call methods of what it gets: `json.dumps(obj, cls=Encoder)`.

    Args:
        module: The name of a module that is none of the application's.
        is_effect: Whether the statement does something that is not wanted again without need. There a
            library that is not the standard one counts as an event loop: `app.run()`.
    """
    if module == "collections.abc":
        return True
    root = (module or "builtins").partition(".")[0]
    return root not in _LATER and (not is_effect or is_standard(root))


class LibraryCalls:
    """The calls of libraries that a statement makes.

    Args:
        only_direct: Whether the statement does something that is not wanted again without need.
        patched: What the application has set in libraries, by their names: their functions may call it.
    """

    def __init__(
        self, reached: Reached, *, only_direct: bool, patched: Mapping[str, list[Any]]
    ) -> None:
        self._reached = reached
        self._only_direct = only_direct
        self._patched = dict(patched)
        self._gives_passed = self._gives_all = False  # to a library that may call its methods
        self._given: set[type] = set()
        self._passed_given = 0  # the first ones of what is passed on

    def call(self, module: str | None) -> str:
        """Let a library call methods: the standard one of what it gets by name, others of all they may hold.

        Returns:
            Its name.

        A local name that gets there (`json.dump(x, file)`) is not known. If it counted as everything, a
        constructor that calls `json.dumps()` would take the objects that live, with their state.
        """
        root = ("builtins" if module is None else module).partition(".")[0]
        self._reached.keys.add((LIBRARY, root))
        if calls_back(module, is_effect=self._only_direct):
            is_known = is_standard(root)
            self._gives_passed |= is_known
            self._gives_all |= not is_known
        return root

    def call_method(self, subclass: type, cls: type, *, on_class: bool, constructs: bool) -> None:
        """Let a library's method of an application's class read its attributes, and call its methods.

        Args:
            subclass: The application's class.
            cls: The library's class, which has the method.
            on_class: Whether the method is looked up on the class itself, not on an instance.
            constructs: Whether it makes instances or classes.
        """
        if self._reached.owner_of(subclass) is None:
            return
        if on_class and not is_standard(cls.__module__):
            self._reached.read_all_of(subclass)
        if not constructs and calls_back(cls.__module__, is_effect=self._only_direct):
            self._give_class(subclass)

    def enter_patched(self) -> bool:
        """Follow what the application has set in the libraries that are called; tell whether there is any."""
        called = [x for x in self._patched if (LIBRARY, x) in self._reached.keys]
        for library in called:
            self._reached.pending += self._patched.pop(library)
        return bool(called)

    def give(self, *, by_name: bool) -> bool:
        """Let something unknown call methods of what was reached; tell whether there is anything new.

        Args:
            by_name: Whether the application itself calls methods by names that are not known.
        """
        reached = self._reached
        if by_name or self._gives_all:
            values = [*reached.owners.values(), *reached.classes]
        elif self._gives_passed:
            values = reached.passed[self._passed_given :]
            self._passed_given = len(reached.passed)
        else:
            return False
        kinds = {x if is_a(x, type) else type(x) for x in values}
        new = [x for x in kinds if x not in self._given and reached.owner_of(x) is not None]
        self._given.update(new)
        for cls in new:
            self._give_class(cls)
        held, reached.held = reached.held if not self._only_direct else [], []
        reached.pending += held
        return bool(new or held)

    def _give_class(self, cls: type) -> None:
        self._reached.read_all_of(cls)
        for base in cls.__mro__:
            if self._reached.owner_of(base) is not None:
                self._reached.pending += [
                    x for x in tuple(vars(base).values()) if is_code(x) and not is_a(x, type)
                ]
