"""The state of hot replacement in one page, and the queue that applies updates.

message ─▶ queue_update ─▶ dispose ─▶ import ─┐
           queue_update ─▶ dispose ─▶ import ─┤ all of a batch, at once
                                              ▼
                        callbacks, in the order in which the updates were queued
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .context import Disposer, Listener
from .eager import EagerFuture, report_unhandled, start
from .exceptions import ThrownValue
from .hot_module import AcceptCallback, HotCallback, HotModule
from .logger import HMRLogger
from .transport.normalised import NormalisedTransport
from .wire.custom_events import APPLIED, AppliedData, AppliedUpdate
from .wire.payloads import Custom, HotPayload, JsUpdate
from .wire.serialisation import event_to_wire

ImportUpdatedModule = Callable[[JsUpdate], Awaitable[Any]]
Settled = Callable[[JsUpdate, BaseException | None], None]
ListenersMap = dict[str, list[Listener]]

if TYPE_CHECKING:
    _Finish: TypeAlias = Callable[[], None]
    _Apply: TypeAlias = Callable[[], _Finish]

_TICK_S = 0.5
# A line in the console takes as long as a callback: of more updates they come after the last one's
_MOST_SAID_BETWEEN = 10


class Deadlines:
    """What has to finish by when.

    A page's event loop keeps a cancelled timer, with all that it holds, until it would have fired:
    a timer an update would be hundreds of them after a burst of saves. So one ticks for all, and
    only while something is watched.
    """

    def __init__(self) -> None:
        # when it has to finish, and what to call if it has not
        self._watched: dict[tuple[float, Callable[[], Any]], None] = {}
        self._ticks = False

    def watch(self, seconds: float, late: Callable[[], Any]) -> Callable[[], None]:
        """Call a function in some seconds, give or take a tick.

        Returns:
            A function to call once it has finished: then nothing is called any more.
        """
        loop = asyncio.get_running_loop()
        entry = loop.time() + seconds, late
        self._watched[entry] = None
        if not self._ticks:
            self._tick()
        return lambda: self._watched.pop(entry, None)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self._ticks = bool(self._watched)
        if self._ticks:
            loop.call_later(_TICK_S, self._tick)
        for entry in [x for x in self._watched if x[0] <= loop.time()]:
            del self._watched[entry]
            entry[1]()


class _Queued:
    """An update of a batch.

    Attributes:
        update: The update.
        fetched: Holds what calls its callbacks, once it is imported, and returns what says so; None where there
            is nothing to do.
        task: What imports it.
    """

    def __init__(self, update: JsUpdate) -> None:
        self.update = update
        self.fetched: EagerFuture[_Apply | None] = EagerFuture()
        self.task: asyncio.Future[None] | None = None


class _Batch:
    """Updates that were queued without a pause.

    It counts what is still to come, and applies all in the call in which the last one comes: a `gather`, and a
    `wait` around it, are three turns of the event loop until the callbacks, and a turn is a quarter of a
    millisecond in a page.
    """

    def __init__(self) -> None:
        self.queue: list[_Queued] = []
        self.late: list[_Queued] = []
        # what says of callbacks that they were called: of the last ones not before the page could go on with
        # what they did
        self.said: list[_Finish] = []
        # an exception is that of an update, or of a callback
        self.is_applied: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending = 1  # more can be queued until it is closed

    def begin(self) -> None:
        """Wait for one more."""
        self._pending += 1

    def end(self) -> None:
        """Note that one has come, or that the batch is closed."""
        self._pending -= 1
        if self._pending == 0:
            self.apply()

    def apply(self) -> None:
        """Call the callbacks of what has come, in the order in which it was queued; wait for nothing more."""
        if self.is_applied.done():
            return
        in_time = [queued for queued in self.queue if queued.fetched.done()]
        self.late = [queued for queued in self.queue if not queued.fetched.done()]
        try:
            # all of them first: a failed one stops the callbacks of the others
            for apply in [queued.fetched.result() for queued in in_time]:
                if apply is None:
                    continue
                if len(in_time) <= _MOST_SAID_BETWEEN:
                    self.finish()
                self.said.append(apply())
        except BaseException as error:  # noqa: BLE001  # whatever it is, the future holds it
            self.fail(error)
        else:
            self.is_applied.set_result(None)

    def finish(self) -> None:
        """Say of which updates the callbacks were called."""
        said, self.said = self.said, []
        for finish in said:
            finish()

    def fail(self, error: BaseException) -> None:
        """Apply nothing any more."""
        if not self.is_applied.done():
            self.is_applied.set_exception(error)


class HMRClient:
    """Hot replacement in one page: who accepts what, and applying updates.

    The maps are the specification's; `HMRContext` changes them through the methods here.
    Equal to Vite's `HMRClient` (`shared/hmr.ts`).

    Args:
        logger: Logs the reference's lines and the errors.
        transport: The way to the server.
        import_updated_module: Loads the new version of an ES module and returns its namespace.
    """

    def __init__(
        self,
        logger: HMRLogger,
        transport: NormalisedTransport,
        import_updated_module: ImportUpdatedModule,
    ) -> None:
        self.logger = logger
        self.transport = transport
        self._import_updated_module = import_updated_module
        # the modules that accept something, by path
        self.hot_modules_map: dict[str, HotModule] = {}
        # what cleans up before a new version runs, by path
        self.dispose_map: dict[str, Disposer] = {}
        # what cleans up when no module imports a module any more, by path
        self.prune_map: dict[str, Disposer] = {}
        # hot.data, by path
        self.data_map: MutableMapping[str, Any] = {}
        # listeners in the order of registration, by event
        self.custom_listeners_map: ListenersMap = {}
        # the same listeners by path: those of a stale context are dropped
        self.ctx_to_listeners_map: dict[str, ListenersMap] = {}
        # the module whose invalidate() led to the update that is being applied
        self.current_first_invalidated_by: str | None = None
        # the seconds after which an update that does not finish no longer holds up those that were
        # queued with it; None: for ever, as in the specification
        self.patience: float | None = None
        self.deadlines = Deadlines()
        # whether it runs in a worker or a process, and in no page
        self.is_worker = False
        # the newest update that was applied, by boundary and accepted path
        self._newest: dict[tuple[str, str], int] = {}
        # the update that the running version is of, by path; a module that was fetched late may be
        # of a later one than it was fetched for
        self._running: dict[str, int] = {}
        self._batch: _Batch | None = None

    # --- events -------------------------------------------------------------------------------

    def notify_listeners(self, event: str, data: object = None) -> asyncio.Future[None]:
        """Call an event's listeners, in the order of registration, and wait for the async ones.

        Args:
            event: The event's name.
            data: What each listener gets.

        Returns:
            A future: done when every listener is; an exception if a listener raised at once (the
            later ones are not called then). What an async listener raises later stops nothing.
        """
        if event in self.custom_listeners_map:
            return start(self._notify(event, data))
        return start(_nothing())  # most events: what `_notify` does takes longer than an import

    async def _notify(self, event: str, data: object) -> None:
        waiting: list[asyncio.Future[object]] = []
        try:
            waiting.extend(  # those before one that raises are in it
                start(result)
                for listener in tuple(self.custom_listeners_map.get(event, ()))
                if isinstance(result := listener(data), Awaitable)
            )
        except BaseException:
            for future in waiting:  # no code awaits them any more
                report_unhandled(future, f"a listener of {event!r}")
            raise
        await asyncio.gather(*waiting, return_exceptions=True)

    def send(self, payload: HotPayload) -> None:
        """Send a payload to the server; a failure goes to the logger."""

        def sent(done: asyncio.Future[None]) -> None:
            if not done.cancelled() and (error := done.exception()) is not None:
                self.logger.error(error)

        start(self.transport.send(payload)).add_done_callback(sent)

    def acknowledge(self, applied: Sequence[AppliedUpdate], sequence: int | None = None) -> None:
        """Send what became of updates to the server, and to the listeners of `hmr:applied` here.

        Args:
            sequence: The number of their push, where the server counts them.
        """
        wire = event_to_wire(
            AppliedData(updates=tuple(applied), sequence=sequence, is_worker=self.is_worker)
        )
        self.send(Custom(event=APPLIED, data=wire))
        report_unhandled(self.notify_listeners(APPLIED, wire), f"a listener of {APPLIED!r}")

    # --- what contexts register ---------------------------------------------------------------

    def begin_context(self, path: str, stamp: int = 0, *, has_data: bool = False) -> None:
        """Make room for a new version of a module: its old callbacks and listeners are dropped.

        Args:
            stamp: The timestamp of the update that it belongs to; 0 where it is unknown.
            has_data: Whether its `hot.data` is there already.
        """
        if stamp:
            self._running[path] = stamp
        if not has_data:
            self.data_map.setdefault(path, {})
        if (module := self.hot_modules_map.get(path)) is not None:
            module.callbacks = []
        for event, stale in self.ctx_to_listeners_map.get(path, {}).items():
            if (listeners := self.custom_listeners_map.get(event)) is not None:
                self.custom_listeners_map[event] = [x for x in listeners if x not in stale]
        self.ctx_to_listeners_map[path] = {}

    def add_callback(self, path: str, deps: Sequence[str], fn: AcceptCallback) -> None:
        """Register what a module accepts.

        Args:
            deps: The paths that it accepts.
            fn: Called with one entry a dependency.
        """
        module = self.hot_modules_map.setdefault(path, HotModule(path))
        module.callbacks.append(HotCallback(deps, fn))

    def add_listener(self, path: str, event: str, listener: Listener) -> None:
        """Register a listener.

        Args:
            path: The module whose listener it is.
            event: The event's name.
            listener: Called with the event's data.
        """
        self.custom_listeners_map.setdefault(event, []).append(listener)
        own = self.ctx_to_listeners_map.setdefault(path, {})
        own.setdefault(event, []).append(listener)

    def remove_listener(self, path: str, event: str, listener: Listener) -> None:
        """Remove every registration of a function, from all contexts.

        Args:
            path: The module that removes it.
            event: The event's name.
        """
        for listeners_map in (self.custom_listeners_map, self.ctx_to_listeners_map.get(path, {})):
            kept = [x for x in listeners_map.get(event, ()) if x != listener]
            if kept:
                # a new list: a round that is under way goes on with the old one
                listeners_map[event] = kept
            else:
                listeners_map.pop(event, None)

    def clear(self) -> None:
        """Forget everything that modules registered, and their data."""
        self.hot_modules_map.clear()
        self.dispose_map.clear()
        self.prune_map.clear()
        self.data_map.clear()
        self.custom_listeners_map.clear()
        self.ctx_to_listeners_map.clear()
        self._newest.clear()
        self._running.clear()

    # --- prune --------------------------------------------------------------------------------

    def prune_paths(self, paths: Iterable[str]) -> asyncio.Future[None]:
        """Clean up after modules that no module imports any more: disposers, pruners, then data.

        Returns:
            A future: done when all is; the first exception if a disposer or pruner raised. The
            pruners are not called when a disposer failed. The data is dropped in any case.
        """
        return start(self._prune(tuple(paths)))

    async def _prune(self, paths: Sequence[str]) -> None:
        try:
            await self._clean_up(paths, self.dispose_map)
            await self._clean_up(paths, self.prune_map)
        finally:
            for path in paths:
                self.data_map.pop(path, None)

    async def _clean_up(self, paths: Sequence[str], callbacks: dict[str, Disposer]) -> None:
        waiting = [
            start(result)
            for path in paths
            if (callback := callbacks.get(path)) is not None
            and isinstance(result := callback(self.data_map.get(path)), Awaitable)
        ]
        await asyncio.gather(*waiting)

    # --- updates ------------------------------------------------------------------------------

    def queue_update(
        self, update: JsUpdate, settled: Settled | None = None
    ) -> asyncio.Future[None]:
        """Begin to fetch an update; apply it together with those queued in the same breath.

        Args:
            settled: Receives the outcome, for the acknowledgement.

        Returns:
            A future. The first one of a batch is done when the batch is applied and holds the
            first exception of the batch; the others are done at once.
        """
        is_first = self._batch is None
        batch = self._batch = self._batch or _Batch()
        self._queue(batch, update, settled)
        return start(self._flush(batch) if is_first else _nothing())

    def apply_updates(
        self, updates: Iterable[JsUpdate], settled: Settled | None = None
    ) -> asyncio.Future[None]:
        """Fetch updates and apply them together, as `queue_update` for each, without waiting for more of them.

        Args:
            settled: As for `queue_update`.

        Returns:
            A future: done when all are applied; it holds the first exception.
        """
        batch = _Batch()
        for update in updates:
            self._queue(batch, update, settled)
        return start(self._apply(batch))

    def _queue(self, batch: _Batch, update: JsUpdate, settled: Settled | None) -> None:
        batch.begin()
        queued = _Queued(update)
        batch.queue.append(queued)
        queued.task = start(self._fetch_in(batch, queued, settled))

    async def _flush(self, batch: _Batch) -> None:
        await asyncio.sleep(0)  # whatever is queued without a pause belongs to this batch
        self._batch = None
        await self._apply(batch)

    async def _apply(self, batch: _Batch) -> None:
        batch.end()
        finished = (
            _nothing_to_end
            if self.patience is None
            else self.deadlines.watch(self.patience, batch.apply)
        )
        try:
            await batch.is_applied
        finally:
            finished()
            batch.finish()
        await asyncio.gather(*(self._apply_late(queued) for queued in batch.late))

    async def _apply_late(self, queued: _Queued) -> None:
        """Apply what has finished at last, unless a newer version was applied meanwhile."""
        update = queued.update
        apply = await queued.fetched
        newest = self._newest.get((update.path, update.accepted_path), 0)
        if apply is not None and newest <= update.timestamp:
            finish = apply()
            finish()

    async def _fetch_in(self, batch: _Batch, queued: _Queued, settled: Settled | None) -> None:
        try:
            queued.fetched.set_result(await self._fetch(queued.update, settled))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # whatever it is, the future holds it
            queued.fetched.set_exception(error)
            if self.patience is None:  # as in the specification
                batch.fail(error)
        batch.end()

    async def _fetch(self, update: JsUpdate, settled: Settled | None) -> _Apply | None:
        """Dispose the old version and import the new one; return what calls the callbacks."""
        module = self.hot_modules_map.get(update.path)
        if module is None:
            return None  # the server knows it, this page has not loaded it
        accepted = update.accepted_path
        is_self_update = update.path == accepted
        # before the import, which replaces them: the old version's callbacks get the new module
        callbacks = [callback for callback in module.callbacks if accepted in callback.deps]
        runs_already = self._running.get(accepted, 0) >= update.timestamp
        fetched: Any = None
        failure: BaseException | None = None

        def settle(error: BaseException | None) -> None:
            if settled is not None:
                settled(update, error)

        if runs_already and (is_self_update or self._is_applied(update)):
            settle(None)
            return None
        if is_self_update or callbacks:
            try:
                if not runs_already:  # as an import of another module that was updated
                    await self._dispose(accepted)
            except Exception as error:
                settle(error)
                raise
            try:
                fetched = await self._import_updated_module(update)
            except Exception as error:  # noqa: BLE001  # whatever the user's module raises is logged
                failure = error
                self._forget_running(update.timestamp)
                self._warn_failed_update(error, accepted)

        def finish() -> None:
            via = "" if is_self_update else f" via {update.path}"
            self.logger.debug(f"hot updated: {accepted}{via}")
            settle(failure)

        def apply() -> _Finish:
            self._newest[update.path, accepted] = max(
                update.timestamp, self._running.get(accepted, 0)
            )
            self.current_first_invalidated_by = update.first_invalidated_by
            try:
                for callback in callbacks:
                    result = callback.fn(
                        [fetched if d == accepted else None for d in callback.deps]
                    )
                    # an ABC takes as long as all else here, and most return nothing
                    if result is not None and isinstance(result, Awaitable):
                        report_unhandled(start(result), f"an accept callback of {update.path}")
            except Exception as error:
                settle(error)
                raise
            finally:
                self.current_first_invalidated_by = None
            return finish

        return apply

    def _is_applied(self, update: JsUpdate) -> bool:
        newest = self._newest.get((update.path, update.accepted_path), 0)
        return newest >= update.timestamp

    def _forget_running(self, since: int) -> None:
        """Forget which modules were of an update whose import has failed: they may not have run."""
        self._running = {path: stamp for path, stamp in self._running.items() if stamp < since}

    async def _dispose(self, path: str) -> None:
        if (disposer := self.dispose_map.get(path)) is not None:
            result = disposer(self.data_map.get(path))
            if isinstance(result, Awaitable):
                await result

    def _warn_failed_update(self, error: Exception, path: str) -> None:
        # a browser that could not fetch has already said why, in more words than its error has
        if isinstance(error, ThrownValue) or "fetch" not in str(error):
            self.logger.error(error)
        self.logger.error(
            f"Failed to reload {path}. This could be due to syntax errors or importing "
            "non-existent modules. (see errors above)"
        )


def _nothing_to_end() -> None:
    """Do nothing: nothing is watched."""


async def _nothing() -> None:
    """Do nothing: another update applies the batch, or nobody listens to an event."""
