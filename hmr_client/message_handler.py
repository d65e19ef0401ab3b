"""One payload in, the right client calls out, one payload after another.

Equal to the message handler of Vite's client (`client/client.ts`) and to its queue
(`shared/hmrHandler.ts`). What a document is needed for stands behind `Page`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, assert_never

from .client import HMRClient
from .custom_events import AppliedUpdate
from .eager import start
from .payloads import (
    Connected,
    CssUpdate,
    Custom,
    ErrorPayload,
    FullReload,
    HotPayload,
    JsUpdate,
    Ping,
    Prune,
    PyUpdate,
    UpdatePayload,
)


class Page(Protocol):
    """What the handler needs of a document."""

    def begin_update(self, payload: UpdatePayload) -> bool:
        """Close the error overlay before a batch; say whether the batch is still wanted.

        Args:
            payload: The batch.

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

    def full_reload(self, payload: FullReload) -> None:
        """Reload the page, if it is the one concerned.

        Args:
            payload: Which page, and why.
        """

    def show_error(self, payload: ErrorPayload) -> None:
        """Show an error of the server's.

        Args:
            payload: What went wrong.
        """


UpdatePython = Callable[[Sequence[PyUpdate]], Awaitable[Sequence[AppliedUpdate]]]
Acknowledge = Callable[[UpdatePayload, Sequence[AppliedUpdate]], None]


class MessageHandler:
    """Applies the server's payloads, one after another.

    Args:
        page: The document; None where there is none (a worker, a process).
        update_python: Applies the Python modules of a batch as one transaction; None where no
            Python module is hot-replaced.
        acknowledge: Told what became of each batch.
        clock: Milliseconds of a clock that only rises; needed with `acknowledge`.
        describe: Says in words what went wrong with an update, for `acknowledge`.
    """

    def __init__(
        self,
        client: HMRClient,
        page: Page | None = None,
        *,
        update_python: UpdatePython | None = None,
        acknowledge: Acknowledge | None = None,
        clock: Callable[[], float] = lambda: 0.0,
        describe: Callable[[BaseException], str] = lambda error: str(error) or type(error).__name__,
    ) -> None:
        self._describe = describe
        self._client = client
        self._page = page
        self.update_python = update_python
        self._acknowledge = acknowledge
        self._clock = clock
        self._last: asyncio.Future[None] | None = None

    def __call__(self, payload: HotPayload) -> asyncio.Future[None]:
        """Handle a payload once those before it are handled.

        Returns:
            A future, done when the payload is handled; it holds what a callback or a listener
            raised. Await it or report it; the next payload is handled all the same.
        """
        self._last = start(self._after(self._last, payload))
        return self._last

    async def _after(self, previous: asyncio.Future[None] | None, payload: HotPayload) -> None:
        if previous is not None and not previous.done():
            await asyncio.wait([previous])
        await self._handle(payload)

    async def _handle(self, payload: HotPayload) -> None:
        notify = self._client.notify_listeners
        match payload:
            case Connected():
                self._client.logger.debug("connected.")
            case Ping():
                pass
            case UpdatePayload():
                await notify("vite:beforeUpdate", payload)
                if self._page is not None and not self._page.begin_update(payload):
                    return
                await self._update(payload)
                await notify("vite:afterUpdate", payload)
            case FullReload():
                await notify("vite:beforeFullReload", payload)
                if self._page is not None:
                    self._page.full_reload(payload)
            case Prune():
                await notify("vite:beforePrune", payload)
                await self._client.prune_paths(payload.paths)
            case Custom():
                await notify(payload.event, payload.data)
            case ErrorPayload():
                await notify("vite:error", payload)
                if self._page is not None:
                    self._page.show_error(payload)
            case _:
                assert_never(payload)

    async def _update(self, payload: UpdatePayload) -> None:
        began = self._clock()
        applied: list[AppliedUpdate] = []

        def settled(update: JsUpdate | CssUpdate, error: BaseException | None) -> None:
            applied.append(
                AppliedUpdate(
                    path=update.path,
                    accepted_path=update.accepted_path,
                    milliseconds=self._clock() - began,
                    error=None if error is None else self._describe(error),
                )
            )

        async def swap(page: Page, update: CssUpdate) -> None:
            await page.swap_stylesheet(update)
            settled(update, None)

        async def update_python(apply: UpdatePython, updates: Sequence[PyUpdate]) -> None:
            applied.extend(await apply(updates))

        self._client.on_settled = settled
        waiting: list[Awaitable[None]] = []
        python: list[PyUpdate] = []
        for update in payload.updates:
            match update:
                case JsUpdate():
                    waiting.append(self._client.queue_update(update))
                case CssUpdate():
                    if self._page is not None:
                        waiting.append(start(swap(self._page, update)))
                case PyUpdate():
                    python.append(update)
                case _:
                    assert_never(update)
        if python and self.update_python is not None:
            waiting.append(start(update_python(self.update_python, python)))
        try:
            await asyncio.gather(*waiting)
        finally:
            self._client.on_settled = None
            if self._acknowledge is not None:
                self._acknowledge(payload, applied)
