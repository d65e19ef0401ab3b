"""Drives the client through a recorded scenario and writes the trace; see traces/README.md."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import Any

from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.eager import start
from hmr_client.exceptions import ThrownValue
from hmr_client.message_handler import MessageHandler
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.json_text import dump_json
from hmr_client.wire.payloads import Custom, UpdatePayload
from hmr_client.wire.serialisation import event_to_wire, parse_payload, payload_to_wire

from .virtual_loop import VirtualLoop

UNDEFINED = {"$undefined": True}


@dataclass(frozen=True)
class Module:
    """What an import gives."""

    name: str


class Scenario:
    """One scenario, run on the real client with a clock of its own."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.loop = VirtualLoop()
        self.events: list[dict[str, Any]] = []
        self.promises: dict[str, dict[str, Any]] = {}
        self.contexts: dict[str, HMRContext] = {}
        self.awaited = itertools.count()
        self.callbacks = {name: self._callback(name, s) for name, s in scenario["cbs"].items()}
        self.imported: dict[str, int] = {}
        self.sent = 0
        transport = NormalisedTransport(self)
        self.client = HMRClient(self, transport, self._import)
        self.handler = MessageHandler(self.client)
        self.loop.run(transport.connect())

    def run(self) -> dict[str, Any]:
        for index, step in enumerate(self.scenario["ops"]):
            match step["op"]:
                case "drain":
                    self.loop.drain()
                case "advance":
                    self.loop.advance(step["ticks"])
                case "settle":
                    self.loop.settle()
                case _:
                    with self.loop.running():
                        try:
                            self._step(step)
                        except Exception as error:  # noqa: BLE001  # it is written down
                            self._event("op_throw", op=index, error=value(error))
        self.loop.settle()
        return {
            "events": self.events,
            "promises": list(self.promises.values()),
            "unhandled": [{"t": t, "error": value(e)} for t, e in self.loop.unhandled],
            "state": self._state(),
        }

    # --- the client's logger and transport ---

    def error(self, message: object) -> None:
        self._log("error", message)

    def debug(self, message: object) -> None:
        self._log("debug", message)

    def _log(self, level: str, message: object) -> None:
        shown = message.value if isinstance(message, ThrownValue) else message
        self._event("log", level=level, msg=[value(shown)])

    async def connect(self, on_message, on_disconnection) -> None:
        pass

    async def disconnect(self) -> None:
        pass

    async def send(self, payload) -> None:
        self._event("send", payload=value(payload))
        outcome = nth(self.scenario.get("transport", [{}]), self.sent)
        self.sent += 1
        if ticks := outcome.get("ticks"):
            await self.loop.tick(ticks)
        if "reject" in outcome:
            raise rejection(outcome["reject"])

    async def _import(self, update) -> Module:
        self._event("import", update=value(update))
        path = update.accepted_path
        count = self.imported.get(path, 0)
        self.imported[path] = count + 1
        outcome = nth(self.scenario.get("imports", {}).get(path, [{}]), count)
        if ticks := outcome.get("ticks"):
            await self.loop.tick(ticks)
        if "reject" in outcome:
            raise rejection(outcome["reject"])
        result = self._steps(outcome.get("exec", []))
        if result is not None:
            await result
        return Module(outcome.get("module", f"{path}@default"))

    # --- steps ---

    def _callback(self, name: str, steps: list[dict[str, Any]]):
        def callback(argument):
            self._event("call", cb=name, args=[value(argument)])
            return self._steps(steps)

        callback.__name__ = name
        return callback

    def _steps(self, steps: list[dict[str, Any]]):
        """Run up to the first `wait` now; return what runs the rest, or the value."""
        for index, step in enumerate(steps):
            match step["op"]:
                case "wait":
                    return start(self._later(step["ticks"], steps[index + 1 :]))
                case "throw":
                    raise rejection(step)
                case "return":
                    return step["value"]
                case _:
                    self._step(step)
        return None

    async def _later(self, ticks: float, steps: list[dict[str, Any]]):
        await self.loop.tick(ticks)
        result = self._steps(steps)
        return await result if hasattr(result, "__await__") else result

    def _step(self, step: dict[str, Any]) -> None:
        def callback():
            return self.callbacks.get(step.get("cb", ""))

        context = self.contexts.get(step.get("ctx", ""))
        match step["op"]:
            case "create_context":
                self.contexts[step["id"]] = HMRContext(self.client, step["path"])
            case "accept_self":
                context.accept(callback())
            case "accept_dep":
                context.accept(step["dep"], callback())
            case "accept_deps":
                context.accept(step["deps"], callback())
            case "accept_raw":
                argument = step.get("arg")
                if argument == UNDEFINED:
                    argument = None
                elif argument in (
                    "",
                    0,
                    False,
                ):  # what is falsy in JavaScript stands for a callback
                    argument = partial(lambda falsy, module: falsy(module), argument)
                context.accept(argument)
            case "accept_exports":
                context.accept_exports(step["names"], callback())
            case "dispose":
                context.dispose(callback())
            case "prune":
                context.prune(callback())
            case "decline":
                context.decline()
            case "on":
                context.on(step["event"], callback())
            case "off":
                context.off(step["event"], callback())
            case "send":
                context.send(step["event"], step.get("data"))
            case "invalidate":
                context.invalidate(step.get("message"))
            case "get_data":
                self._event("data", ctx=step["ctx"], value=value(context.data))
            case "set_data":
                context.data[step["key"]] = step["value"]
            case "queue_update":
                payload = parse_payload(dump_json({"type": "update", "updates": step["updates"]}))
                assert isinstance(payload, UpdatePayload)
                number = next(self.awaited)
                for index, update in enumerate(payload.updates):
                    self._watch(f"queue#{number}.{index}", self.client.queue_update(update))
            case "prune_paths":
                number = next(self.awaited)
                self._watch(f"prune#{number}", self.client.prune_paths(step["paths"]))
            case "notify":
                number = next(self.awaited)
                future = self.client.notify_listeners(step["event"], step.get("data"))
                self._watch(f"notify#{number}", future)
            case "message":
                number = next(self.awaited)
                payload = parse_payload(dump_json(step["payload"]))
                self._watch(f"message#{number}", self.handler(payload))
            case "client_send":
                self.client.send(parse_payload(dump_json(step["payload"])))
            case "clear":
                self.client.clear()
            case unknown:
                raise AssertionError(f"a step this driver does not know: {unknown}")

    # --- what is written down ---

    def _event(self, ev: str, **fields: Any) -> None:
        self.events.append({"t": self.loop.now, "ev": ev, **fields})

    def _watch(self, id_: str, future) -> None:
        promise = self.promises[id_] = {"id": id_, "status": "pending", "t": None}

        def settled(done) -> None:
            error = done.exception()
            promise["t"] = self.loop.now
            promise["status"] = "fulfilled" if error is None else "rejected"
            if error is not None:
                promise["error"] = value(error)

        future.add_done_callback(settled)

    def _state(self) -> dict[str, Any]:
        def names(listeners):
            return {event: [f.__name__ for f in fs] for event, fs in listeners.items() if fs}

        client = self.client
        return {
            "hotModules": {
                path: [list(c.deps) for c in module.callbacks]
                for path, module in client.hot_modules_map.items()
            },
            "dispose": {path: f.__name__ for path, f in client.dispose_map.items()},
            "prune": {path: f.__name__ for path, f in client.prune_map.items()},
            "data": {path: value(data) for path, data in client.data_map.items()},
            "listeners": names(client.custom_listeners_map),
            "ctxListeners": {
                path: names(listeners) for path, listeners in client.ctx_to_listeners_map.items()
            },
            "currentFirstInvalidatedBy": client.current_first_invalidated_by,
        }


def nth(outcomes: list[Any], index: int) -> dict[str, Any]:
    return outcomes[min(index, len(outcomes) - 1)] if outcomes else {}


def rejection(given: Any) -> Exception:
    if isinstance(given, str):
        return RuntimeError(given)
    match given.get("kind"):
        case "string":
            return ThrownValue(given["message"])
        case "object":
            return ThrownValue({"message": given["message"]})
        case _:
            return RuntimeError(given["message"])


def value(thing: Any) -> Any:
    """A value as the traces write it."""
    match thing:
        case None:
            return UNDEFINED
        case Module():
            return {"$mod": thing.name}
        case ThrownValue():
            return {"$thrown": thing.value}
        case BaseException():
            return {"$error": "<TypeError>" if type(thing) is TypeError else str(thing)}
        case InvalidateData():
            return event_to_wire(thing)
        case list() | tuple():
            return [value(item) for item in thing]
        case dict():
            return {name: value(item) for name, item in thing.items()}
        case bool() | int() | float() | str():
            return thing
        case Custom() | _:
            return value(payload_to_wire(thing))


def normal(thing: Any) -> Any:
    """Undefined, null and a missing key are one; so are a missing flag and a false one."""
    match thing:
        case dict() if thing == UNDEFINED:
            return None
        case dict():
            normalised = {name: normal(item) for name, item in thing.items()}
            return {
                n: item for n, item in normalised.items() if item is not None and item is not False
            }
        case list():
            return [normal(item) for item in thing]
        case _:
            return thing
