"""What the event loop takes of a source of hints, and what it leaves to the watcher's thread."""

import asyncio
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hmr_server.watch.file_change import ChangeKind, FileChange
from hmr_server.watch.hints import Hints, HintSource
from hmr_server.watch.loop_hints import LoopHints
from hmr_server.watch.watcher import Watcher

PATIENCE_S = 60  # for a stuck test; none waits this long
UPDATE, CREATE, DELETE = ChangeKind.UPDATE, ChangeKind.CREATE, ChangeKind.DELETE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "above/root"
    for name in ("a.js", "b.js", "sub/c.js", "dist/out.js"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("old")
    return root


def replace(root: Path) -> None:
    (root / "new").write_text("moved here")
    (root / "new").replace(root / "a.js")


@pytest.mark.parametrize(
    ("edit", "kinds", "by_thread"),
    [
        (lambda root: (root / "a.js").write_text("new"), {"a.js": UPDATE}, False),
        (lambda root: (root / "a.js").write_text(""), {"a.js": UPDATE}, True),
        (lambda root: (root / "a.js").unlink(), {"a.js": DELETE}, True),
        (lambda root: (root / "c.js").write_text("new"), {"c.js": CREATE}, True),
        (replace, {"a.js": UPDATE}, True),
        (lambda root: shutil.move(root / "sub", root.parent), {"sub/c.js": DELETE}, True),
    ],
    ids=["in place", "emptied", "deleted", "new", "replaced", "a folder is moved away"],
)
def test_the_loop_takes_the_save_of_one_known_file_and_leaves_all_else(
    root: Path,
    edit: Callable[[Path], object],
    kinds: dict[str, ChangeKind],
    by_thread: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported_by: list[threading.Thread] = []
    report = Watcher._report

    def noted(self: Watcher, save: object) -> None:
        reported_by.append(threading.current_thread())
        report(self, save)  # type: ignore[arg-type]

    monkeypatch.setattr(Watcher, "_report", noted)

    async def watch() -> list[FileChange]:
        async with Watcher(root, ["dist/**"]) as watcher, asyncio.timeout(PATIENCE_S):
            changes = aiter(watcher)
            (root / "dist/out.js").write_text("what is ignored goes before")
            edit(root)
            return await anext(changes)

    assert {os.path.relpath(x.file, root): x.kind for x in asyncio.run(watch())} == kinds
    [thread, *_] = reported_by
    assert (thread is not threading.main_thread()) == by_thread


def test_a_root_whose_directory_is_moved_away_and_back_is_watched_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No event tells of that: the loop looks now and then."""
    monkeypatch.setattr("hmr_server.watch.loop_hints._LOOK_S", 0.01)
    awaited = threading.Event()
    await_root = Watcher._await_root

    def noted(self: Watcher) -> HintSource | None:
        awaited.set()
        return await_root(self)

    monkeypatch.setattr(Watcher, "_await_root", noted)

    async def watch() -> list[FileChange]:
        async with Watcher(root) as watcher, asyncio.timeout(PATIENCE_S):
            away = root.parent.with_name("away")
            root.parent.rename(away)
            await asyncio.to_thread(awaited.wait, PATIENCE_S)
            (away / "root/a.js").write_text("meanwhile")
            away.rename(root.parent)
            return await anext(aiter(watcher))

    assert asyncio.run(watch()) == [FileChange(UPDATE, root / "a.js")]


def test_what_fails_in_the_loop_is_told_to_the_thread_which_begins_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    is_known = iter([True])

    def fail_once(_source: object, _paths: object) -> bool:
        if next(is_known, False):
            raise OSError("once")
        return False

    monkeypatch.setattr("hmr_server.watch.inotify.Inotify.is_being_written", fail_once)

    async def watch() -> list[list[FileChange]]:
        async with Watcher(root) as watcher, asyncio.timeout(PATIENCE_S):
            changes = aiter(watcher)
            (root / "a.js").write_text("new")
            first = await anext(changes)
            (root / "b.js").write_text("new")
            return [first, await anext(changes)]

    assert asyncio.run(watch()) == [
        [FileChange(UPDATE, root / "a.js")],
        [FileChange(UPDATE, root / "b.js")],
    ]
    assert "Watching failed. It starts again, and nothing is missed" in caplog.text


def test_a_loop_that_has_stopped_keeps_no_thread_waiting() -> None:
    read, write = os.pipe()
    source: HintSource = object()  # type: ignore[assignment]  # it is only passed on

    async def wait() -> list[Hints]:
        hints = LoopHints(asyncio.get_running_loop(), lambda _: None, lambda: True)
        waiting = asyncio.create_task(asyncio.to_thread(hints.wait, source, read))
        while hints._descriptor < 0:  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0)
        hints.stop()
        later = asyncio.to_thread(hints.wait, source, read)
        async with asyncio.timeout(PATIENCE_S):
            return [await waiting, await later]

    try:
        assert asyncio.run(wait()) == [Hints(), Hints()]
    finally:
        os.close(read)
        os.close(write)
