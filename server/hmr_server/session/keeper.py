"""Keeps the session of a running server on disk, and takes over its predecessor's."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from ..channel.hot_channel import HotChannel
from ..client_wheel.wheel import build_python_wheel
from ..config import ServerConfig
from ..environment.environment import DevEnvironment
from ..python.project_files import DataFile
from .graph_snapshot import restore, snapshot
from .store import SavedSession, SessionStore

_LATER_S = 0.3  # loading a page is many requests

_logger = logging.getLogger(__name__)


class SessionKeeper:
    """Writes down what the next process has to know.

    Args:
        store: Where; `None` keeps nothing.
        config: The server's configuration.

    Attributes:
        saved: The session that is taken over, if there is one.
        pages: The pages that were served: file and URL path.
        python_files: The Python files that pages hold.
        data_files: Other files that their Python has read.
    """

    def __init__(self, store: SessionStore | None, config: ServerConfig) -> None:
        self._store = store
        self._fingerprint = _fingerprint(config)
        self._channel: HotChannel | None = None
        self._environment: DevEnvironment | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._saving: asyncio.Task[None] | None = None
        self._is_dirty = False
        self._is_closed = False
        self.saved = store.load(self._fingerprint) if store else None
        self.pages: dict[str, str] = {}
        self.python_files: dict[str, None] = {}
        self.data_files: dict[str, None] = {}

    def take_over(self, channel: HotChannel, environment: DevEnvironment) -> None:
        """Fill a new server with what its predecessor left.

        Args:
            channel: Its hot channel, of the session that is taken over.
        """
        self._channel, self._environment = channel, environment
        if (saved := self.saved) is None:
            return
        try:
            restore(environment.graph, saved.modules)
            channel.journal.take_over(saved.journal, saved.sequence)
        except (LookupError, TypeError, ValueError) as error:
            # The numbers start again: a page that comes back has an unknown one, and reloads.
            _logger.debug("the last session cannot be taken over: %s", error)
            self.saved = None
            return
        self.pages.update(saved.pages)
        self.python_files.update(dict.fromkeys(saved.python_files))
        self.data_files.update(dict.fromkeys(saved.data_files))
        environment.register_python_files(map(Path, saved.python_files))
        environment.register_data_files(map(Path, saved.data_files))
        if saved.listed_files:
            environment.register_data_listing(saved.listed_files)

    def served_page(self, file: Path, url: str) -> None:
        """Note a page that was served."""
        self.pages[str(file)] = url
        self.touch()

    def register_python_files(self, files: Iterable[Path]) -> None:
        """Note Python files that a page holds."""
        known = list(files)
        self.python_files.update(dict.fromkeys(map(str, known)))
        self._owner().register_python_files(known)
        self.touch()

    def register_data_files(self, files: Iterable[Path]) -> None:
        """Note other files that a page's Python has read."""
        known = list(files)
        self.data_files.update(dict.fromkeys(map(str, known)))
        self._owner().register_data_files(known)
        self.touch()

    def register_data_listing(self, listed: Mapping[str, DataFile]) -> None:
        """Note data files that a page's Python may open.

        Args:
            listed: How they look, by their absolute paths.
        """
        self._owner().register_data_listing(listed)
        self.touch()

    def touch(self, *, at_once: bool = False) -> None:
        """Save soon, or now: a push that is not written down cannot be resumed after."""
        if self._store is None or self._is_closed:
            return
        if self._timer is not None:
            if not at_once:
                return
            self._timer.cancel()
        delay = 0 if at_once else _LATER_S
        self._timer = asyncio.get_running_loop().call_later(delay, self._begin)

    async def close(self) -> None:
        """Save what is not saved, for the last time."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._begin()
        while self._saving is not None:
            await self._saving

    def _begin(self) -> None:
        self._timer = None
        if self._saving is not None:
            self._is_dirty = True
            return
        self._saving = asyncio.create_task(self._save())

    async def _save(self) -> None:
        assert self._store is not None  # noqa: S101 - touch() has looked
        try:
            await asyncio.to_thread(self._write, self._store, self._state())
        except (OSError, RuntimeError) as error:
            # A full disk, or a loop that ends: pages reload after a restart, as they would anyway.
            _logger.debug("the session cannot be kept: %s", error)
        finally:
            self._saving = None
        if self._is_dirty:
            self._is_dirty = False
            self._begin()

    def _state(self) -> SavedSession:
        assert self._channel is not None  # noqa: S101 - take_over() comes first
        modules = snapshot(self._owner().graph)
        files = dict.fromkeys(module.file for module in modules if module.file)
        files |= dict.fromkeys((*self.pages, *self.python_files, *self.data_files))
        return SavedSession(
            fingerprint=self._fingerprint,
            session=self._channel.session,
            saved_ns=time.time_ns(),
            sequence=self._channel.journal.last,
            journal=self._channel.journal.entries,
            files=dict.fromkeys(files, ""),
            pages=dict(self.pages),
            python_files=tuple(self.python_files),
            data_files=tuple(self.data_files),
            listed_files=dict(self._owner().listed_data_files),
            modules=modules,
        )

    def _owner(self) -> DevEnvironment:
        assert self._environment is not None, "take_over() comes first"  # noqa: S101
        return self._environment

    @staticmethod
    def _write(store: SessionStore, session: SavedSession) -> None:
        store.save(dataclasses.replace(session, files=store.hashes(session.files)))


def _fingerprint(config: ServerConfig) -> str:
    """Return what has to be equal for a page of one process to be a page of the next."""
    return "|".join(
        map(
            str,
            (
                metadata.version("hmr-server"),
                build_python_wheel().hash,
                config.root,
                config.base,
                config.mode,
                config.plugins,
                config.fs_allow,
                config.hmr_partial_accept,
            ),
        )
    )
