"""A module that was fetched late is of a later update than it was fetched for: it runs once."""

from __future__ import annotations

from typing import Any

import pytest

from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.testing import MemoryTransport, RecordingLogger
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.payloads import JsUpdate

from .virtual_loop import VirtualLoop


class Page:
    """A page whose modules make contexts while they run, as a server's text has them do.

    Attributes:
        stamps: What the server's text of a module says that it is of.
        broken: The modules that throw after they have made their contexts.
        events: What has happened.
    """

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.stamps: dict[str, int] = {}
        self.imports: dict[str, list[str]] = {}
        self.broken: set[str] = set()
        self.events: list[str] = []
        self.client = HMRClient(
            RecordingLogger(), NormalisedTransport(MemoryTransport()), self.load
        )

    async def load(self, update: JsUpdate) -> str:
        for path in (*self.imports.get(update.accepted_path, ()), update.accepted_path):
            self.run(path)
        if update.accepted_path in self.broken:
            raise ValueError
        return update.accepted_path

    def run(self, path: str) -> None:
        stamp = self.stamps.get(path, 0)
        self.events.append(f"run {path} {stamp}")
        hot = HMRContext(self.client, path, stamp)
        hot.accept(lambda _module: self.events.append(f"accepted {path}"))
        hot.dispose(lambda _data: self.events.append(f"dispose {path} {stamp}"))

    def apply(self, *updates: JsUpdate) -> list[str]:
        self.events.clear()

        async def apply() -> None:
            for future in [self.client.queue_update(update) for update in updates]:
                await future

        self.loop.run(apply())
        return self.events


def js(path: str, timestamp: int, accepted: str | None = None) -> JsUpdate:
    return JsUpdate(path=path, accepted_path=accepted or path, timestamp=timestamp)


@pytest.fixture
def page() -> Page:
    page = Page()
    for path in ("/a.js", "/dep.js"):
        page.run(path)
    return page


def test_what_runs_already_is_not_run_again(page):
    page.stamps["/a.js"] = 2
    assert page.apply(js("/a.js", 1)) == ["dispose /a.js 0", "run /a.js 2", "accepted /a.js"]
    assert page.apply(js("/a.js", 2)) == []
    page.stamps["/a.js"] = 3
    assert page.apply(js("/a.js", 3)) == ["dispose /a.js 2", "run /a.js 3", "accepted /a.js"]


def test_a_page_that_was_loaded_after_the_save_runs_it_once(page):
    page.stamps["/late.js"] = 1
    page.run("/late.js")
    assert page.apply(js("/late.js", 1)) == []


def test_what_has_failed_is_tried_again(page):
    page.stamps["/a.js"] = 2
    page.broken.add("/a.js")
    page.apply(js("/a.js", 1))
    assert "run /a.js 2" in page.apply(js("/a.js", 2))


def test_a_module_that_ran_as_the_import_of_another_is_not_disposed(page):
    """Its new version would stay disposed of: a browser runs each URL once."""
    page.stamps |= {"/a.js": 1, "/dep.js": 2}
    page.imports["/a.js"] = ["/dep.js"]
    page.apply(js("/a.js", 1))
    assert page.apply(js("/dep.js", 2)) == []


def test_a_boundary_still_gets_a_dependency_that_runs_already(page):
    """It was updated through another boundary."""
    got: list[Any] = []
    HMRContext(page.client, "/boundary.js").accept("/dep.js", got.append)
    page.stamps["/dep.js"] = 2
    page.apply(js("/dep.js", 1))
    assert "dispose /dep.js 2" not in page.apply(js("/boundary.js", 2, "/dep.js"))
    assert got == ["/dep.js"]


def test_a_boundary_gets_a_dependency_once(page):
    got: list[Any] = []
    HMRContext(page.client, "/boundary.js").accept("/dep.js", got.append)
    page.stamps["/dep.js"] = 2
    page.apply(js("/boundary.js", 1, "/dep.js"))
    assert page.apply(js("/boundary.js", 2, "/dep.js")) == []
    assert got == ["/dep.js"]


def test_a_server_that_says_nothing_is_vites(page):
    for timestamp in (1, 1, 2):
        assert page.apply(js("/a.js", timestamp)) == [
            *("dispose /a.js 0", "run /a.js 0", "accepted /a.js")
        ]
