"""A page for `hmr_browser` on CPython: just the seam of `_ffi.py`, everything above it is real.

What needs a document, a network or V8 is tested in Chromium (e2e/).
"""

import sys
from types import ModuleType

from tests.browser import fake_javascript


def _module(name: str, **attributes: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(attributes)
    return module


# Before any test module imports hmr_browser: it takes these by name, as it does in Pyodide.
sys.modules["js"] = fake_javascript.page
sys.modules["pyodide_js"] = _module("pyodide_js")
sys.modules["pyodide"] = _module("pyodide")
sys.modules["pyodide.ffi"] = _module(
    "pyodide.ffi",
    JsException=fake_javascript.JsException,
    create_proxy=fake_javascript.create_proxy,
    create_once_callable=fake_javascript.create_proxy,
    to_js=fake_javascript.to_js,
)
