"""Hot contexts of Python modules: accept, dispose, prune, data, invalidate, and the tiers they lead to."""

from __future__ import annotations

import pytest

import hmr_client
from hmr_client import HMRClient, NormalisedTransport
from hmr_client.module_runner import DictSource, ModuleRunner
from hmr_client.testing import MemoryTransport, RecordingLogger, settle

from .application import code, drive, running, tiers

HOT = "import hmr_client\nhot = hmr_client.hot(__name__)\n"


def test_there_is_no_hot_context_in_production():
    assert hmr_client.hot(__name__) is None


@drive
async def test_a_module_that_accepts_itself_runs_again_in_its_own_namespace():
    m = (
        HOT
        + "log = hot.data.setdefault('log', [])\nlog.append('run')\nhot.accept(lambda new: log.append(new))\nX = 1\n"
    )
    async with running(m=m) as app:
        module, log = app["m.py"], app["m.py"].log
        report = await app.edit("m.py", "X = 1", "X = 2")
        assert log == ["run", "run", module]
        assert app["m.py"] is module
        assert tiers(report) == [("m.py", "RERUN")]
        assert "accepted by m.py" in report.steps[0].reason


@drive
async def test_dispose_gets_data_and_the_next_version_has_it():
    m = (
        HOT
        + """
state = hot.data.get("state", 0)
@hot.dispose
def _(data):
    data["state"] = state + 1
hot.accept()
VERSION = 1
"""
    )
    async with running(m=m) as app:
        await app.edit("m.py", "VERSION = 1", "VERSION = 2")
        await app.edit("m.py", "VERSION = 2", "VERSION = 3")
        assert app["m.py"].state == 2


@pytest.mark.parametrize("name", ["app.lib", ".lib", "app/lib.py", "/app/lib.py"])
@drive
async def test_a_dependency_is_accepted_by_any_of_its_names(name):
    view = (
        HOT + f"from . import lib\nlog = []\nhot.accept({name!r}, lambda new: log.append(new.X))\n"
    )
    files = {"app/__init__.py": "", "app/lib.py": "X = 1\n", "app/view.py": view}
    async with running({**files, "main.py": "import app.view\n"}) as app:
        log = app["app/view.py"].log
        report = await app.edit("app/lib.py", "X = 1", "X = 2")
        assert log == [2]
        assert tiers(report)[0] == ("app/lib.py", "RERUN")


@drive
async def test_a_list_of_dependencies_gets_none_for_those_that_did_not_change():
    main = HOT + "import a, b\nlog = []\nhot.accept(['a', 'b'], log.append)\n"
    async with running(a="X = 1\n", b="X = 1\n", main=main) as app:
        await app.edit("b.py", "X = 1", "X = 2")
        assert app["main.py"].log == [[None, app["b.py"]]]


@drive
async def test_an_effect_climbs_to_the_boundary_in_dependency_order():
    files = {
        "log": "lines = []\n",
        "c": "from log import lines\nprint(lines.append('c'))\nX = 1\n",
        "b": "import c\nfrom log import lines\nlines.append('b')\n",
        "a": HOT + "import b\nfrom log import lines\nlines.append('a')\nhot.accept()\n",
        "main": "import a\nfrom log import lines\nlines.append('main')\n",
    }
    async with running(**files) as app:
        lines = app["log.py"].lines
        lines.clear()
        report = await app.edit("c.py", "append('c')", "append('c2')")
        assert lines == ["c2", "b", "a"]
        assert tiers(report) == [("c.py", "RERUN"), ("b.py", "RERUN"), ("a.py", "RERUN")]
        assert "line 2" in report.steps[0].reason


@drive
async def test_identity_is_kept_in_a_rerun():
    m = HOT + "hot.accept()\nclass C:\n    def f(self): return 1\ndef g(): return 1\nx = C()\n"
    async with running(m=m, b="from m import C, g\n") as app:
        old, g = app["m.py"].x, app["m.py"].g
        await app.edit("m.py", "return 1", "return 2")
        assert old.f() == 2 == g()
        assert isinstance(app["m.py"].x, type(old))
        assert app["b.py"].g is g


@drive
async def test_without_a_boundary_everything_starts_again_and_data_stays():
    m = HOT + "runs = hot.data.setdefault('runs', [])\nruns.append(1)\nlog = []\n"
    async with running(m=m, main="import m\nSTARTED = []\n") as app:
        before, main = app["m.py"], app["main.py"]
        report = await app.edit("m.py", "runs.append(1)", "runs.append(2)")
        assert {tier for _, tier in tiers(report)} == {"RESTART"}
        assert app["m.py"] is not before
        assert app["main.py"] is not main
        assert app["m.py"].runs == [1, 2]
        assert app["main.py"].m is app["m.py"]
        assert "main.py" in report.steps[0].reason


@drive
async def test_a_patch_still_tells_who_accepts_when_another_importer_does_not():
    a = HOT + "import m\nlog = []\nhot.accept('m', lambda new: log.append(new.f()))\n"
    async with running(m="def f(): return 1\n", a=a, main="import a, m\n") as app:
        report = await app.edit("m.py", "return 1", "return 2")
        assert app["a.py"].log == [2]
        assert tiers(report) == [("m.py", "PATCH")]


@drive
async def test_invalidate_climbs_to_the_importers():
    m = HOT + "hot.accept(lambda new: hot.invalidate('not me'))\nX = 1\n"
    b = (
        HOT
        + "import m\nhot.accept()\nSEEN = m.X\nruns = hot.data.setdefault('runs', [])\nruns.append(SEEN)\n"
    )
    async with running(m=m, b=b, main="import b\n") as app:
        runs = app["b.py"].runs
        report = await app.edit("m.py", "X = 1", "X = 2")
        assert runs == [1, 2]
        assert ("b.py", "RERUN") in tiers(report)
        assert any("not me" in step.reason for step in report.steps)


@drive
async def test_invalidate_in_a_circle_restarts_instead_of_looping():
    a = HOT + "import b\nhot.accept(lambda new: hot.invalidate())\nX = 1\n"
    b = HOT + "import a\nhot.accept(lambda new: hot.invalidate())\n"
    async with running(a=a, b=b, main="import a\n") as app:
        report = await app.edit("a.py", "X = 1", "X = 2")
        assert tiers(report)[-1][1] == "RESTART"
        assert app["a.py"].X == 2


@drive
async def test_invalidate_without_an_accepting_importer_restarts():
    m = HOT + "hot.accept(lambda new: hot.invalidate())\nX = 1\n"
    async with running(m=m) as app:
        before = app["m.py"]
        report = await app.edit("m.py", "X = 1", "X = 2")
        assert tiers(report)[-1][1] == "RESTART"
        assert app["m.py"] is not before


@pytest.mark.parametrize(
    ("edited", "why"),
    [
        (
            "m",
            "m.py: a statement with effects changed (line 1), and no module between it and main.py accepts it",
        ),
        (
            "main",
            "main.py: a statement with effects changed (line 2), and it does not accept itself",
        ),
        ("alone", "alone.py was invalidated: not me, and nothing imports it"),
    ],
)
@drive
async def test_a_restart_says_why(edited, why):
    alone = HOT + "hot.accept(lambda new: hot.invalidate('not me'))\nprint('old')\n"
    files = {
        "main": {"main": "import m\nprint('old')\n", "m": "print('old')\n"},
        "alone": {"alone": alone},
    }
    entry = "alone" if edited == "alone" else "main"
    async with running(entry=f"{entry}.py", **files[entry]) as app:
        report = await app.edit(f"{edited}.py", "'old'", "'new'")
        assert report.steps[-1].reason == why


@drive
async def test_events_and_sending_use_the_pages_client():
    transport, logger = MemoryTransport(), RecordingLogger()

    async def no_es_modules(_):
        raise AssertionError

    client = HMRClient(logger, NormalisedTransport(transport), no_es_modules)
    await client.transport.connect()
    m = code(
        HOT
        + "log = []\nhot.on('app:event', log.append)\nhot.send('app:hello', {'a': 1})\nhot.accept()\n"
    )
    runner = ModuleRunner(
        DictSource({"m.py": m, "main.py": "import m\n"}), "main.py", client=client
    )
    await runner.start()
    await settle()
    assert [(x.event, x.data) for x in transport.sent] == [("app:hello", {"a": 1})]
    client.notify_listeners("app:event", 1)
    log = runner.module("m.py").log
    await runner.update({"m.py": m.replace("'a': 1", "'a': 2")})
    client.notify_listeners("app:event", 2)
    assert log == [1]
    assert runner.module("m.py").log == [2]
    assert ("debug", "hot updated: m.py") in logger.lines
    await runner.dispose()
    assert not client.hot_modules_map
    assert not client.data_map
    assert not any(client.custom_listeners_map.values())


@drive
async def test_one_module_has_one_context_until_it_runs_again():
    m = HOT + "again = hmr_client.hot(__name__)\nhot.accept()\nX = 1\n"
    async with running(m=m) as app:
        first = app["m.py"].hot
        assert app["m.py"].again is first
        await app.edit("m.py", "X = 1", "X = 2")
        assert app["m.py"].hot is not first


@drive
async def test_an_async_accept_callback_runs_and_does_not_hold_the_update_up():
    main = (
        HOT
        + """
import asyncio
import m
log = []
async def changed(new):
    await asyncio.sleep(1)
    log.append(new.X)
hot.accept("m", changed)
"""
    )
    async with running(m="X = 1\n", main=main) as app:
        import asyncio

        await app.edit("m.py", "X = 1", "X = 2")
        assert app["main.py"].log == []
        await asyncio.sleep(2)
        assert app["main.py"].log == [2]
