"""Where hints come from: inotify, watchdog, polling; and that the watcher outlives each of them."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hmr_server.config import DEFAULT_WATCH_IGNORE
from hmr_server.watch import watcher as watcher_module
from hmr_server.watch.file_change import ChangeKind
from hmr_server.watch.file_systems import type_of, why_polling
from hmr_server.watch.hints import Hints, HintSource, WatchError
from hmr_server.watch.inotify import Inotify
from hmr_server.watch.polling import Polling
from hmr_server.watch.watcher import Watcher

PATIENCE_S = 60  # for a stuck test; none waits this long
UPDATE, CREATE, DELETE = ChangeKind.UPDATE, ChangeKind.CREATE, ChangeKind.DELETE


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WATCHFILES_POLL_DELAY_MS", "20")
    root = tmp_path.resolve() / "root"
    for name in ("a.js", "dir/x.js", "dir/deep/y.js", "node_modules/p/i.js", ".git/HEAD"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("old")
    return root


def shown(root: Path, file: Path) -> str:
    return os.path.relpath(file, root)


def kinds_after(
    root: Path,
    *edits: Callable[[], object],
    add: Path | None = None,
    until: frozenset[str] | set[str] = frozenset(),
    **options: bool,
) -> tuple[dict[str, ChangeKind], str]:
    """What has happened to which files when all edits have been told of; what was polled by then."""

    async def watch() -> tuple[dict[str, ChangeKind], str]:
        found: dict[str, ChangeKind] = {}
        async with Watcher(root, DEFAULT_WATCH_IGNORE, **options) as watcher:
            if add:
                watcher.add(add)
            changes = aiter(watcher)
            async with asyncio.timeout(PATIENCE_S):
                for number, edit in enumerate((*edits, lambda: None)):
                    await asyncio.to_thread(edit)
                    marker = root / f"marker{number}"
                    await asyncio.to_thread(marker.write_text, "x")
                    is_last = number == len(edits)
                    while marker.name not in found or (is_last and not until <= found.keys()):
                        for change in await anext(changes):
                            found[shown(root, change.file)] = change.kind
            return found, watcher.limitation

    found, limitation = asyncio.run(watch())
    return {n: kind for n, kind in found.items() if not n.startswith("marker")}, limitation


def test_polling_sees_what_events_see(root: Path, tmp_path: Path) -> None:
    beside = tmp_path / "beside.js"
    beside.write_text("old")
    found, limitation = kinds_after(
        root,
        lambda: (root / "dir/x.js").write_text("new"),
        lambda: (root / "new").mkdir() or (root / "new/n.js").write_text("n"),
        (root / "a.js").unlink,
        lambda: (root / "node_modules/p/i.js").write_text("new"),
        lambda: beside.write_text("new"),
        polling=True,
        add=beside,
    )
    assert found == {
        "dir/x.js": UPDATE,
        "new/n.js": CREATE,
        "a.js": DELETE,
        "../beside.js": UPDATE,
    }
    assert "by polling, every 20 ms (as you asked)" in limitation


def test_polling_sees_a_second_save_of_the_same_length_and_time(root: Path) -> None:
    """A network's file system may count whole seconds."""
    file = root / "a.js"
    now = file.stat().st_mtime_ns

    def save(text: str) -> None:
        file.write_text(text)
        os.utime(file, ns=(now, now))

    found, _ = kinds_after(root, lambda: save("one"), polling=True)
    assert found == {"a.js": UPDATE}


@pytest.mark.parametrize("variable", watcher_module.POLLING_VARIABLES)
def test_the_environment_turns_polling_on(
    root: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    found, limitation = kinds_after(root, lambda: (root / "a.js").write_text("new"))
    assert found == {"a.js": UPDATE}
    assert f"{variable}=1" in limitation
    assert kinds_after(root, polling=False) == ({}, "")  # the setting wins


def test_watchdog_is_a_source_like_another(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What macOS and Windows have."""
    pytest.importorskip("watchdog")
    from hmr_server.watch.observer import Observed

    monkeypatch.setattr(watcher_module, "_native", lambda root, _: Observed(root))
    beside = tmp_path / "beside" / "b.js"
    beside.parent.mkdir()
    beside.write_text("old")
    found, limitation = kinds_after(
        root,
        lambda: (root / "dir/x.js").write_text("new"),
        lambda: (root / "dir").rename(root / "moved"),
        lambda: (root / "moved/deep/y.js").write_text("new"),
        lambda: beside.write_text("new"),
        add=beside,
        until={"../beside/b.js"},  # watchdog has a thread for each directory: no common order
    )
    assert found == {
        "dir/x.js": DELETE,
        "dir/deep/y.js": DELETE,
        "moved/x.js": CREATE,
        "moved/deep/y.js": UPDATE,
        "../beside/b.js": UPDATE,
    }
    assert limitation == ""


def test_what_is_ignored_has_no_watch(root: Path) -> None:
    def is_ignored(path: str) -> bool:
        return os.path.basename(path) in {"node_modules", ".git"}

    source = Inotify(str(root), is_ignored, 0.02)
    try:
        assert {os.path.relpath(path, root) for path in source._watches} == {".", "dir", "dir/deep"}
        (root / "node_modules/p/i.js").write_text("new")
        assert source.wait(0) == Hints()
    finally:
        source.close()


class Scarce(Inotify):
    """A system with a limit of watches."""

    left = 1

    def _watch(self, directory: str) -> None:
        if directory not in self._watches:
            if Scarce.left == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            Scarce.left -= 1
        super()._watch(directory)


@pytest.mark.parametrize("watches", [0, 1, 2, 3])
def test_where_watches_are_scarce_the_rest_is_polled(
    root: Path, watches: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """At the start, and while it runs."""
    monkeypatch.setattr("hmr_server.watch.inotify.Inotify", Scarce)
    monkeypatch.setattr(Scarce, "left", watches)
    found, limitation = kinds_after(
        root,
        lambda: (root / "dir/deep/y.js").write_text("new"),
        lambda: (root / "dir/new").mkdir(),
        lambda: (root / "dir/new/n.js").write_text("n"),
        lambda: (root / "dir/new/n.js").write_text("newer"),
        lambda: (root / "a.js").write_text("new"),
        until={"dir/deep/y.js", "dir/new/n.js", "a.js"},  # what is polled comes later than a marker
    )
    assert found.keys() == {"dir/deep/y.js", "dir/new/n.js", "a.js"}
    assert "by polling (the system has no inotify watches left)" in limitation
    assert len([r for r in caplog.records if "max_user_watches" in r.message]) == 1


def test_without_an_inotify_instance_all_is_polled(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> Inotify:
        raise WatchError("the system lets this user have no more inotify instances. More: …")

    monkeypatch.setattr("hmr_server.watch.inotify.Inotify", refuse)
    found, limitation = kinds_after(root, lambda: (root / "a.js").write_text("new"))
    assert found == {"a.js": UPDATE}
    assert "no more inotify instances" in limitation
    assert "The project is polled" in caplog.text


def test_a_full_queue_is_a_look_at_everything(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Inotify(str(root), lambda _: False, 0.02)
    try:
        monkeypatch.setattr(source, "_read", lambda: iter([(-1, 0x4000, "")]))
        (root / "a.js").write_text("new")
        assert str(root) in source.wait(1).paths
    finally:
        source.close()


class Failing(Polling):
    """A source that fails now and then."""

    failures = 0

    def wait(self, seconds: float) -> Hints:
        if Failing.failures:
            Failing.failures -= 1
            raise OSError(errno.EIO, "the system is odd today")
        return super().wait(seconds)


@pytest.mark.parametrize("failures", [1, 5])
def test_a_source_that_fails_is_replaced_and_nothing_is_missed(
    root: Path, failures: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("hmr_server.watch.inotify.Inotify", lambda *_: Failing(str(root), 0.02, ""))
    monkeypatch.setattr(Failing, "failures", 0)

    def fail() -> None:
        Failing.failures = failures
        (root / "a.js").write_text("new")

    found, _ = kinds_after(root, fail, lambda: (root / "dir/x.js").write_text("new"))
    assert found == {"a.js": UPDATE, "dir/x.js": UPDATE}
    assert "Watching failed" in caplog.text


def test_a_name_that_is_no_text_is_a_name(root: Path) -> None:
    directory = os.fsencode(root)

    def write(name: bytes) -> None:
        with open(directory + b"/" + name, "w") as file:
            file.write("x")

    found, _ = kinds_after(root, lambda: write(b"\xff.js"), lambda: write(b"node_modules/\xfe.js"))
    assert found == {"\udcff.js": CREATE}


MOUNTS = r"""
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:5 / /mnt/c rw,noatime - 9p C:\134 rw
31 22 0:6 / /home/me/my\040share rw - cifs //nas/share rw
32 31 0:7 / /home/me/my\040share/local rw shared:1 - tmpfs none rw
33 22 0:8 / /vagrant rw - nfs4 host:/ rw
34 33 0:8 / /vagrant rw - ext4 /dev/vdb rw
broken
"""


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/home/me/project", "ext4"),
        ("/mnt/c/Users/me", "9p"),
        ("/mnt/cd", "ext4"),
        ("/home/me/my share", "cifs"),
        ("/home/me/my share/local/x", "tmpfs"),
        ("/vagrant/x", "ext4"),
    ],
)
def test_the_file_system_of_a_path(path: str, type_: str) -> None:
    assert type_of(path, MOUNTS) == type_
    assert (why_polling(path, MOUNTS) is None) == (type_ in {"ext4", "tmpfs"})


def test_each_source_has_what_is_asked_of_it(root: Path) -> None:
    sources: list[HintSource] = [Polling(str(root), 0.02, "x"), Inotify(str(root), bool, 0.02)]
    for source in sources:
        source.stop()
        assert source.wait(PATIENCE_S) == Hints()
        source.close()
