"""A page's Python, from its bundle to its updates: the real runner, a server and a view in memory."""

import asyncio
import json
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from hmr_browser.python.modules import PythonModules
from hmr_browser.python.source import Bundle, BundleSource
from hmr_client.client import HMRClient
from hmr_client.testing import MemoryTransport, RecordingLogger
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.payloads import PyUpdate

MAIN = """\
import helper_of_page
LOG = []
def run():
    return helper_of_page.word()
"""
HELPER = "def word():\n    return 'one'\n"


class Server:
    """A dev server with some files; remembers what it was asked for."""

    def __init__(self, files):
        self.files = dict(files)
        self.bundled = set(files)
        self.packages = {}
        self.asked = []

    def answer(self, entry="/main.py"):
        if entry not in self.files:
            return json.dumps({"error": f"there is no {entry}"})
        modules = {x: {"source": self.files[x], "hash": ""} for x in self.bundled & {*self.files}}
        return json.dumps(
            {
                "entry": entry,
                "root": "/",
                "modules": modules,
                "files": list(self.files),
                "packages": self.packages,
            }
        )

    async def bundle(self, entry):
        return self.answer(entry)

    async def package(self, name):
        return f"{name}-package"

    def source(self, path):
        self.asked.append(path)
        return self.files.get(path)


class View:
    def __init__(self):
        self.errors = []
        self.reloads = []
        self.reports = []
        self.logged = []

    def show_error(self, payload, timestamp=0):
        self.errors.append(payload.err)
        self.failed_update = timestamp

    def updated(self, report):
        self.reports.append(report)

    def reload(self, reason):
        self.reloads.append(reason)

    def log(self, message):
        self.logged.append(message)

    def log_error(self, traceback):
        self.logged.append(traceback)


class Page:
    """A page that runs Python."""

    def __init__(self, files):
        self.server = Server(files)
        self.view = View()
        self.logger = RecordingLogger()
        self.installed = []
        self.on_install = lambda packages: None
        client = HMRClient(self.logger, NormalisedTransport(MemoryTransport()), None)

        async def install(packages):
            self.installed.append(packages)
            self.on_install(packages)
            if "missing" in packages:
                raise ValueError("no wheel of missing")

        self.modules = PythonModules(client, self.server, self.view, install)

    async def start(self):
        return await self.modules.run("/main.py", self.server.answer())

    async def save(self, **files):
        changes = {f"/{name}.py": text for name, text in files.items()}
        self.server.files.update(changes)
        return await self.modules.update(
            [
                PyUpdate(path=path, accepted_path=path, timestamp=1, source=text)
                for path, text in changes.items()
            ]
        )

    @property
    def main(self):
        return self.modules.runner.module("/main.py")


@pytest.fixture
def play():
    """Plays one page's life; the process is as before, whatever happens."""

    def play(files, story):
        page = Page(files)

        async def life():
            try:
                await story(page)
            finally:
                if page.modules.runner is not None:
                    await page.modules.runner.dispose()

        asyncio.run(life())

    before = sys.modules["__main__"]
    yield play
    assert sys.modules["__main__"] is before


def test_an_entry_runs_from_its_bundle_and_is_updated(play):
    async def story(page):
        assert await page.start() is None
        assert page.main.run() == "one"
        assert page.server.asked == []

        applied = await page.save(helper_of_page=HELPER.replace("one", "two"))

        assert page.main.run() == "two"
        assert [(x.path, x.tier, x.error) for x in applied] == [
            ("/helper_of_page.py", "PATCH", None)
        ]
        assert applied[0].reason == "only function bodies changed: word"
        assert page.view.errors == []

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_a_save_of_what_the_page_runs_already_is_the_page_s(play):
    async def story(page):
        await page.start()
        applied = await page.save(helper_of_page=HELPER, other="x = 1")
        assert [(x.path, x.tier, x.reason) for x in applied] == [
            ("/helper_of_page.py", None, None),
            ("/other.py", None, "not imported"),
        ]

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_a_module_outside_of_the_bundle_is_fetched_once(play):
    async def story(page):
        page.server.bundled = {"/main.py"}
        await page.start()
        assert page.main.run() == "one"
        assert page.server.asked == ["/helper_of_page.py"]

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_nothing_is_asked_for_names_that_are_no_files(play):
    async def story(page):
        await page.start()
        assert page.server.asked == []

    play({"/main.py": "import colorsys"}, story)


def test_an_error_blames_one_file_and_changes_nothing(play):
    async def story(page):
        await page.start()
        applied = await page.save(
            main=MAIN.replace("return", "return 'new' +"), helper_of_page="def word(:\n"
        )
        assert page.main.run() == "one"
        assert [x.path for x in applied if "SyntaxError" in x.error] == ["/helper_of_page.py"]
        assert applied[0].error == "not applied because of /helper_of_page.py"
        assert page.view.errors[0].loc.line == 1
        assert page.view.failed_update == 1

        await page.save(helper_of_page=HELPER)
        assert page.main.run() == "newone"

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_an_entry_that_raises_is_told_and_comes_up_by_the_fix(play):
    async def story(page):
        failed = await page.start()
        assert "ZeroDivisionError" in failed.error
        assert page.view.errors[0].message == "ZeroDivisionError: division by zero"

        await page.save(helper_of_page=HELPER)
        assert page.main.run() == "one"
        assert len(page.view.errors) == 1

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER + "1 / 0\n"}, story)


def test_a_missing_entry_is_run_once_it_is_there(play):
    async def story(page):
        failed = await page.start()
        assert failed.error == "there is no /main.py"

        await page.save(main="x = 1\n")
        assert page.main.x == 1

    play({}, story)


def test_an_answer_that_is_no_bundle_is_an_error_in_words(play):
    async def story(page):
        failed = await page.modules.run("/main.py", "<!doctype html>")
        assert failed.error == "this dev server does not serve Python modules"

    play({}, story)


def test_missing_packages_are_installed_before_the_entry_runs(play):
    async def story(page):
        page.server.packages = {"json": "json", "yaml_of_nobody": "pyyaml"}
        assert await page.start() is None
        assert page.installed == [["pyyaml"]]

    play({"/main.py": ""}, story)


def test_a_package_that_is_nowhere_is_named(play):
    async def story(page):
        page.server.packages = {"missing": "missing"}
        failed = await page.start()
        assert failed.error == "no wheel of missing"

    play({"/main.py": ""}, story)


def test_a_package_is_installed_when_an_import_of_it_is_added(play, monkeypatch):
    async def story(page):
        await page.start()

        def install(packages):
            monkeypatch.setitem(sys.modules, "new_to_page", ModuleType("new_to_page"))
            sys.modules["new_to_page"].__spec__ = ModuleSpec("new_to_page", None)

        page.on_install = install
        applied = await page.save(
            main="import new_to_page\n" + MAIN.replace("LOG = []", "LOG = [1]")
        )
        assert page.installed == [["new_to_page-package"]]
        assert [one.error for one in applied] == [None]
        assert page.main.LOG == [1]
        assert page.view.errors == []

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_an_import_that_no_package_answers_is_the_users_error(play):
    async def story(page):
        await page.start()
        (applied,) = await page.save(main="import nobody_has_this\n" + MAIN)
        assert "No module named 'nobody_has_this'" in applied.error
        assert page.main.run() == "one"

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_an_update_before_the_start_waits_for_it(play):
    async def story(page):
        update = asyncio.ensure_future(page.save(helper_of_page=HELPER.replace("one", "two")))
        await asyncio.sleep(0)
        page.server.files["/helper_of_page.py"] = HELPER
        assert not update.done()
        await page.start()
        await update
        assert page.main.run() == "two"

    play({"/main.py": MAIN, "/helper_of_page.py": HELPER}, story)


def test_an_entry_that_waits_for_ever_holds_up_no_update(play):
    async def story(page):
        await page.start()
        await asyncio.wait_for(page.save(helper_of_page=HELPER.replace("one", "two")), 10)
        assert page.main.run() == "two"

    main = MAIN + "import asyncio\nwaiting = asyncio.Event()\nawait waiting.wait()\n"
    play({"/main.py": main, "/helper_of_page.py": HELPER}, story)


def test_a_source_knows_the_folders_of_its_files():
    source = BundleSource(lambda path: None)
    source.add(Bundle("/a/main.py", "/a", {}, frozenset({"/a/b/c/d.py"})))

    assert [source.has_folder(x) for x in ("/a/b", "/a/b/c", "/a", "/a/b/c/d", "/x")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert source.get("/a/b/c/d.py") is None  # listed, but gone meanwhile
