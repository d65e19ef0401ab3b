"""Which code of libraries may call back what it gets from the application before it returns."""

from __future__ import annotations

import sys

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
    return root not in _LATER and (not is_effect or root in sys.stdlib_module_names)
