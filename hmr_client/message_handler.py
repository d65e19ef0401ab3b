"""One payload in, the right client calls out, one payload after another.

Equal to the message handler of Vite's client (`client/client.ts`) and to its queue
(`shared/hmrHandler.ts`). `Page` is the interface to the document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, assert_never

from .client import HMRClient
from .eager import start
from .wire.custom_events import HTML_UPDATED, AppliedUpdate, HtmlUpdatedData
from .wire.payloads import (
    AssetUpdate,
    Connected,
    CssUpdate,
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    HotPayload,
    JsUpdate,
    Ping,
    Prune,
    PyUpdate,
    UpdatePayload,
)
from .wire.serialisation import event_to_wire


class Page(Protocol):
    """What the handler needs of a document."""

    def begin_update(self, payload: UpdatePayload) -> bool:
        """Close the error overlay before a batch; say whether the batch is still wanted.

        Returns:
            False if the page reloads instead: the first update of a page that
            started with an error.
        """

    def swap_stylesheet(self, update: CssUpdate) -> Awaitable[None]:
        """Swap a `<link>`.

        Args:
            update: Which, and its timestamp.

        Returns:
            What is done when the new sheet is loaded, or has failed to.
        """

    def refresh_file(self, update: AssetUpdate) -> Awaitable[AppliedUpdate | None]:
        """Show the new version of a file that is no module.

        Args:
            update: Which file, and its timestamp.

        Returns:
            What was done; None where the page does not have the file.
        """

    def full_reload(self, payload: FullReload) -> None:
        """Reload the page, if it is the one concerned.

        Args:
            payload: Which page, and why.
        """

    def close_error(self) -> None:
        """Close what `show_error` shows: it has ended by itself."""

    def show_error(self, payload: ErrorPayload) -> None:
        """Show an error of the server's.

        Args:
            payload: What went wrong.
        """


UpdatePython = Callable[[Sequence[PyUpdate]], Awaitable[Sequence[AppliedUpdate]]]
UpdateHtml = Callable[[FullReload], Awaitable[HtmlUpdatedData | FullReload | None]]
"""Returns what it changed, None where there is nothing to change (yet), or the reload to make."""

Acknowledge = Callable[[UpdatePayload, Sequence[AppliedUpdate]], None]


@dataclass(slots=True, eq=False)
class _Handling:
    """One payload on its way."""

    payload: HotPayload
    # done when the next payload need not wait any more
    is_late: asyncio.Future[None]
    # done when it is handled
    done: asyncio.Future[None] | None = None
    applied: list[AppliedUpdate] = field(default_factory=list)
    # the accepted paths that are not settled yet
    waits_for: dict[str, None] = field(default_factory=dict)
    is_answered: bool = False


class MessageHandler:
    """Applies the server's payloads, one after another.

    Args:
        page: The document; None where there is none (a worker, a process).
        update_python: Applies the Python modules of a batch as one transaction; None where no
            Python module is hot-replaced.
        update_html: Brings a page's new text into the document, where a payload asks for that; None
            where pages always reload.
        acknowledge: Receives the outcome of each batch.
        clock: Milliseconds of a clock that only rises; needed with `acknowledge`.
        describe: Says in words what went wrong with an update, for `acknowledge`.
        patience: Seconds after which a payload that is not handled yet no longer holds up the next;
            it is said which modules are waited for. None: for ever, as in the specification.
    """

    def __init__(
        self,
        client: HMRClient,
        page: Page | None = None,
        *,
        update_python: UpdatePython | None = None,
        update_html: UpdateHtml | None = None,
        acknowledge: Acknowledge | None = None,
        clock: Callable[[], float] = lambda: 0.0,
        describe: Callable[[BaseException], str] = lambda error: str(error) or type(error).__name__,
        patience: float | None = None,
    ) -> None:
        self._describe = describe
        self._client = client
        self._page = page
        self.update_python = update_python
        self.update_html = update_html
        self._acknowledge = acknowledge
        self._clock = clock
        self._patience = patience
        # a little less: what came with it is applied by the time that it is said to be late
        client.patience = None if patience is None else 0.8 * patience
        self._last: _Handling | None = None
        # whose lateness the page shows
        self._complained_of: _Handling | None = None

    def __call__(self, payload: HotPayload) -> asyncio.Future[None]:
        """Handle a payload once those before it are handled.

        Returns:
            A future, done when the payload is handled; it holds what a callback or a listener
            raised. Await it or report it; the next payload is handled all the same.
        """
        # a page that is loaded again has no use for what is not handled yet
        previous = None if isinstance(payload, FullReload) else self._last
        handling = self._last = _Handling(payload, asyncio.get_running_loop().create_future())
        handling.done = start(self._after(previous, handling))
        return handling.done

    async def _after(self, previous: _Handling | None, handling: _Handling) -> None:
        if previous is not None and previous.done is not None and not previous.done.done():
            await asyncio.wait(
                [previous.done, previous.is_late], return_when=asyncio.FIRST_COMPLETED
            )
        if self._patience is None:
            await self._handle(handling)
            return
        patience = self._patience
        finished = self._client.deadlines.watch(patience, lambda: self._is_late(handling, patience))
        try:
            await self._handle(handling)
        finally:
            finished()
            if handling.is_late.done() and self._complained_of is handling:
                self._complained_of = None
                if self._page is not None:
                    self._page.close_error()

    def _is_late(self, handling: _Handling, patience: float) -> None:
        """Let the next payload pass, and say what this one waits for."""
        handling.is_late.set_result(None)
        names = ", ".join(handling.waits_for) or type(handling.payload).__name__
        said = (
            f"{names} has not finished after {patience:g} seconds; what is saved from now on does "
            "not wait for it."
        )
        tip = "Does a top-level await, a disposer or a listener of it never end?"
        self._client.logger.error(f"{said} {tip}")
        if self._page is not None:
            self._complained_of = handling
            self._page.show_error(ErrorPayload(err=ErrorDetails(message=said, extra={"tip": tip})))
        if isinstance(handling.payload, UpdatePayload):
            late = [
                AppliedUpdate(
                    path=name, accepted_path=name, milliseconds=patience * 1000, error=said
                )
                for name in handling.waits_for
            ]
            self._answer(handling, late)

    async def _handle(self, handling: _Handling) -> None:
        notify = self._client.notify_listeners
        payload = handling.payload
        match payload:
            case Connected():
                self._client.logger.debug("connected.")
            case Ping():
                pass
            case UpdatePayload():
                await notify("vite:beforeUpdate", payload)
                # a change of an asset or a configuration fixes no error of a module
                is_code = not all(isinstance(x, AssetUpdate) for x in payload.updates)
                if self._page is not None and is_code and not self._page.begin_update(payload):
                    return
                await self._update(payload, handling)
                await notify("vite:afterUpdate", payload)
            case FullReload():
                await self._reload(payload)
            case Prune():
                await notify("vite:beforePrune", payload)
                await self._client.prune_paths(payload.paths)
            case Custom():
                await notify(payload.event, payload.data)
            case ErrorPayload():
                await notify("vite:error", payload)
                self._complained_of = None
                if self._page is not None:
                    self._page.show_error(payload)
                else:
                    self._client.logger.error(payload.err.message)
            case _:
                assert_never(payload)

    async def _reload(self, payload: FullReload) -> None:
        notify = self._client.notify_listeners
        outcome = payload if self.update_html is None else await self.update_html(payload)
        match outcome:
            case FullReload():
                await notify("vite:beforeFullReload", outcome)
                if self._page is not None:
                    self._page.full_reload(outcome)
            case HtmlUpdatedData():
                await notify(HTML_UPDATED, event_to_wire(outcome))
            case None:
                pass
            case _:
                assert_never(outcome)

    async def _update(self, payload: UpdatePayload, handling: _Handling) -> None:
        began = self._clock()
        handling.waits_for = dict.fromkeys(update.accepted_path for update in payload.updates)

        def settled(update: JsUpdate | CssUpdate, error: BaseException | None) -> None:
            handling.waits_for.pop(update.accepted_path, None)
            handling.applied.append(
                AppliedUpdate(
                    path=update.path,
                    accepted_path=update.accepted_path,
                    milliseconds=self._clock() - began,
                    error=None if error is None else self._describe(error),
                )
            )

        scripts = [update for update in payload.updates if isinstance(update, JsUpdate)]
        waiting: list[Awaitable[None]] = []
        if scripts:
            waiting.append(self._client.apply_updates(scripts, settled))
        for update in payload.updates:
            match update:
                case JsUpdate():
                    pass  # they are a batch
                case CssUpdate() if self._page is not None:
                    waiting.append(start(self._swap(self._page, update, settled)))
                case AssetUpdate() if self._page is not None:
                    waiting.append(start(self._refresh(self._page, update, handling)))
                case CssUpdate() | AssetUpdate() | PyUpdate():
                    pass  # there is no document; Python's are one transaction
                case _:
                    assert_never(update)
        python = [update for update in payload.updates if isinstance(update, PyUpdate)]
        if python and self.update_python is not None:
            waiting.append(start(self._patch(self.update_python, python, handling)))
        try:
            await asyncio.gather(*waiting)
        finally:
            self._answer(handling)

    async def _swap(
        self,
        page: Page,
        update: CssUpdate,
        settled: Callable[[CssUpdate, BaseException | None], None],
    ) -> None:
        try:
            await page.swap_stylesheet(update)
        except Exception as error:  # noqa: BLE001  # whatever the page raises is logged
            self._client.logger.error(error)
            settled(update, error)
        else:
            settled(update, None)

    async def _refresh(self, page: Page, update: AssetUpdate, handling: _Handling) -> None:
        if (done := await page.refresh_file(update)) is not None:
            handling.applied.append(done)

    async def _patch(
        self, apply: UpdatePython, updates: Sequence[PyUpdate], handling: _Handling
    ) -> None:
        handling.applied.extend(await apply(updates))
        for update in updates:
            handling.waits_for.pop(update.accepted_path, None)

    def _answer(self, handling: _Handling, late: Sequence[AppliedUpdate] = ()) -> None:
        """Say what became of a batch, once."""
        payload = handling.payload
        if self._acknowledge is None or handling.is_answered:
            return
        handling.is_answered = True
        if isinstance(payload, UpdatePayload):
            self._acknowledge(payload, [*handling.applied, *late])
