"""Runs small applications for tests, on the virtual loop: the same under CPython and in Pyodide."""

from __future__ import annotations

import textwrap
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

from hmr_client.module_runner import DictSource, ModuleRunner, Report
from hmr_client.module_runner.imports.kept_code import KeptCode
from tests.client.virtual_loop import VirtualLoop

PACKAGE = {
    "app/__init__.py": "from .model import Item, RATE\nfrom . import util\n",
    "app/model.py": "from .util import double\nRATE = 2\nclass Item:\n    price = double(RATE)\n",
    "app/util.py": "def double(x):\n    return x * 2\n",
    "app/sub/__init__.py": "from ..model import RATE\n",
    "app/sub/deep.py": "from ...app.model import Item\nfrom .. import util\nfrom . import RATE\n",
    "main.py": "import app.sub.deep\nfrom app import Item\nTOTAL = app.RATE * 100\n",
}


def drive(test: Callable[[], Coroutine[Any, Any, Any]]) -> Callable[[], None]:
    """Make an async test function one that pytest calls."""

    def sync(*args: Any, **kwargs: Any) -> None:
        VirtualLoop().run(test(*args, **kwargs))

    sync.__name__, sync.__doc__, sync.__module__ = test.__name__, test.__doc__, test.__module__
    sync.__wrapped__ = test  # pytest reads the arguments from it
    return sync


class App:
    """A running application and its files."""

    def __init__(self, files: Mapping[str, str], runner: ModuleRunner) -> None:
        self.files = dict(files)
        self.runner = runner

    def __getitem__(self, path: str) -> Any:
        return self.runner.module(path)

    async def update(self, changes: Mapping[str, str | None] | None = None, **names: str) -> Report:
        """Update files; keyword arguments are modules of the root: m="…" is m.py."""
        batch = dict(changes or {})
        batch |= {f"{name}.py": text for name, text in names.items()}
        batch = {path: None if text is None else code(text) for path, text in batch.items()}
        return await self.runner.update(batch)

    async def good(self, changes: Mapping[str, str | None] | None = None, **names: str) -> Report:
        """The same, and it has to succeed."""
        report = await self.update(changes, **names)
        assert report.error is None, report.traceback
        return report

    async def edit(self, path: str, old: str, new: str) -> Report:
        """Replace one piece of a file's live text, and it has to succeed."""
        text = self.runner.modules.by_path(path)[0].source
        assert old in text, (old, text)
        return await self.good({path: text.replace(old, new)})


def code(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


@asynccontextmanager
async def running(
    files: Mapping[str, str] | None = None,
    /,
    *,
    entry: str = "main.py",
    kept: KeptCode | None = None,
    **names: str,
) -> AsyncIterator[App]:
    """Run an application; keyword arguments are modules of the root."""
    texts = dict(files or {}) | {f"{name}.py": text for name, text in names.items()}
    texts = {path: code(text) for path, text in texts.items()}
    if entry not in texts:
        roots = [p for p in texts if "/" not in p]
        texts[entry] = "".join(f"import {path[:-3]}\n" for path in roots)
    runner = ModuleRunner(DictSource(texts), entry=entry, kept=kept)
    try:
        await runner.start()
        yield App(texts, runner)
    finally:
        await runner.dispose()


def tiers(report: Report) -> list[tuple[str, str]]:
    return [(step.module, step.tier.name) for step in report.steps]


async def fresh_start(files: Mapping[str, str], look: str) -> str:
    """Return what an expression shows in the entry of an application that has just been started."""
    async with running(files) as app:
        return repr(eval(look, vars(app["main.py"])))
