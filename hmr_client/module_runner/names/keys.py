"""Names in modules, as keys: what an update makes dirty, and what a statement reads."""

from __future__ import annotations

Key = tuple[str, str]
"""A module's name and a name in it; `C.x` is the attribute x of its class C."""
CLOSURES = "<closures>"
"""As the last part of a key: the functions that a function has made."""
LIBRARY = "<library>"
"""As the module of a key: the name is a library's. Its calls may do what the application has set in it."""
CALLED = "()"
"""As the last part of a key: what a call of a function without all its arguments comes to."""
