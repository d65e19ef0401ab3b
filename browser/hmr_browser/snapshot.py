"""A Python that has started before the page: what is done before its memory is kept, and after.

Node.js makes the snapshot (`make_snapshot.mjs`), once for each Pyodide and client, and each page continues from it
(`bootstrap/snapshot.js`): there Python starts in a tenth of the time. What a Python that starts reads from the
machine, the browser or the clock is that of another moment then, and `wake` reads it again. The seed of `hash()`
can't be changed in a Python that runs: sets of texts have the same order in each page.
"""

from __future__ import annotations

import importlib
import os
import sys
import time

from . import _ffi

# what a page imports until its program runs; no more, since a program's own module may have the name of a
# module of the library, and is found only as long as nobody has imported that one
_UNTIL_A_PROGRAM_RUNS = (
    "hmr_browser.start",
    "hmr_browser.python.kept_data",
    "hmr_browser.python.page",
)


def prepare() -> None:
    """Import what every page with Python would, and leave no garbage."""
    for name in _UNTIL_A_PROGRAM_RUNS:
        importlib.import_module(name)
    _ffi.event_wrappers()
    importlib.import_module("gc").collect()


def wake(language: str) -> None:
    """Read again what a Python reads when it starts.

    Args:
        language: The browser's, as JavaScript names it.
    """
    import locale
    import logging
    import random  # asyncio and others have imported all three

    os.environ["LANG"] = f"{language.replace('-', '_')}.UTF-8"
    locale.setlocale(locale.LC_CTYPE, "")
    if hasattr(time, "tzset"):
        time.tzset()
    random.seed()
    logging._startTime = time.time_ns() if sys.version_info >= (3, 13) else time.time()  # type: ignore[attr-defined]  # noqa: SLF001  # what `relativeCreated` counts from
