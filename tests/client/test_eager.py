"""A coroutine that is started has begun when the call returns."""

from __future__ import annotations

import asyncio
import sys

import pytest

from hmr_client.eager import EagerFuture, report_unhandled, start

from .virtual_loop import VirtualLoop


@pytest.fixture
def loop() -> VirtualLoop:
    return VirtualLoop()


def test_what_stands_before_the_first_wait_has_happened(loop):
    happened = []

    async def work():
        happened.append("before")
        await loop.tick(1)
        happened.append("after")
        return 5

    async def scenario():
        future = start(work())
        assert happened == ["before"]
        assert not future.done()
        assert await future == 5

    loop.run(scenario())
    assert happened == ["before", "after"]


def test_what_waits_for_nothing_is_done_at_once(loop):
    async def work():
        return 5

    async def scenario():
        future = start(work())
        assert future.done()
        return future.result()

    assert loop.run(scenario()) == 5


@pytest.mark.parametrize("ticks", [0, 1])
def test_an_exception_is_in_the_future(loop, ticks):
    async def work():
        if ticks:
            await loop.tick(ticks)
        raise KeyError("x")

    async def scenario():
        future = start(work())
        with pytest.raises(KeyError):
            await future

    loop.run(scenario())


def test_an_exception_from_what_is_awaited_reaches_the_coroutine(loop):
    async def fails():
        await loop.tick(1)
        raise KeyError("x")

    async def work():
        try:
            await asyncio.ensure_future(fails())
        except KeyError:
            return "caught"

    async def scenario():
        return await start(work())

    assert loop.run(scenario()) == "caught"


def test_cancelling_reaches_the_coroutine(loop):
    async def work():
        try:
            await loop.tick(100)
        except asyncio.CancelledError:
            happened.append("cancelled")
            raise

    happened: list[str] = []

    async def scenario():
        future = start(work())
        await asyncio.sleep(0)
        future.cancel()
        with pytest.raises(asyncio.CancelledError):
            await future

    loop.run(scenario())
    assert happened == ["cancelled"]


def test_the_task_that_starts_another_is_the_current_one_again(loop):
    async def work():
        await asyncio.sleep(0)

    async def scenario():
        me = asyncio.current_task()
        future = start(work())
        assert asyncio.current_task() is me
        await future

    loop.run(scenario())


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio has `eager_start` there")
def test_asyncio_has_the_private_functions_that_start_a_task_by_hand(loop):
    async def nothing():
        pass

    async def scenario():
        running = asyncio.get_running_loop()
        me = asyncio.current_task()
        other = running.create_task(nothing())
        with pytest.raises(RuntimeError):  # one at a time: this is why the caller's is left first
            asyncio.tasks._enter_task(running, other)

        asyncio.tasks._leave_task(running, me)
        assert asyncio.current_task() is None
        asyncio.tasks._enter_task(running, other)
        assert asyncio.current_task() is other
        asyncio.tasks._leave_task(running, other)
        asyncio.tasks._enter_task(running, me)

        assert asyncio.current_task() is me
        await other

    loop.run(scenario())


def test_a_failure_that_nobody_awaits_is_reported(loop):
    async def work():
        raise KeyError("x")

    async def scenario():
        report_unhandled(start(work()), "the work")

    loop.run(scenario())
    assert [type(error) for _, error in loop.unhandled] == [KeyError]


def test_a_deadline_can_be_set_before_the_first_wait(loop):
    async def work():
        async with asyncio.timeout(2):
            await loop.tick(100)

    async def scenario():
        with pytest.raises(TimeoutError):
            await start(work())

    loop.run(scenario())
    assert loop.now >= 2


def test_an_eager_future_goes_on_in_the_call_that_sets_it() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        said: list[object] = []

        async def wait(future: EagerFuture[int]) -> None:
            said.append("waits")
            try:
                said.append(await future)
            except (ValueError, asyncio.CancelledError) as error:
                said.append(repr(error))
            await asyncio.sleep(0)
            said.append("ends")

        for settle, outcome in (
            (lambda future: future.set_result(1), 1),
            (lambda future: future.set_exception(ValueError("no")), "ValueError('no')"),
            (lambda future: future.cancel("why"), "CancelledError('why')"),
        ):
            future: EagerFuture[int] = EagerFuture()
            task = start(wait(future))
            # as JavaScript calls: outside of all tasks
            loop.call_soon(
                lambda settle=settle, future=future: [settle(future), said.append("set")]
            )
            await task
            assert said == ["waits", outcome, "set", "ends"]
            assert future.done()
            future.set_result(2)  # it is done
            said.clear()

    asyncio.run(run())


def test_an_eager_future_that_a_task_sets_goes_on_later() -> None:
    async def run() -> None:
        future: EagerFuture[int] = EagerFuture()

        async def wait() -> int:
            return await future

        tasks = [start(wait()), asyncio.ensure_future(wait())]
        await asyncio.sleep(0)
        future.set_result(3)
        assert [await task for task in tasks] == [3, 3]
        assert await future == 3

    asyncio.run(run())


def test_a_task_that_waits_for_an_eager_future_can_be_cancelled() -> None:
    async def run() -> None:
        future: EagerFuture[int] = EagerFuture()

        async def wait() -> int:
            return await future

        task = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(asyncio.CancelledError):
            future.result()

    asyncio.run(run())


@pytest.mark.skipif(sys.platform == "emscripten", reason="a page's loop runs as long as the page")
def test_a_task_that_a_closing_loop_cancels_goes_on_in_that_loop():
    """`asyncio.run` cancels what is left while its loop stands still."""
    found: list[object] = []

    async def wait() -> None:
        try:
            await EagerFuture()
        finally:
            found.append(asyncio.get_running_loop())

    async def main() -> None:
        tasks.append(asyncio.create_task(wait()))
        await asyncio.sleep(0)

    tasks: list[asyncio.Task[None]] = []
    asyncio.run(main())
    assert len(found) == 1
