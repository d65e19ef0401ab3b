"""The files of a PyScript page: what the network cuts off is tried again, and what fails is said."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from hmr_browser import _ffi
from hmr_browser.page.console import ConsoleLogger
from hmr_browser.page.settings import Settings
from hmr_browser.pyscript.fetches import FetchError, Fetches
from hmr_browser.pyscript.files import PageFiles
from hmr_browser.pyscript.unpatched_files import UnpatchedFiles
from hmr_browser.python.file_contents import content_name
from hmr_client.client import HMRClient
from hmr_client.testing import MemoryTransport, RecordingLogger
from hmr_client.transport.normalised import NormalisedTransport
from tests.browser.fake_javascript import JsException, page

PAGE = "http://x/index.html"
CONFIG = "http://x/pyscript.toml"


class Network:
    """Answers with files by path, and cuts off the first answers of a path, as many as a test says.

    Attributes:
        in_headers: Whether it cuts in the headers: browsers take that for a reply without a body.
    """

    def __init__(self):
        self.files = {}
        self.cut = {}
        self.in_headers = False
        self.asked = []

    async def fetch(self, url, _options):
        path, _, query = url.removeprefix("http://x").partition("?")
        self.asked.append(path)
        content = self.files.get(path)
        is_cut = self.cut.get(path, 0) > 0
        if is_cut:
            self.cut[path] -= 1
            if not self.in_headers:
                raise JsException("Failed to fetch", name="TypeError")
        if query.startswith("watch="):
            names = {name: content_name(data) for name, data in self.files.items()}
            content = json.dumps({"files": names}).encode()
        headers = SimpleNamespace(has=lambda _name: not is_cut)
        content = b"" if is_cut else content

        async def text():
            return content.decode()

        async def buffer():
            return SimpleNamespace(to_bytes=lambda: content)

        ok = content is not None
        return SimpleNamespace(ok=ok, text=text, arrayBuffer=buffer, headers=headers)


class View:
    """What the user is shown."""

    def __init__(self):
        self.logged = []
        self.errors = []
        self.shown = []
        self.is_open = False
        self.reloads = []

    def log(self, text):
        self.logged.append(text)

    def log_error(self, text):
        self.errors.append(text)

    def show_error(self, payload):
        self.is_open = True
        self.shown.append(payload.err.message)

    def close_error(self):
        self.is_open = False

    def configured(self, said):
        self.logged.append(said)

    def reload(self, reason):
        self.reloads.append(reason)


class World:
    """A page whose configuration names one file, which lies in `tmp_path`."""

    def __init__(self, monkeypatch, tmp_path):
        self.network = Network()
        monkeypatch.setattr(page, "fetch", self.network.fetch)
        monkeypatch.setattr(_ffi, "object_to_js", lambda **fields: fields)
        self.place = tmp_path / "data.txt"
        self.place.write_bytes(b"old")
        self.other = tmp_path / "other.txt"
        self.network.files = {"/data.txt": b"old", "/other.txt": b"other"}
        self.write_config(self.place)
        self.waits = []
        self.may_try = True
        self.view = View()
        transport = NormalisedTransport(MemoryTransport())
        client = HMRClient(RecordingLogger(), transport, None)
        self.files = PageFiles(
            client, Settings(base="/"), self.view, self.update, lambda: None, self.wait
        )

    def write_config(self, *places):
        lines = [f'"./{place.name}" = "{place.as_posix()}"' for place in places]
        self.network.files["/pyscript.toml"] = "\n".join(["[files]", *lines]).encode()

    async def wait(self, url, _type, tries):
        self.waits.append((url, tries))
        return self.may_try

    async def update(self, _updates):
        return []

    async def configure(self):
        config = {"files": {"./data.txt": self.place.as_posix()}}
        await self.files.configure(json.dumps(config), CONFIG, PAGE)


@pytest.fixture
def world(monkeypatch, tmp_path):
    return World(monkeypatch, tmp_path)


@pytest.mark.parametrize("in_headers", [False, True])
@pytest.mark.parametrize("path", ["/data.txt", "/pyscript.toml", "/@hmr/python"])
def test_a_fetch_that_is_cut_off_at_the_start_is_tried_again(world, path, in_headers):
    world.network.files["/data.txt"] = b"new"
    world.network.in_headers = in_headers
    world.network.cut[path] = 2
    asyncio.run(world.configure())
    assert world.place.read_bytes() == b"new"
    assert [tries for _, tries in world.waits] == [1, 2]
    assert not world.view.shown
    (line,) = [line for line in world.view.logged if "tried again" in line]
    assert line.startswith(f"{path[1:]} could not be fetched (")


def test_a_file_whose_reply_never_says_that_it_is_empty_is_empty(world):
    """As some proxies answer."""
    world.network.files["/data.txt"] = b"new"
    world.network.cut["/data.txt"] = 100
    world.network.in_headers = True
    world.may_try = False
    asyncio.run(world.configure())
    assert world.place.read_bytes() == b""
    assert not world.view.shown


def test_a_missing_module_is_named_although_one_reply_is_cut(world):
    world.network.files["/@hmr/python"] = b'{"source": ""}'
    world.network.cut["/@hmr/python"] = 0

    async def run():
        await world.configure()
        world.network.cut["/@hmr/python"] = 1
        return await world.files.hint_at_missing("words")

    assert "words.py is in the project, but not in [files]" in asyncio.run(run())


def test_the_files_of_micropython_are_watched_although_replies_are_cut(world, monkeypatch):
    world.network.cut = {"/pyscript.toml": 1, "/@hmr/python": 1}
    monkeypatch.setattr(page, "location", SimpleNamespace(href=PAGE), raising=False)
    scripts = ({"path": "/ui.py", "config": None, "url": CONFIG, "why": "MicroPython runs it"},)
    transport = NormalisedTransport(MemoryTransport())
    client = HMRClient(RecordingLogger(), transport, None)
    settings = Settings(base="/", client_url="http://x/@hmr/client", unpatched=scripts)
    logger = ConsoleLogger("[hmr]")
    files = UnpatchedFiles(client, settings, world.view.reload, logger, world.wait)
    asyncio.run(files.configure(PAGE))
    assert [tries for _, tries in world.waits] == [1, 1]
    assert files.why("/data.txt") == "MicroPython runs it"
    assert world.network.asked.count("/@hmr/python") == 2


@pytest.mark.parametrize("path", ["/data.txt", "/pyscript.toml", "/@hmr/python"])
def test_a_fetch_that_fails_for_good_is_shown_and_the_program_starts(world, path):
    world.network.files["/data.txt"] = b"new"
    world.network.cut[path] = 100
    world.may_try = False
    asyncio.run(world.configure())
    assert world.files.configured.is_set()
    assert world.view.shown == [f"{path[1:]} could not be fetched (Failed to fetch)"]
    assert world.view.errors == world.view.shown


def test_a_file_that_the_server_does_not_answer_with_is_shown(world, monkeypatch):
    async def forbidden(url, options):
        answer = await world.network.fetch(url, options)
        answer.ok = answer.ok and "data.txt" not in url.partition("?")[0]
        return answer

    world.network.files["/data.txt"] = b"new"
    monkeypatch.setattr(page, "fetch", forbidden)
    asyncio.run(world.configure())
    assert world.view.shown == ["the server does not answer with data.txt"]


@pytest.mark.parametrize("path", ["/pyscript.toml", "/other.txt"])
def test_a_new_configuration_waits_for_the_connection(world, path):
    async def run():
        await world.configure()
        world.write_config(world.place, world.other)
        world.network.cut[path] = 1
        await world.files.refresh()

    asyncio.run(run())
    assert world.other.read_bytes() == b"other"
    assert world.waits == [(f"http://x{path}", 1)]
    assert not world.view.shown


@pytest.mark.parametrize("path", ["/pyscript.toml", "/other.txt"])
def test_a_new_configuration_that_fails_is_shown_until_it_is_applied(world, path):
    async def run():
        await world.configure()
        world.write_config(world.place, world.other)
        world.network.cut[path] = 1
        world.may_try = False
        await world.files.refresh()
        assert f"{path[1:]} could not be fetched (Failed to fetch)" in world.view.shown[0]
        assert world.view.is_open
        assert not world.other.exists()
        # its next save, or that of the file
        if path == "/other.txt":
            await world.files.look_for_missing([path])
        else:
            await world.files.refresh()

    asyncio.run(run())
    assert world.other.read_bytes() == b"other"
    assert not world.view.is_open


def test_another_server_is_asked_twice(monkeypatch):
    """Our connection says nothing about it, and its answers may be forbidden to the page for ever."""
    asked = []

    async def fetch(url, _options):
        asked.append(url)
        raise JsException("Failed to fetch")

    async def sleep(_seconds):
        pass

    monkeypatch.setattr(page, "fetch", fetch)
    monkeypatch.setattr(_ffi, "object_to_js", lambda **fields: fields)
    monkeypatch.setattr("hmr_browser.pyscript.fetches.asyncio.sleep", sleep)
    fetches = Fetches(None, lambda _url: None, lambda _text: None)
    with pytest.raises(FetchError, match="http://y/a could not be fetched"):
        asyncio.run(fetches.file("http://y/a"))
    assert asked == ["http://y/a"] * 2
