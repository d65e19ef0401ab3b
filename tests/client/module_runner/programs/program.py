"""A program, edits of it one after another, and what is looked at after each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.client.module_runner.application import running

Edit = tuple[str, str | None, str | None]
"""A path, what is replaced and by what; a new file has nothing to be replaced, a deleted one no text."""
_PLAIN = (int, str, float, bool, bytes, type(None), complex)


@dataclass(frozen=True)
class Program:
    """A program of a few modules.

    Only what a fresh start shows is looked at: no state that the program has filled, and nothing
    that only a changed function *body* would have made at import (see docs/python.md).

    Attributes:
        name: What is tried.
        files: Its modules.
        edits: What is saved, one batch after another.
        looks: Expressions of the entry, looked at besides every plain value of every module.
        before: What the program does before the first edit.
    """

    name: str
    files: Mapping[str, str]
    edits: list[list[Edit]]
    looks: list[str]
    before: str = ""

    def versions(self) -> Iterator[tuple[dict[str, str], dict[str, str | None]]]:
        """Yield the files after each batch, and the batch."""
        files = dict(self.files)
        for edits in self.edits:
            batch: dict[str, str | None] = {}
            for path, old, new in edits:
                if new is None:
                    del files[path]
                else:
                    assert old is None or old in files[path], (self.name, path, old)
                    files[path] = new if old is None else files[path].replace(old, new)
                batch[path] = files.get(path)
            yield dict(files), batch

    def observe(self, app: Any) -> dict[str, str]:
        """Return what a running program shows."""
        seen: dict[str, str] = {}
        for module in app.runner.modules:
            for name, value in vars(module.module).items():
                if not name.startswith("__") and _is_plain(value):
                    seen[f"{module.name}:{name}"] = _show(value)
        for look in self.looks:
            try:
                value = eval(look, vars(app["main.py"]))
            except Exception as error:  # noqa: BLE001  # that it raises is what is seen
                value = error
            seen[look] = repr(value)
        return seen

    async def check(self) -> None:
        """Compare the live program with a fresh start, after each batch; where that fails, with itself."""
        expected: list[tuple[dict[str, str], set[str]] | None] = []
        for files, _ in self.versions():
            try:
                async with running(files) as app:
                    expected.append((self.observe(app), {x.name for x in app.runner.modules}))
            except Exception:  # noqa: BLE001  # the program is broken: the live one goes on as it is
                expected.append(None)
        async with running(self.files) as app:
            exec(self.before, vars(app["main.py"]))
            for (_, batch), after in zip(self.versions(), expected, strict=True):
                before = self.observe(app)
                report = await app.runner.update(batch)
                steps = [(x.module, x.tier.name, x.reason) for x in report.steps]
                if after is None:
                    assert report.error is not None, (batch, steps)
                    assert self.observe(app) == before, (batch, steps)
                    continue
                wanted, loaded = after
                assert report.error is None, (report.traceback, steps)
                live = self.observe(app)
                # a module that nobody imports any more may stay loaded
                names = {
                    x for x in {*live, *wanted} if x in self.looks or x.split(":")[0] in loaded
                }
                different = {x: (live.get(x), wanted.get(x)) for x in names}
                different = {x: pair for x, pair in different.items() if pair[0] != pair[1]}
                assert not different, (batch, different, steps)


def _show(value: Any) -> str:
    return repr(sorted(map(repr, value)) if isinstance(value, set | frozenset) else value)


def _is_plain(value: Any, depth: int = 0) -> bool:
    if type(value) in _PLAIN:
        return True
    if depth > 4:
        return False
    if type(value) in (list, tuple, set, frozenset):
        return all(_is_plain(x, depth + 1) for x in value)
    return type(value) is dict and all(
        _is_plain(x, depth + 1) for item in value.items() for x in item
    )
