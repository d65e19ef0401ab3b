"""Entries whose top level waits for something, perhaps for ever: a game's loop, a socket's."""

from __future__ import annotations

import asyncio

import pytest

from hmr_client.module_runner import DictSource, ModuleRunner

from ..application import code, drive

MAIN = """
    import asyncio
    from clock import ticks, word
    ticks.append("start")
    while True:
        await asyncio.sleep(1)
        ticks.append(word())
    """
CLOCK = """
    ticks = []
    def word():
        return "one"
    """


async def start(main: str = MAIN) -> tuple[ModuleRunner, asyncio.Future[None]]:
    source = DictSource({"main.py": code(main), "clock.py": code(CLOCK)})
    runner = ModuleRunner(source, entry="main.py")
    running = asyncio.ensure_future(runner.start())
    await asyncio.sleep(1.5)
    return runner, running


@drive
async def test_a_loop_at_the_top_level_runs_new_code():
    runner, running = await start()
    report = await runner.update({"clock.py": code(CLOCK).replace("one", "two")})
    assert report.error is None
    await asyncio.sleep(1)
    assert runner.module("clock.py").ticks == ["start", "one", "two"]
    await runner.dispose()
    await running


@drive
async def test_a_restart_ends_the_old_loop_and_does_not_wait_for_the_new_one():
    runner, running = await start()
    report = await runner.update({"main.py": code(MAIN).replace('"start"', '"again"')})
    assert report.error is None
    assert [step.tier.name for step in report.steps] == ["RESTART"]
    await running  # the caller of `start` learns that the run is over
    ticks = runner.module("clock.py").ticks
    ticks.clear()
    await asyncio.sleep(3.5)
    assert ticks == ["one"] * 3  # one loop, not two
    await runner.dispose()
    ticks.clear()
    await asyncio.sleep(3.5)
    assert ticks == []


@drive
async def test_a_restart_that_fails_leaves_the_old_loop_running():
    runner, running = await start()
    clock = runner.module("clock.py")
    broken = code(MAIN).replace('ticks.append("start")', 'raise ValueError("mine")')
    report = await runner.update({"main.py": broken})
    assert isinstance(report.error, ValueError)
    clock.ticks.clear()
    await asyncio.sleep(3.5)
    assert clock.ticks == ["one"] * 3
    assert not running.done()
    await runner.dispose()


@drive
async def test_what_an_entry_raises_after_it_has_waited_reaches_its_caller():
    runner, running = await start(
        """
        import asyncio
        await asyncio.sleep(5)
        raise ValueError("late")
        """
    )
    with pytest.raises(ValueError, match="late"):
        await running
    await runner.dispose()


VALUED = """
    import asyncio
    import log
    async def main():
        log.lines.append("began")
        await asyncio.sleep(1)
        log.lines.append("ended")
    """


async def lines_of(last: str, *, awaits_value: bool = True, waiting: float = 2.5) -> list[str]:
    """What a script has logged whose last lines are `last`, and what an update of them leads to."""
    source = DictSource({"log.py": "lines = []", "main.py": ""})
    runner = ModuleRunner(source)
    await runner.start()
    text = f"{code(VALUED)}\n{last}"
    await runner.run_entry("main.py", text, awaits_value=awaits_value)
    await asyncio.sleep(waiting)
    lines = list(runner.module("log.py").lines)
    await runner.dispose()
    return lines


@pytest.mark.parametrize(
    ("last", "awaits_value", "expected"),
    [
        ("main()", True, ["began", "ended"]),
        ("(\n    main()  # ;\n)  # the end;", True, ["began", "ended"]),
        ("asyncio.ensure_future(main())", True, ["began", "ended"]),
        ("await main()", True, ["began", "ended"]),
        ("await asyncio.sleep(0)\nmain()", True, ["began", "ended"]),
        ("print", True, []),
        ("x = 1", True, []),
        ("'''main()'''", True, []),
        # Pyodide gives no value then, and PyScript awaits none of a script that is not async
        ("await main();", True, ["began", "ended"]),
        ("asyncio.sleep(0);", True, []),
        ("asyncio.sleep(0)", False, []),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine")
@drive
async def test_what_the_last_expression_gives_is_awaited(
    last: str, awaits_value: bool, expected: list[str]
):
    assert await lines_of(last, awaits_value=awaits_value) == expected


@pytest.mark.filterwarnings("ignore:coroutine")
@drive
async def test_a_last_expression_that_is_another_now_runs_as_it_does_at_a_fresh_start():
    text = f"{code(VALUED)}\nmain()"
    runner = ModuleRunner(DictSource({"log.py": "lines = []", "main.py": ""}))
    await runner.start()
    await runner.run_entry("main.py", text, awaits_value=True)
    assert not hasattr(runner.module("main.py"), "__hmr_value__")

    for new, tier, lines in (
        (f"{text}\nx = 1", "RESTART", []),  # it is not the last one any more
        (f"{text}\n", "RESTART", ["began", "ended"]),
        (f"y = 1\n{text}", "PATCH", ["began", "ended"]),
        (f"y = 1\n{text.replace('ended', 'stopped')}", "PATCH", ["began", "ended"]),
        (f"y = 1\n{text.replace('ended', 'stopped')};", "RESTART", []),
    ):
        report = await runner.update({"main.py": new})
        await asyncio.sleep(2)
        assert report.error is None
        assert report.steps[0].tier.name == tier, new
        assert runner.module("log.py").lines == lines, new
    await runner.dispose()
