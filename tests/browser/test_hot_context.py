"""Calls on `import.meta.hot`, as the bootstrap hands them over, on the real core."""

import asyncio
import json

import pytest

from hmr_browser.hot_context import HotContexts, HotData, JsCallback
from hmr_browser.transport.native import ConnectionEvent
from hmr_client.client import HMRClient
from hmr_client.exceptions import ThrownValue
from hmr_client.testing import MemoryTransport, RecordingLogger, settle
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.payloads import Custom, JsUpdate, UpdatePayload
from tests.browser.fake_javascript import JsException, Map


class Function:
    """A function of JavaScript's: no hash, equal to itself only, remembers its calls."""

    __hash__ = None

    def __init__(self, result=None, error=None):
        self.calls = []
        self._result = result
        self._error = error

    def __call__(self, *args):
        self.calls.append(*args)
        if self._error is not None:
            raise self._error
        return self._result


class World:
    """A page with one client; `modules` is what an import gives."""

    def __init__(self):
        self.logger = RecordingLogger()
        self.wire = MemoryTransport()
        self.modules = {}
        transport = NormalisedTransport(self.wire)
        self.client = HMRClient(self.logger, transport, self._import)
        self.data = Map()
        self.client.data_map = HotData(self.data)
        self.contexts = HotContexts(self.client, lambda function, *args: function(*args))

    async def _import(self, update):
        return self.modules[update.accepted_path]

    def create(self, owner):
        if not self.data.has(owner):  # as bootstrap.js does
            self.data.set(owner, object())  # opaque to Python
        self.contexts.dispatch("create", owner)

    def __call__(self, method, owner, *args):
        self.contexts.dispatch(method, owner, *args)

    async def update(self, path, accepted=None):
        update = JsUpdate(path=path, accepted_path=accepted or path, timestamp=1)
        await self.client.queue_update(update)


def in_world(scenario):
    async def run():
        world = World()
        await world.client.transport.connect()
        await scenario(world)

    asyncio.run(run())


def test_self_accept_gets_the_new_module():
    async def scenario(world):
        callback = Function()
        world.create("/a.js")
        world("accept", "/a.js", None, callback)
        world.modules["/a.js"] = module = object()
        await world.update("/a.js")
        assert callback.calls == [module]

    in_world(scenario)


def test_self_accept_without_a_callback():
    async def scenario(world):
        world.create("/a.js")
        world("accept", "/a.js", None, None)
        world.modules["/a.js"] = object()
        await world.update("/a.js")
        assert world.logger.lines == [("debug", "hot updated: /a.js")]

    in_world(scenario)


def test_one_dependency_gets_a_module_and_a_list_gets_a_list():
    async def scenario(world):
        one, several = Function(), Function()
        world.create("/a.js")
        world("accept", "/a.js", json.dumps("/b.js"), one)
        world("accept", "/a.js", json.dumps(["/c.js", "/b.js"]), several)
        world.modules["/b.js"] = module = object()
        await world.update("/a.js", "/b.js")
        assert one.calls == [module]
        assert several.calls == [[None, module]]

    in_world(scenario)


def test_accept_exports_accepts_the_module_itself():
    async def scenario(world):
        callback = Function()
        world.create("/a.js")
        world("accept_exports", "/a.js", json.dumps(["a"]), callback)
        world.modules["/a.js"] = module = object()
        await world.update("/a.js")
        assert callback.calls == [module]

    in_world(scenario)


def test_dispose_and_prune_get_the_data_that_javascript_fills():
    async def scenario(world):
        disposer, pruner = Function(), Function()
        world.create("/a.js")
        world("dispose", "/a.js", disposer)
        world("prune", "/a.js", pruner)
        data = world.data.get("/a.js")
        await world.client.prune_paths(["/a.js"])
        assert disposer.calls == [data]
        assert disposer.calls[0] is data
        assert pruner.calls == [data]
        assert not world.data.has("/a.js")

    in_world(scenario)


def test_off_finds_the_function_that_on_was_given():
    async def scenario(world):
        kept, removed = Function(), Function()
        world.create("/a.js")
        for function in (kept, removed, removed):
            world("on", "/a.js", "app:x", function)
        world("off", "/a.js", "app:x", removed)
        await world.client.notify_listeners("app:x", 5)
        assert (kept.calls, removed.calls) == ([5], [])

    in_world(scenario)


def test_listeners_of_a_replaced_module_are_let_go():
    """2,000 versions leave one listener."""

    async def scenario(world):
        for _ in range(2000):
            world.create("/a.js")
            world("on", "/a.js", "app:x", Function())
            world("accept", "/a.js", None, Function())
            world("dispose", "/a.js", Function())
        assert len(world.client.custom_listeners_map["app:x"]) == 1
        assert len(world.client.hot_modules_map["/a.js"].callbacks) == 1

    in_world(scenario)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, None),
        ("text", "text"),
        (5, 5),
        ({"a": [1, None, {"b": True}]}, {"a": [1, None, {"b": True}]}),
        (
            UpdatePayload(updates=(JsUpdate(path="/a", accepted_path="/a", timestamp=1),)),
            {
                "type": "update",
                "updates": [
                    {
                        "type": "js-update",
                        "path": "/a",
                        "acceptedPath": "/a",
                        "timestamp": 1,
                        "explicitImportRequired": False,
                        "isWithinCircularImport": False,
                    }
                ],
            },
        ),
        (ConnectionEvent("socket"), {"webSocket": "socket"}),
    ],
)
def test_listeners_get_javascript_values(data, expected):
    async def scenario(world):
        listener = Function()
        world.create("/a.js")
        world("on", "/a.js", "app:x", listener)
        await world.client.notify_listeners("app:x", data)
        assert listener.calls == [expected]

    in_world(scenario)


def test_all_listeners_of_an_event_get_the_same_object():
    async def scenario(world):
        first, second = Function(), Function()
        world.create("/a.js")
        world("on", "/a.js", "app:x", first)
        world("on", "/a.js", "app:x", second)
        await world.client.notify_listeners("app:x", {"a": 1})
        assert first.calls[0] is second.calls[0]

    in_world(scenario)


def test_send_and_invalidate_reach_the_server():
    async def scenario(world):
        world.create("/a.js")
        world("send", "/a.js", "app:x", '{"a":[1,null]}')
        world("send", "/a.js", "app:y", None)
        world("invalidate", "/a.js", "why")
        await settle()
        assert world.wire.sent == [
            Custom(event="app:x", data={"a": [1, None]}),
            Custom(event="app:y"),
            Custom(
                event="vite:invalidate",
                data={"path": "/a.js", "message": "why", "firstInvalidatedBy": "/a.js"},
            ),
        ]
        assert world.logger.lines == [("debug", "invalidate /a.js: why")]

    in_world(scenario)


def test_an_unknown_method_is_an_error():
    async def scenario(world):
        world.create("/a.js")
        with pytest.raises(ValueError, match="'aceppt'"):
            world("aceppt", "/a.js")

    in_world(scenario)


def test_what_a_callback_throws_arrives_as_it_was_thrown():
    """An `Error` stays one; anything else is what the core calls a thrown value."""
    error = JsException("boom")
    thrown = JsException("text", name="ThrownValue", value="text")
    call = JsCallback(Function(error=error), lambda f, *a: f(*a), lambda value: value)
    with pytest.raises(JsException) as raised:
        call()
    assert raised.value is error
    call = JsCallback(Function(error=thrown), lambda f, *a: f(*a), lambda value: value)
    with pytest.raises(ThrownValue) as raised_value:
        call()
    assert raised_value.value.value == "text"


def test_data_of_python_modules_stays_in_python():
    shared = Map(**{"/a.js": {"js": 1}})
    data = HotData(shared)
    assert data["/a.js"] == {"js": 1}
    assert data.setdefault("/b.py", {"py": 1}) == {"py": 1}
    assert not shared.has("/b.py")
    assert sorted(data) == ["/a.js", "/b.py"]
    data["/a.js"] = {"js": 2}
    assert shared.get("/a.js") == {"js": 2}
    assert data.pop("/a.js") == {"js": 2}
    assert data.get("/a.js") is None
    assert data.pop("/a.js", None) is None
    data.clear()
    assert len(data) == 0
