"""Payloads that need a document, Python modules in a batch, and the acknowledgement."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.eager import EagerFuture, start
from hmr_client.exceptions import PayloadError
from hmr_client.message_handler import MessageHandler
from hmr_client.testing import MemoryTransport, RecordingLogger
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.custom_events import (
    AppliedData,
    AppliedUpdate,
    HtmlUpdatedData,
    InvalidateData,
    ResumeData,
)
from hmr_client.wire.payloads import (
    Connected,
    CssUpdate,
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    JsUpdate,
    PyUpdate,
    UpdatePayload,
)
from hmr_client.wire.serialisation import event_to_wire, read_event

from .virtual_loop import VirtualLoop


class Document:
    """A page that writes down what it is asked."""

    def __init__(self, *, wants_updates: bool = True) -> None:
        self.asked: list[object] = []
        self.wants_updates = wants_updates

    def begin_update(self, payload: UpdatePayload) -> bool:
        self.asked.append("begin")
        return self.wants_updates

    async def swap_stylesheet(self, update: CssUpdate) -> None:
        self.asked.append(update.path)

    def full_reload(self, payload: FullReload) -> None:
        self.asked.append(payload)

    def close_error(self) -> None:
        self.asked.append("close error")

    def show_error(self, payload: ErrorPayload) -> None:
        self.asked.append(payload)


class Fixture:
    def __init__(self, document: Document | None = None, patience: float | None = None) -> None:
        self.loop = VirtualLoop()
        self.finish = self.loop.create_future()
        self.logger = RecordingLogger()
        self.heard: list[str] = []
        self.acknowledged: list[tuple[AppliedUpdate, ...]] = []
        self.python: list[PyUpdate] = []
        self.client = HMRClient(
            self.logger, NormalisedTransport(MemoryTransport()), lambda update: self.load(update)
        )
        self.handler = MessageHandler(
            self.client,
            document,
            update_python=self.update_python,
            acknowledge=lambda payload, applied: self.acknowledged.append(tuple(applied)),
            clock=lambda: self.loop.now,
            patience=patience,
        )
        for event in ("beforeUpdate", "afterUpdate", "beforeFullReload", "beforePrune", "error"):
            context = HMRContext(self.client, f"/{event}")
            context.on(f"vite:{event}", lambda _, event=event: self.heard.append(event))

    async def load(self, update: JsUpdate) -> str:
        await self.loop.tick(2)
        if "endless" in update.path and update.timestamp == 1:
            await self.finish
        if "broken" in update.path:
            raise SyntaxError("Unexpected token")
        return update.path

    async def update_python(self, updates) -> list[AppliedUpdate]:
        self.python.extend(updates)
        return [
            AppliedUpdate(path=u.path, accepted_path=u.path, milliseconds=1, tier="PATCH")
            for u in updates
        ]

    def handle(self, payload) -> None:
        async def handled():
            await self.handler(payload)

        self.loop.run(handled())
        self.loop.settle()


def js(path: str) -> JsUpdate:
    return JsUpdate(path=path, accepted_path=path, timestamp=1)


CSS = CssUpdate(path="/a.css", accepted_path="/a.css", timestamp=1)
PY = PyUpdate(path="/m.py", accepted_path="/m.py", timestamp=1, source="x = 1", hash="h")


@pytest.mark.parametrize(
    ("payload", "event"),
    [
        (FullReload(path="/a.html"), "beforeFullReload"),
        (ErrorPayload(err=ErrorDetails(message="m")), "error"),
    ],
    ids=lambda case: getattr(case, "__name__", None),
)
def test_the_document_is_asked_after_the_listeners(payload, event):
    document = Document()
    fixture = Fixture(document)
    fixture.handle(payload)
    assert fixture.heard == [event]
    assert document.asked == [payload]


def test_connected_is_one_line():
    fixture = Fixture(Document())
    fixture.handle(Connected())
    assert fixture.logger.lines == [("debug", "connected.")]


def test_a_batch_is_acknowledged_with_times_errors_and_tiers():
    fixture = Fixture(Document())
    for path in ("/fine.js", "/broken.js"):
        HMRContext(fixture.client, path).accept()
    fixture.handle(UpdatePayload(updates=(js("/fine.js"), js("/broken.js"), CSS, PY)))
    (applied,) = fixture.acknowledged
    by_path = {update.path: update for update in applied}
    assert by_path["/fine.js"].milliseconds == 2
    assert by_path["/fine.js"].error is None
    assert by_path["/broken.js"].error == "Unexpected token"
    assert by_path["/a.css"].error is None
    assert by_path["/m.py"].tier == "PATCH"
    assert fixture.heard == ["beforeUpdate", "afterUpdate"]


def test_an_update_needs_no_turn_of_the_event_loop():
    fixture = Fixture(Document(), patience=10)
    fixture.client.clear()  # nobody listens
    imports: dict[str, EagerFuture[str]] = {}
    accepted: list[object] = []
    for path in ("/a.js", "/b.js"):
        HMRContext(fixture.client, path).accept(accepted.append)

    async def load(update: JsUpdate) -> str:
        imports[update.path] = EagerFuture()
        return await imports[update.path]

    fixture.load = load
    fixture.loop.turns = 0
    with fixture.loop.running():
        done = fixture.handler(UpdatePayload(updates=(js("/a.js"), js("/b.js"))))
        assert imports.keys() == {"/a.js", "/b.js"}
        if sys.version_info >= (3, 12):  # before, a turn begins what goes on after the imports
            assert fixture.loop.turns == 0
    fixture.loop.drain()
    with fixture.loop.running():
        imports["/b.js"].set_result("b")
        assert accepted == []
        imports["/a.js"].set_result("a")
        assert accepted == ["a", "b"]
    fixture.loop.settle()
    assert done.done()
    [applied] = fixture.acknowledged
    assert {update.path for update in applied} == {"/a.js", "/b.js"}


@pytest.mark.parametrize(
    ("outcome", "heard"),
    [
        (HtmlUpdatedData(path="/", changed=2), ["2 changed"]),
        (None, []),
        (FullReload(path="/a.html", extra={"reason": "why"}), ["beforeFullReload"]),
    ],
)
def test_a_page_takes_its_new_text_or_is_reloaded_or_stays(outcome, heard):
    document = Document()
    fixture = Fixture(document)
    context = HMRContext(fixture.client, "/page")
    context.on("hmr:html-updated", lambda data: fixture.heard.append(f"{data['changed']} changed"))

    async def update_html(payload: FullReload) -> HtmlUpdatedData | FullReload | None:
        return outcome

    fixture.handler.update_html = update_html
    fixture.handle(FullReload(path="/a.html"))
    assert fixture.heard == heard
    assert document.asked == ([outcome] if isinstance(outcome, FullReload) else [])


def test_a_module_that_this_page_has_not_loaded_is_not_acknowledged():
    fixture = Fixture(Document())
    fixture.handle(UpdatePayload(updates=(js("/elsewhere.js"),)))
    assert fixture.acknowledged == [()]


def test_a_callback_that_raises_is_acknowledged_and_raised():
    fixture = Fixture(Document())

    def callback(module):
        raise ValueError("mine")

    HMRContext(fixture.client, "/a.js").accept(callback)
    with pytest.raises(ValueError, match="mine"):
        fixture.handle(UpdatePayload(updates=(js("/a.js"),)))
    assert [update.error for update in fixture.acknowledged[0]] == ["mine"]
    assert "afterUpdate" not in fixture.heard


def test_a_page_that_reloads_instead_applies_nothing():
    document = Document(wants_updates=False)
    fixture = Fixture(document)
    fixture.handle(UpdatePayload(updates=(CSS, PY)))
    assert document.asked == ["begin"]
    assert fixture.python == []
    assert fixture.heard == ["beforeUpdate"]


def test_without_a_document_stylesheets_are_left_alone():
    fixture = Fixture()
    fixture.handle(UpdatePayload(updates=(CSS,)))
    assert fixture.heard == ["beforeUpdate", "afterUpdate"]


def test_async_callbacks_begin_before_the_line_that_says_hot_updated():
    fixture = Fixture()

    async def callback(module):
        fixture.logger.debug(f"callback got {module}")
        await fixture.loop.tick(1)
        fixture.logger.debug("callback is done")

    HMRContext(fixture.client, "/a.js").accept(callback)
    fixture.handle(UpdatePayload(updates=(js("/a.js"),)))
    assert [line for _, line in fixture.logger.lines] == [
        "callback got /a.js",
        "hot updated: /a.js",
        "callback is done",
    ]


def test_updates_of_one_batch_are_fetched_at_once():
    fixture = Fixture()
    for path in ("/a.js", "/b.js", "/c.js"):
        HMRContext(fixture.client, path).accept()
    fixture.handle(UpdatePayload(updates=(js("/a.js"), js("/b.js"), js("/c.js"))))
    assert fixture.loop.now == 2  # each import takes two ticks


def test_a_send_that_fails_is_logged_and_the_next_works():
    fixture = Fixture()
    context = HMRContext(fixture.client, "/a.js")

    async def scenario():
        context.send("early")
        await fixture.client.transport.connect()
        context.send("late")

    fixture.loop.run(scenario())
    ((level, error),) = fixture.logger.lines
    assert level == "error"
    assert "connect" in str(error)


def test_no_future_is_left_behind_by_many_messages():
    fixture = Fixture()

    async def scenario():
        for _ in range(1000):
            start(fixture.handler(Connected()))
        await fixture.handler(Connected())

    fixture.loop.run(scenario())
    assert len(fixture.logger.lines) == 1001


@pytest.mark.parametrize(
    "data",
    [
        InvalidateData(path="/a.js", first_invalidated_by="/b.js"),
        InvalidateData(path="/a.js", first_invalidated_by="/b.js", message="no"),
        ResumeData(session="s", sequence=4, hashes={"/a.js": "h"}),
        AppliedData(updates=(), sequence=3, is_worker=True),
        AppliedData(
            updates=(
                AppliedUpdate(path="/a", accepted_path="/b", milliseconds=1.5, error="e"),
                AppliedUpdate(
                    path="/a",
                    accepted_path="/b",
                    milliseconds=2,
                    tier="PATCH",
                    reason="r",
                    note="n",
                ),
            )
        ),
    ],
)
def test_the_data_of_our_events_is_read_as_it_was_written(data):
    assert read_event(type(data), event_to_wire(data)) == data


@pytest.mark.parametrize(
    ("data_class", "data", "where"),
    [
        (InvalidateData, None, "vite:invalidate"),
        (InvalidateData, {"path": 5}, "vite:invalidate.path"),
        (ResumeData, {"session": "s", "sequence": -1}, "hmr:resume.sequence"),
        (ResumeData, {"session": "s", "sequence": 1, "hashes": {"/a": 5}}, "hmr:resume.hashes./a"),
        (AppliedData, {"updates": {}}, "hmr:applied.updates"),
        (AppliedData, {"updates": [5]}, "hmr:applied.updates[0]"),
        (
            AppliedData,
            {"updates": [{"path": "/a", "acceptedPath": "/a", "milliseconds": "1"}]},
            "hmr:applied.updates[0].milliseconds",
        ),
    ],
)
def test_malformed_data_is_refused_with_its_place(data_class, data, where):
    with pytest.raises(PayloadError) as caught:
        read_event(data_class, data)
    assert caught.value.where == where


def said(fixture: Fixture) -> list[str]:
    return [str(line) for _, line in fixture.logger.lines]


def arrive(fixture: Fixture, *payloads: Any) -> None:
    """Payloads arrive one after another, in one turn of the loop; whatever can run runs."""
    with fixture.loop.running():
        for payload in payloads:
            fixture.handler(payload)
    fixture.loop.settle()


def test_what_does_not_finish_holds_up_nothing_and_is_said():
    document = Document()
    fixture = Fixture(document, patience=5)
    for path in ("/endless.js", "/with.js", "/next.js"):
        HMRContext(fixture.client, path).accept()
    batch = UpdatePayload(updates=(js("/endless.js"), js("/with.js")))
    arrive(fixture, batch, UpdatePayload(updates=(js("/next.js"),)))
    lines = said(fixture)
    assert lines[1].startswith("/endless.js has not finished after 5 seconds")
    assert [lines[0], *lines[2:]] == ["hot updated: /with.js", "hot updated: /next.js"]
    ((with_, endless), (next_,)) = fixture.acknowledged
    assert (with_.path, with_.error, next_.path) == ("/with.js", None, "/next.js")
    assert "has not finished" in endless.error
    (shown,) = [x for x in document.asked if isinstance(x, ErrorPayload)]
    assert "/endless.js has not finished" in shown.err.message
    fixture.finish.set_result(None)
    fixture.loop.settle()
    assert said(fixture)[-1] == "hot updated: /endless.js"
    assert document.asked[-1] == "close error"


def test_a_burst_of_updates_leaves_one_timer():
    fixture = Fixture(Document(), patience=5)
    HMRContext(fixture.client, "/a.js").accept()
    with fixture.loop.running():
        for _ in range(100):
            fixture.handler(UpdatePayload(updates=(js("/a.js"),)))
    for _ in range(300):
        fixture.loop.advance(1)
        assert len(fixture.loop._timers) <= 2  # the tick, and what the load itself waits for
    assert said(fixture) == ["hot updated: /a.js"] * 100
    assert not fixture.loop._timers


def test_what_finishes_after_its_fix_is_not_applied_any_more():
    fixture = Fixture(Document(), patience=5)
    HMRContext(fixture.client, "/endless.js").accept()
    fix = JsUpdate(path="/endless.js", accepted_path="/endless.js", timestamp=2)
    arrive(fixture, UpdatePayload(updates=(js("/endless.js"),)), UpdatePayload(updates=(fix,)))
    fixture.finish.set_result(None)
    fixture.loop.settle()
    assert said(fixture).count("hot updated: /endless.js") == 1


@pytest.mark.parametrize("patience", [None, 5])
def test_a_reload_waits_for_nobody(patience):
    document = Document()
    fixture = Fixture(document, patience)
    HMRContext(fixture.client, "/endless.js").accept()
    arrive(fixture, UpdatePayload(updates=(js("/endless.js"),)), FullReload(path="*"))
    assert FullReload(path="*") in document.asked


def test_a_disposer_and_a_listener_that_never_end_hold_up_nothing():
    fixture = Fixture(Document(), patience=5)
    context = HMRContext(fixture.client, "/a.js")
    context.accept()
    context.dispose(lambda _: fixture.finish)
    context.on("app:x", lambda _: fixture.finish)
    HMRContext(fixture.client, "/b.js").accept()
    arrive(
        fixture,
        Custom(event="app:x", data=None),
        UpdatePayload(updates=(js("/a.js"),)),
        UpdatePayload(updates=(js("/b.js"),)),
    )
    assert said(fixture)[-1] == "hot updated: /b.js"


def test_without_a_document_an_error_is_logged():
    fixture = Fixture()
    fixture.handle(ErrorPayload(err=ErrorDetails(message="Unexpected token")))
    assert fixture.logger.lines == [("error", "Unexpected token")]


def test_a_stylesheet_that_cannot_be_loaded_is_acknowledged_and_the_rest_is_applied():
    class Broken(Document):
        async def swap_stylesheet(self, update):
            raise ValueError("not loaded")

    fixture = Fixture(Broken())
    HMRContext(fixture.client, "/a.js").accept()
    fixture.handle(UpdatePayload(updates=(CSS, js("/a.js"))))
    assert {u.path: u.error for u in fixture.acknowledged[0]} == {
        "/a.css": "not loaded",
        "/a.js": None,
    }


def test_an_async_listener_that_raises_after_another_has_raised_is_reported():
    fixture = Fixture()

    async def late(_):
        await fixture.loop.tick(1)
        raise ValueError("late")

    def early(_):
        raise ValueError("early")

    context = HMRContext(fixture.client, "/a.js")
    context.on("app:x", late)
    context.on("app:x", early)
    with pytest.raises(ValueError, match="early"):
        fixture.handle(Custom(event="app:x", data=None))
    fixture.loop.settle()
    assert [str(error) for _, error in fixture.loop.unhandled] == ["late"]
