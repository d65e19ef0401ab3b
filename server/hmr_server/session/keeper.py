"""Keeps the session of a running server on disk, and takes over its predecessor's."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Iterable
from pathlib import Path

from hmr_client import __version__

from ..channel.hot_channel import HotChannel
from ..client_wheel.wheel import sources_hash
from ..config import ServerConfig
from ..environment.environment import DevEnvironment
from ..python.project_files import look_of
from .graph_snapshot import restore, saved_module
from .saved_session import GONE, SavedSession
from .store import SessionStore

_LATER_S = 0.1  # loading a page is many requests, and no page waits for this behind its update

_logger = logging.getLogger(__name__)


class SessionKeeper:
    """Writes down what the next process has to know.

    Args:
        store: Where; `None` keeps nothing.
        config: The server's configuration.

    Attributes:
        saved: The session that is taken over, if there is one.
        pages: The pages that were served: file and URL path.
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
        self._is_whole_due = True  # what is in the file is another's, or nothing
        self._has_failed = False  # to write, the last time
        self._files: dict[str, None] = {}  # those that pages know
        self._looks_changed: dict[str, None] = {}  # and of them those to look at
        self._served: dict[str, None] = {}  # those that pages have got unchanged
        self._served_changed: dict[str, None] = {}  # likewise
        self._last_push = 0  # that was written down
        self.saved = store.load(self._fingerprint) if store else None
        self._token = self.saved.token if self.saved else config.token
        self.pages: dict[str, str] = {}

    def take_over(self, channel: HotChannel, environment: DevEnvironment) -> None:
        """Fill a new server with what its predecessor left.

        Args:
            channel: Its hot channel, of the session that is taken over.
        """
        self._channel, self._environment = channel, environment
        if (store := self._store) is not None:
            channel.on_number = lambda number: store.note_sent(channel.session, number)
        if self.saved is not None:
            self._restore(self.saved, channel, environment)
        environment.registrations.on_change = self.touch

    def _restore(
        self, saved: SavedSession, channel: HotChannel, environment: DevEnvironment
    ) -> None:
        try:
            restore(environment.graph, saved.modules)
            sent = 0 if self._store is None else self._store.last_sent(saved.session)
            if sent > saved.sequence:  # it was killed before it could write down what it sent
                channel.journal.take_over((), sent)
            else:
                channel.journal.take_over(saved.journal, saved.sequence)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # The numbers start again: a page that comes back has an unknown one, and reloads.
            _logger.debug("the last session cannot be taken over: %s", error)
            self.saved = None
            return
        self.pages.update(saved.pages)
        registrations = environment.registrations
        without_reader = frozenset(saved.without_reader)
        for file in saved.python_files:
            registrations.register_python([Path(file)], is_held=file not in without_reader)
        registrations.register_data(map(Path, saved.data_files))
        for file in saved.served_files:
            registrations.register_served(Path(file))
        for file in saved.without_reader:
            registrations.register_without_reader(Path(file))
        if saved.listed_files:
            registrations.register_listing(saved.listed_files)

    def served_page(self, file: Path, url: str) -> None:
        """Note a page that was served."""
        self.pages[str(file)] = url
        self.touch()

    def note_changes(self, files: Iterable[Path]) -> None:
        """Note that files were saved or deleted."""
        for file in map(str, files):
            if file in self._files:
                self._looks_changed[file] = None
            if file in self._served:
                self._served_changed[file] = None

    def touch(self) -> None:
        """Save the news soon: a client can't resume after a push that is not written down."""
        if self._store is None or self._is_closed or self._timer is not None:
            return
        self._timer = asyncio.get_running_loop().call_later(_LATER_S, self._begin)

    async def close(self) -> None:
        """Save what is not saved, for the last time."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._begin()
        await self._end_of_saving()
        if self._has_failed:
            self._begin()
            await self._end_of_saving()
        if self._store is not None:
            self._store.close()

    async def _end_of_saving(self) -> None:
        while self._saving is not None:
            await self._saving

    def _begin(self) -> None:
        self._timer = None
        if self._saving is not None:
            self._is_dirty = True
            return
        self._saving = asyncio.create_task(self._save())

    async def _save(self) -> None:
        assert self._store is not None  # noqa: S101  # touch() has looked
        try:
            await asyncio.to_thread(self._write, self._store, self._news())
            self._has_failed = False
        except (OSError, RuntimeError) as error:
            # A full disk, or a loop that ends: pages reload after a restart, as they would anyway.
            _logger.debug("the session cannot be kept: %s", error)
            self._is_whole_due = self._has_failed = True
        finally:
            self._saving = None
        if self._is_dirty:
            self._is_dirty = False
            self._begin()

    def _news(self) -> SavedSession:
        """Return what is new since the last time, and how things stand."""
        assert self._channel is not None  # noqa: S101  # take_over() comes first
        environment = self._owner()
        graph, registrations = environment.graph, environment.registrations
        python_files = tuple(map(str, registrations.python_files))
        data_files = tuple(map(str, registrations.data_files))
        if self._is_whole_due:
            graph.changed = dict.fromkeys(graph)
            self._looks_changed = dict.fromkeys(self._files)
            self._served_changed = dict.fromkeys(self._served)
            self._last_push = 0
        self._is_whole_due = False
        changed, graph.changed = graph.changed, {}
        forgotten, graph.forgotten = graph.forgotten, {}
        looks, self._looks_changed = self._looks_changed, {}
        known = dict.fromkeys(module.file for module in changed if module.file)
        for others in (self.pages, python_files, data_files):
            known |= dict.fromkeys(file for file in others if file not in self._files)
        self._files |= known
        served = dict.fromkeys(map(str, registrations.served_files))
        served_looks, self._served_changed = self._served_changed, {}
        served_looks |= {file: None for file in served if file not in self._served}
        self._served = served
        journal = self._channel.journal
        pushes = journal.since(self._last_push)
        self._last_push = journal.last
        return SavedSession(
            fingerprint=self._fingerprint,
            session=self._channel.session,
            token=self._token,
            saved_ns=time.time_ns(),
            sequence=journal.last,
            journal=tuple(journal.entries if pushes is None else pushes),
            files=dict.fromkeys([*looks, *known], ""),
            pages=dict(self.pages),
            python_files=python_files,
            data_files=data_files,
            listed_files=dict(registrations.listed),
            served_files=dict.fromkeys(served_looks, GONE),
            without_reader=tuple(sorted(map(str, registrations.served.without_reader))),
            modules=tuple(map(saved_module, changed)),
            forgotten=tuple(forgotten),
        )

    def _owner(self) -> DevEnvironment:
        assert self._environment is not None, "take_over() comes first"  # noqa: S101  # as the message says
        return self._environment

    @staticmethod
    def _write(store: SessionStore, session: SavedSession) -> None:
        hashes = {**session.files, **store.hashes(session.files)}
        served = {file: look_of(Path(file)) or GONE for file in session.served_files}
        store.save(dataclasses.replace(session, files=hashes, served_files=served))


def _fingerprint(config: ServerConfig) -> str:
    """Return what has to be equal for a page of one process to be a page of the next."""
    return "|".join(
        map(
            str,
            (
                __version__,
                sources_hash(),
                config.root,
                config.base,
                config.mode,
                config.plugins,
                config.fs_allow,
                config.hmr_partial_accept,
            ),
        )
    )
