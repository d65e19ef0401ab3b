"""The page's Python modules: started from the server's bundle, hot-replaced by the module runner.

bundle ──▶ packages ──▶ entry runs as __main__ ──▶ updates, one after another
                               │ raises                    │ raise
                               ▼                           ▼
                      overlay, terminal; the next good save is applied to that
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Protocol

from hmr_client.client import HMRClient
from hmr_client.eager import start
from hmr_client.module_runner import ModuleRunner, ModuleSource, Recorder, Report, Step, Tier
from hmr_client.module_runner.imports.kept_code import KeptCode
from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import ErrorDetails, ErrorPayload, PyUpdate

from .errors import details_of, print_error, shown
from .output import MarkedOutput
from .source import HOME, Bundle, BundleSource, DataFile, shown_file, shown_name

_PREPARE_S = 0.2  # by then the program has started, and no file was saved yet
_ORDER = (Tier.PATCH, Tier.RERUN, Tier.RESTART, Tier.RELOAD)


class Server(Protocol):
    """What is asked of the dev server."""

    async def bundle(self, entry: str) -> str:
        """Return what the server knows of an entry, as JSON text."""

    async def package(self, name: str) -> str:
        """Return what to install for an imported name."""

    def source(self, path: str) -> str | None:
        """Return a module's text, while everything waits; None if there is none."""


class View(Protocol):
    """Where the page says what became of its Python."""

    def show_error(self, payload: ErrorPayload, timestamp: int = 0) -> None:
        """Show an error over the page: of an update, if its timestamp is given."""

    def updated(self, report: Report) -> None:
        """Say what an update has done."""

    def reload(self, reason: str) -> None:
        """Reload the page."""

    def log(self, message: str) -> None:
        """Show a line in the badge."""

    def log_error(self, traceback: str) -> None:
        """Show a traceback in the console."""


class PythonModules:
    """Runs the page's Python entries, and applies updates to their modules.

    Args:
        client: The page's client: Python modules and ES modules share it.
        server: Where modules come from.
        view: Where errors and what was done are shown.
        install: Installs packages that the application imports.
        recorders: What tells the ledger about the page's side effects.
        add_data: Lays out the data files that the server has listed.
        source: Where scripts import from, if not from the server's bundle.
        prefix: What each line begins with that an update prints.
        hint: Returns what to do about an error, where the page knows more than Python.
    """

    def __init__(
        self,
        client: HMRClient,
        server: Server,
        view: View,
        install: Callable[[Sequence[str]], Awaitable[None]],
        recorders: Sequence[Recorder] = (),
        *,
        add_data: Callable[[Mapping[str, DataFile]], None] | None = None,
        source: ModuleSource | None = None,
        prefix: str = "[hmr]",
        hint: Callable[[BaseException], Awaitable[str | None]] | None = None,
    ) -> None:
        self._client = client
        self._server = server
        self._view = view
        self._install = install
        self._recorders = recorders
        self._prefix = prefix
        self._hint = hint
        self._add_data = add_data
        self._bundles = BundleSource(server.source)
        self._source: ModuleSource = source or self._bundles
        self._runner: ModuleRunner | None = None
        self._entry = ""
        # set once the entry was started, or could not be
        self._was_tried = asyncio.Event()
        self._running: asyncio.Future[None] | None = None
        self._is_updating = False
        # the new sources of the update that is being applied, by file name
        self._new: dict[str, str] = {}

    @property
    def runner(self) -> ModuleRunner | None:
        """The module runner, once an entry was started."""
        return self._runner

    # --- the entry ----------------------------------------------------------------------------

    async def run(
        self, entry: str, bundle: str, kept: KeptCode | None = None
    ) -> AppliedUpdate | None:
        """Run the page's entry; return when it waits for something for the first time, or ends.

        An error of the user's is shown and lets the page live: the next save starts it again.

        Args:
            bundle: The server's answer for it.
            kept: What an earlier visit has compiled; it gets what this one compiles.

        Returns:
            What went wrong, for the terminal; None if nothing did.
        """
        self._entry = entry
        try:
            return await self._run(entry, bundle, kept)
        finally:
            self._was_tried.set()

    async def _run(self, entry: str, bundle: str, kept: KeptCode | None) -> AppliedUpdate | None:
        try:
            found = Bundle.from_json(bundle)
            self._bundles.add(found)
            if self._add_data is not None:
                self._add_data(found.data)
            await self._install_missing(found)
        except Exception as error:  # noqa: BLE001  # the server's answer, or whatever micropip raises
            return self._failed_to_start(entry, ErrorDetails(message=str(error)))
        runner = self._make_runner(found.entry, found.root, kept)
        running = start(runner.start())
        if not running.done():
            # the entry awaits at its top level, perhaps for ever: updates don't wait for its end
            self._running = running
            running.add_done_callback(lambda done: self._ended(entry, done))
            return None
        return self._ended(entry, running)

    async def run_script(
        self, path: str, text: str, module: ModuleType, *, awaits_value: bool = False
    ) -> AppliedUpdate | None:
        """Run one of several entries that share a namespace.

        Args:
            module: The module whose namespace it is.
            awaits_value: Whether the value of its last expression is awaited.

        Returns:
            What went wrong, for the terminal; None if nothing did.
        """
        runner = self._runner
        if runner is None:
            runner = self._make_runner(None, HOME)
            await runner.start()
            self._was_tried.set()
        try:
            await runner.run_entry(path, text, module=module, awaits_value=awaits_value)
        except Exception as error:  # noqa: BLE001  # whatever the user's script raises is shown
            printed = print_error(error)
            return self._failed_to_start(
                path, self._details(error, printed), await self._hint_at(error)
            )
        return None

    def _make_runner(
        self, entry: str | None, root: str, kept: KeptCode | None = None
    ) -> ModuleRunner:
        runner = ModuleRunner(self._source, entry, roots=(root,), client=self._client, kept=kept)
        for recorder in self._recorders:
            runner.ledger.add_recorder(recorder)
        asyncio.get_running_loop().call_later(_PREPARE_S, runner.prepare)
        self._runner = runner
        return runner

    def _ended(self, entry: str, done: asyncio.Future[None]) -> AppliedUpdate | None:
        if done.cancelled() or (error := done.exception()) is None:
            return None
        printed = print_error(error)
        return self._failed_to_start(entry, self._details(error, printed))

    async def _hint_at(self, error: BaseException) -> str | None:
        return None if self._hint is None else await self._hint(error)

    def _failed_to_start(
        self, entry: str, details: ErrorDetails, hint: str | None = None
    ) -> AppliedUpdate:
        tip = hint or "The page waits for the fix."
        details = ErrorDetails(
            message=details.message,
            stack=details.stack,
            id=details.id or entry,
            frame=details.frame,
            loc=details.loc,
            extra={"tip": tip},
        )
        self._view.show_error(ErrorPayload(err=details))
        text = "\n".join(filter(None, [details.stack or details.message, hint]))
        self._view.log_error(text)
        return AppliedUpdate(
            path=entry, accepted_path=entry, milliseconds=0.0, error=text, tier=None
        )

    async def _install_missing(self, bundle: Bundle) -> None:
        missing = [name for name in bundle.packages if not _is_installed(name)]
        if missing:
            await self._install([bundle.packages[name] for name in missing])

    # --- updates ------------------------------------------------------------------------------

    async def update(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Apply the Python files of one batch, all or nothing.

        Returns:
            What became of each.
        """
        await self._was_tried.wait()
        if self._is_updating:
            # the message handler waits no longer for the update before: its modules are in between
            self._view.reload("the Python update before this one does not end")
            return []
        self._is_updating = True
        try:
            return await self._apply(updates)
        finally:
            self._is_updating = False

    async def _apply(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        if self._runner is None:  # it could not start before; perhaps it can now
            applied = await self.run(self._entry, await self._server.bundle(self._entry))
            return [] if applied is None else [applied]
        self._new = {
            self._source.filename(update.path): update.source
            for update in updates
            if update.source is not None
        }
        changes = {update.path: update.source for update in updates}
        with MarkedOutput(self._prefix):
            report = await self._runner.update(changes)
            if report.error is not None and await self._install_for(report.error):
                report = await self._runner.update(changes)
        if report.error is not None:
            hint = await self._hint_at(report.error)
            return self._failed(updates, report, report.error, hint)
        for step in report.steps:
            self._client.logger.debug(
                f"hot updated: {self._shown_path(step.module)} ({describe(step)})"
            )
        if report.note:
            self._view.log(report.note)
        self._view.updated(report)
        reload = next((step for step in report.steps if step.tier is Tier.RELOAD), None)
        if reload is not None:
            self._view.reload(reload.reason)
        held = self._runner.modules
        return [_applied(x, report, is_held=bool(held.by_path(x.path))) for x in updates]

    async def _install_for(self, error: BaseException) -> bool:
        """Install the package whose import has failed; say whether it is worth another try."""
        if not isinstance(error, ModuleNotFoundError) or not error.name or "." in error.name:
            return False
        try:
            await self._install([await self._server.package(error.name)])
        except Exception:  # noqa: BLE001  # not to be had: the import's own error says what is missing
            return False
        return _is_installed(error.name)

    def _failed(
        self, updates: Sequence[PyUpdate], report: Report, error: BaseException, hint: str | None
    ) -> list[AppliedUpdate]:
        details = self._details(error, report.traceback)
        if hint is not None:
            details = replace(details, extra={"tip": hint})
        self._view.show_error(ErrorPayload(err=details), updates[0].timestamp)
        text = "\n".join(filter(None, [shown(report.traceback, error), hint]))
        self._view.log_error(text)
        if (step := next((x for x in report.steps if x.tier is Tier.RELOAD), None)) is not None:
            self._view.reload(step.reason)
        guilty = next(
            (x for x in updates if shown_file(self._source.filename(x.path)) == details.id),
            updates[0],
        )
        return [
            AppliedUpdate(
                path=update.path,
                accepted_path=update.path,
                milliseconds=report.milliseconds,
                error=text if update is guilty else f"not applied because of {guilty.path}",
            )
            for update in updates
        ]

    def _shown_path(self, path: str) -> str:
        return f"/{shown_name(self._source.filename(path))}"

    def _details(self, error: BaseException, printed: str) -> ErrorDetails:
        return details_of(error, printed, self._text_of)

    def _text_of(self, filename: str) -> str | None:
        """Return the text of a file of the user's, the new one if it is being applied."""
        if (new := self._new.get(filename)) is not None:
            return new
        runner = self._runner
        if runner is None or not filename.startswith(f"{HOME}/"):
            return None
        path = self._source.path_of(filename)
        found = runner.modules.by_path(path)
        return found[0].source if found else self._source.get(path)


def describe(step: Step) -> str:
    """Return what was done to a module and why, as one phrase."""
    names = f": {', '.join(step.changed_names)}" if step.changed_names else ""
    return f"{step.tier.value}, {step.reason}{names}".replace(f"{HOME}/", "")


def _applied(update: PyUpdate, report: Report, *, is_held: bool) -> AppliedUpdate:
    """Return what became of one file.

    A file that no module came from has no step; nor has one with the text that the page runs
    already: a slip was fixed, an edit undone.
    """
    own = [step for step in report.steps if step.module == update.path]
    step = max(own, key=lambda step: _ORDER.index(step.tier), default=None)
    return AppliedUpdate(
        path=update.path,
        accepted_path=update.path,
        milliseconds=report.milliseconds,
        tier=None if step is None else step.tier.name,
        reason=describe(step).partition(", ")[2] if step else None if is_held else "not imported",
        note=report.note or None,
    )


def _is_installed(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
