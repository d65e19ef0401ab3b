"""The watcher on a real disk: what one save looks like, in whichever way it is made."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from hmr_server.config import DEFAULT_WATCH_IGNORE
from hmr_server.files.globs import GlobSet
from hmr_server.watch import snapshot as file_snapshot
from hmr_server.watch import watcher
from hmr_server.watch.file_change import ChangeKind, FileChange
from hmr_server.watch.git_lock import GitLock
from hmr_server.watch.hints import WatchError
from hmr_server.watch.inotify import Inotify
from hmr_server.watch.snapshot import FileSnapshot
from hmr_server.watch.watcher import Watcher

CREATE, UPDATE, DELETE = ChangeKind.CREATE, ChangeKind.UPDATE, ChangeKind.DELETE
PATIENCE_S = 60  # for a stuck test; none waits this long


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "root"
    for name in ("a.js", "b.js", "dir/x.js", "dir/deep/y.js"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("old")
    return root


def shown(root: Path, changes: list[FileChange]) -> dict[str, ChangeKind]:
    assert len({change.file for change in changes}) == len(changes)
    return {os.path.relpath(change.file, root): change.kind for change in changes}


def batches_of(
    root: Path,
    *edits: Callable[[], object],
    count: int = 1,
    add: Path | None = None,
    read_ahead: Callable[[str], object] = lambda _: None,
    burst_ahead: Callable[[Collection[str]], object] = lambda _: None,
) -> list[dict[str, ChangeKind]]:
    """The batches that arrive while `edits` are made; a batch that is one too many fails."""

    async def watch() -> list[dict[str, ChangeKind]]:
        batches: list[dict[str, ChangeKind]] = []
        watching = Watcher(
            root, DEFAULT_WATCH_IGNORE, read_ahead=read_ahead, burst_ahead=burst_ahead
        )
        async with watching as watcher, asyncio.timeout(PATIENCE_S):
            if add:
                watcher.add(add)
            stream = aiter(watcher)

            async def until_marker() -> None:
                # A file of our own after the edits: when it arrives, all before it has arrived.
                async for changes in stream:
                    batch = shown(root, changes)
                    marked = batch.pop("marker", None)
                    if batch:
                        batches.append(batch)
                    if marked:
                        return

            for edit in edits:
                await asyncio.to_thread(edit)
                if count > 1 or edit is edits[-1]:
                    batches.append(shown(root, await anext(stream)))
            await asyncio.to_thread((root / "marker").write_text, "x")
            await until_marker()
        return batches

    return asyncio.run(watch())


def first_kinds(batches: list[dict[str, ChangeKind]]) -> dict[str, ChangeKind]:
    """A file that is seen between its creation and its writing is in two batches."""
    return {name: kind for batch in reversed(batches) for name, kind in batch.items()}


def save(path: Path, text: str = "new") -> None:
    path.write_text(text)


def truncate_then_write(path: Path) -> None:
    with path.open("w") as file:
        file.flush()
        file.write("new")


def rename_over(path: Path) -> None:
    beside = path.with_suffix(".tmp~")
    beside.write_text("new")
    beside.replace(path)


def move_away_and_write(path: Path) -> None:
    backup = path.with_suffix(".js~")
    path.rename(backup)
    path.write_text("new")
    backup.unlink()


def delete_and_write(path: Path) -> None:
    path.unlink()
    path.write_text("new")


@pytest.mark.parametrize(
    "way", [save, truncate_then_write, rename_over, move_away_and_write, delete_and_write]
)
def test_every_way_of_saving_is_one_update(root: Path, way: Callable[[Path], None]) -> None:
    assert batches_of(root, lambda: way(root / "a.js")) == [{"a.js": UPDATE}]


def test_a_file_that_comes_and_one_that_goes(root: Path) -> None:
    batches = batches_of(root, lambda: save(root / "n.js"), (root / "b.js").unlink, count=2)
    assert batches == [{"n.js": CREATE}, {"b.js": DELETE}]


def test_a_file_that_is_emptied_is_an_update(root: Path) -> None:
    assert batches_of(root, lambda: save(root / "a.js", "")) == [{"a.js": UPDATE}]


def test_two_saves_in_a_row_are_two_updates_or_one(root: Path) -> None:
    batches = batches_of(root, lambda: save(root / "a.js", "1"), lambda: save(root / "a.js", "22"))
    assert {"a.js": UPDATE} in batches
    assert len(batches) <= 2


def test_a_save_of_the_same_length_right_after_is_seen(root: Path) -> None:
    """Within one tick of the file system's clock, size and time stamp stay equal."""
    batches = batches_of(
        root, lambda: save(root / "a.js", "one"), lambda: save(root / "a.js", "two"), count=2
    )
    assert batches == [{"a.js": UPDATE}, {"a.js": UPDATE}]


def test_a_renamed_directory_is_all_its_files(root: Path) -> None:
    assert batches_of(root, lambda: (root / "dir").rename(root / "moved")) == [
        {
            "dir/x.js": DELETE,
            "dir/deep/y.js": DELETE,
            "moved/x.js": CREATE,
            "moved/deep/y.js": CREATE,
        }
    ]


def test_a_file_in_a_renamed_directory_is_still_watched(root: Path) -> None:
    batches = batches_of(
        root,
        lambda: (root / "dir").rename(root / "moved"),
        lambda: save(root / "moved/deep/y.js"),
        count=2,
    )
    assert batches[1] == {"moved/deep/y.js": UPDATE}


def test_a_new_tree_is_all_its_files(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "dir", tmp_path / "elsewhere")
    batches = batches_of(root, lambda: (tmp_path / "elsewhere").rename(root / "copied"))
    assert batches == [{"copied/x.js": CREATE, "copied/deep/y.js": CREATE}]


def test_directories_made_and_filled_at_once(root: Path) -> None:
    """The first files of a new directory are written before anybody can watch it."""
    batches = batches_of(root, lambda: shutil.copytree(root / "dir", root / "copied"))
    assert first_kinds(batches) == {"copied/x.js": CREATE, "copied/deep/y.js": CREATE}


def test_a_deleted_tree_is_all_its_files(root: Path) -> None:
    batches = batches_of(root, lambda: shutil.rmtree(root / "dir"))
    assert first_kinds(batches) == {"dir/x.js": DELETE, "dir/deep/y.js": DELETE}


def test_a_branch_switch_is_no_flood_of_batches(root: Path) -> None:
    """It is one, unless a busy machine lets the writer pause."""

    def switch() -> None:
        for index in range(500):
            (root / f"file{index}.js").write_text("x")
        (root / "a.js").unlink()
        (root / "b.js").write_text("new")

    batches = batches_of(root, switch)
    assert len(batches) < 10
    found = first_kinds(batches)
    assert len(found) == 502
    assert (found["a.js"], found["b.js"], found["file7.js"]) == (DELETE, UPDATE, CREATE)


def test_files_are_read_while_their_save_comes_to_its_end(root: Path) -> None:
    read: list[str] = []
    [one, *_] = batches_of(root, lambda: save(root / "a.js"), read_ahead=read.append)
    assert set(one) == {"a.js"}
    assert set(read) == {str(root / "a.js"), str(root / "marker")}


def test_files_of_a_burst_are_told_while_others_are_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "_GROUP_S", 0.2)  # the first ones are no save of their own
    files = [root / f"dir/{number}.js" for number in range(100)]
    for file in files:
        file.write_text("old")
    told: list[str] = []

    def switch() -> None:
        for file in (*files, files[50]):
            file.write_text("new")

    batches = batches_of(root, switch, burst_ahead=told.extend)
    assert set(told) == {str(file) for file in files}
    assert sum(map(len, batches)) >= 100


def test_a_switch_of_branches_is_over_when_git_says_so(root: Path) -> None:
    files = [root / f"dir/{number}.js" for number in range(40)]
    for file in files:
        file.write_text("old")
    (root / ".git").mkdir()
    lock = root / ".git/index.lock"

    def switch() -> None:
        lock.write_text("")
        for file in files[:30]:
            file.write_text("new")
        time.sleep(0.2)  # a large file, a busy machine
        for file in files[30:]:
            file.write_text("new")
        lock.unlink()

    *_, last = batches_of(root, switch)
    assert last.keys() >= {f"dir/{number}.js" for number in range(11, 40)}


@pytest.mark.parametrize(
    ("files", "directory", "lock"),
    [
        ({".git/HEAD": ""}, ".", ".git/index.lock"),
        ({".git/HEAD": ""}, "a/b", ".git/index.lock"),
        ({"a/.git": "gitdir: ../trees/a\n", "trees/a/HEAD": ""}, "a/b", "trees/a/index.lock"),
        ({"a/.git": "nonsense", ".git/HEAD": ""}, "a", ".git/index.lock"),
    ],
)
def test_the_lock_is_found(
    tmp_path: Path, files: dict[str, str], directory: str, lock: str
) -> None:
    for name, text in {**files, f"{directory}/x": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = GitLock.of(tmp_path / directory)
    assert not found.is_held()
    (tmp_path / lock).touch()
    assert found.is_held()
    os.utime(tmp_path / lock, (1, 1))
    assert not found.is_held(), "a Git that was killed has left it"


def test_without_a_work_tree_nobody_holds_a_lock() -> None:
    assert not GitLock(None).is_held()


@pytest.mark.parametrize(
    "ignored", [".git/HEAD", "node_modules/p/i.js", "dir/__pycache__/x.pyc", "test-results/r.png"]
)
def test_what_is_ignored_is_silent(root: Path, ignored: str) -> None:
    (root / ignored).parent.mkdir(parents=True)

    def edit() -> None:
        save(root / ignored)
        save(root / "a.js")

    assert batches_of(root, edit) == [{"a.js": UPDATE}]


def test_a_root_below_an_ignored_name_is_watched(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "node_modules/package"
    root.mkdir(parents=True)
    (root / "a.js").touch()
    assert batches_of(root, lambda: save(root / "a.js")) == [{"a.js": UPDATE}]


def test_a_touch_that_changes_nothing_but_rights_is_silent(root: Path) -> None:
    os.utime(root / "a.js", (1, 1))

    def edit() -> None:
        (root / "a.js").chmod(0o600)
        save(root / "b.js")

    assert batches_of(root, edit) == [{"b.js": UPDATE}]


def test_a_root_that_disappears_and_comes_back_is_what_is_different(root: Path) -> None:
    away = root.with_name("away")

    def replace() -> None:
        root.rename(away)
        away.joinpath("a.js").write_text("changed meanwhile")
        away.joinpath("b.js").unlink()
        away.joinpath("c.js").write_text("new meanwhile")
        away.rename(root)

    batches = batches_of(root, replace)
    assert batches == [{"a.js": UPDATE, "b.js": DELETE, "c.js": CREATE}]


def test_a_root_made_again_is_watched(root: Path) -> None:
    def replace() -> None:
        shutil.rmtree(root)
        root.mkdir()
        save(root / "a.js", "brand new")

    first, *rest = batches_of(root, replace, lambda: save(root / "a.js", "and again"), count=2)
    assert first["a.js"] is UPDATE
    assert first["b.js"] is DELETE
    assert rest == [{"a.js": UPDATE}]


def test_a_file_outside_of_the_root_when_it_was_added(root: Path, tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    mine, other = tmp_path / "beside/mine.js", tmp_path / "beside/other.js"
    for file in (mine, other):
        file.write_text("old")

    def edit() -> None:
        save(other)
        rename_over(mine)

    assert batches_of(root, edit, add=mine) == [{"../beside/mine.js": UPDATE}]


def test_a_linked_directory_is_watched_where_it_is(root: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/lib.js").write_text("old")
    (root / "linked").symlink_to("../shared")
    (root / "dir/upwards").symlink_to("..")
    batches = batches_of(
        root, lambda: save(root / "linked/lib.js"), add=(tmp_path / "shared/lib.js")
    )
    assert batches == [{"../shared/lib.js": UPDATE}]


def test_a_root_that_cannot_be_watched_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WatchError, match="nowhere cannot be watched"):
        batches_of(tmp_path / "nowhere", lambda: None)


def test_stopping_ends_the_threads(root: Path) -> None:
    import threading

    before = threading.active_count()
    batches_of(root, lambda: save(root / "a.js"))
    assert [t for t in threading.enumerate() if t.name.startswith("watch ")] == []
    assert threading.active_count() <= before + 1  # asyncio's pool may keep its own


def test_a_file_that_becomes_a_directory_and_back(root: Path) -> None:
    snapshot = FileSnapshot(root, GlobSet([]))
    snapshot.take()
    (root / "a.js").unlink()
    (root / "a.js").mkdir()
    (root / "a.js/inside.js").write_text("x")
    changes = snapshot.difference([str(root / "a.js")])
    assert shown(root, changes) == {"a.js": DELETE, "a.js/inside.js": CREATE}
    shutil.rmtree(root / "a.js")
    save(root / "a.js")
    changes = snapshot.difference([str(root / "a.js")])
    assert shown(root, changes) == {"a.js/inside.js": DELETE, "a.js": CREATE}
    assert snapshot.difference([str(root / "nowhere"), str(root.parent)]) == []


def test_an_unreadable_file_and_a_broken_link_are_no_files(root: Path) -> None:
    snapshot = FileSnapshot(root, GlobSet([]))
    snapshot.take()
    (root / "broken").symlink_to("nowhere")
    os.mkfifo(root / "pipe")
    assert snapshot.difference([str(root)]) == []


def test_two_hints_of_one_save_are_one_update(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy system delivers the event of a file's truncation and that of its writing apart."""
    monkeypatch.setattr(file_snapshot, "_RACY_NS", 60_000_000_000)
    snapshot = FileSnapshot(root, GlobSet([]))
    snapshot.take()
    file = root / "a.js"
    save(file)
    assert shown(root, snapshot.difference([str(file)])) == {"a.js": UPDATE}
    assert snapshot.difference([str(file)]) == []


@pytest.mark.parametrize("size", [3, 2 << 20])
def test_a_save_within_a_tick_of_the_clock_is_seen(
    root: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_snapshot, "_RACY_NS", 60_000_000_000)
    snapshot = FileSnapshot(root, GlobSet([]))
    file = root / "a.js"
    save(file, "1" * size)
    snapshot.take()
    time = file.stat().st_mtime_ns
    save(file, "2" * size)
    os.utime(file, ns=(time, time))
    assert shown(root, snapshot.difference([str(file)])) == {"a.js": UPDATE}


def test_what_is_written_after_a_look_ahead_is_seen(root: Path) -> None:
    snapshot = FileSnapshot(root, GlobSet([]))
    snapshot.take()
    known, new = str(root / "a.js"), str(root / "new.js")
    save(root / "a.js", "one")
    save(root / "new.js", "new")
    looks = snapshot.look_ahead([known, new, str(root / "dir")])
    assert list(looks) == [known]
    save(root / "a.js", "two")
    assert shown(root, snapshot.difference([known, new], looks)) == {
        "a.js": UPDATE,
        "new.js": CREATE,
    }
    assert shown(root, snapshot.difference([known])) == {"a.js": UPDATE}
    assert snapshot.difference([known]) == []


def test_a_file_that_is_written_in_parts_is_one_update_once_it_is_closed(root: Path) -> None:
    def write_slowly() -> None:
        with open(root / "a.js", "w", encoding="utf-8") as file:
            for part in ("first", "second", "third"):
                file.write(part)
                file.flush()
                time.sleep(0.005)

    assert batches_of(root, write_slowly) == [{"a.js": UPDATE}]


def test_a_file_that_is_kept_open_holds_nothing_up(root: Path) -> None:
    """A log file in the project: its writer is waited for once, as long as a save may take."""
    source = Inotify(str(root), bool, 0.02)
    try:
        with open(root / "app.log", "w", encoding="utf-8") as log:
            log.write("first")
            log.flush()
            path = str(root / "app.log")
            assert path in source.wait(PATIENCE_S).paths
            assert source.is_being_written([path, str(root / "a.js")])
            assert not source.is_being_written([str(root / "a.js")])
            while source.is_being_written([path]):
                time.sleep(0.005)
            log.write("second")
            log.flush()
            assert path in source.wait(PATIENCE_S).paths
            assert not source.is_being_written([path])
    finally:
        source.close()
