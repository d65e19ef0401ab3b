"""Python that can't be patched: the page is reloaded, but not into a broken program."""

import asyncio

import pytest

from hmr_browser.python.unpatched import UnpatchedPython
from hmr_client.wire.payloads import PyUpdate


class Page:
    """What an `UnpatchedPython` reaches of a page."""

    def __init__(self) -> None:
        self.reloads = 0
        self.shown = []
        self.said = []

    def reload(self, reason):
        assert reason
        self.reloads += 1

    def show(self, payload, **_):
        self.shown.append(payload.err)

    def log(self, message):
        self.said.append(message)

    error = log


def update(page, *files):
    why = {"/ui.py": "MicroPython runs it", "/more.py": "the page fetches it itself"}.get
    unpatched = UnpatchedPython(why, page.reload, page, page)
    updates = [PyUpdate(path=x, accepted_path=x, timestamp=1, source=text) for x, text in files]
    return asyncio.run(unpatched.update(updates))


@pytest.mark.parametrize(
    ("files", "reasons"),
    [
        ([("/other.py", "x")], []),
        ([("/ui.py", "await x")], ["MicroPython runs it"]),
        (
            [("/more.py", ""), ("/other.py", "x ="), ("/ui.py", "x")],
            ["the page fetches it itself", "MicroPython runs it"],
        ),
        ([("/ui.py", None)], []),  # deleted: there is nothing to load
    ],
)
def test_the_page_is_reloaded_for_its_own_files_and_says_why(files, reasons):
    page = Page()
    applied = update(page, *files)
    assert [(x.tier, x.reason) for x in applied] == [("RELOAD", reason) for reason in reasons]
    assert page.reloads == bool(reasons)
    assert len(page.said) == bool(reasons)


def test_what_does_not_compile_is_shown_and_nothing_is_reloaded():
    page = Page()
    broken, other = update(page, ("/ui.py", "import x\nclass A\n"), ("/more.py", "x"))
    assert (page.reloads, broken.tier) == (0, None)
    assert "expected ':'" in broken.error
    assert 'File "ui.py", line 2\n    class A' in broken.error
    assert other.error == "not applied because of /ui.py"
    [shown] = page.shown
    assert (shown.id, shown.loc.line) == ("ui.py", 2)
