"""A project on a real disk, an environment over it, and a page that loads it as a browser would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.payloads import (
    AssetUpdate,
    CssUpdate,
    Custom,
    ErrorPayload,
    FullReload,
    HotPayload,
    JsUpdate,
    Prune,
    PyUpdate,
    Update,
    UpdatePayload,
)
from hmr_server.config import ServerConfig
from hmr_server.environment.environment import DevEnvironment
from hmr_server.graph import module_url
from hmr_server.graph.module_code import TransformResult
from hmr_server.graph.module_graph import ModuleNode
from hmr_server.html.document import read_page
from hmr_server.javascript.imports import parse_module
from hmr_server.plugins import Plugin
from hmr_server.watch.file_change import ChangeKind, FileChange

START = 1_700_000_000_000
PAGE = '<!doctype html><html><head></head><body><script type="module" src="/main.js"></script>'
ACCEPT = "import.meta.hot.accept();"
NAMED = re.compile("<!--hmr-page:[0-9a-f.]+-->")
_PATIENCE_S = 60


class Project:
    """Files, an environment, and what was sent.

    Args:
        directory: An empty directory.
        files: Texts by path.
        plugins: The user's plugins.
        settings: Of the `ServerConfig`.
    """

    def __init__(
        self,
        directory: Path,
        files: dict[str, str | bytes],
        plugins: Sequence[Plugin] = (),
        **settings: Any,
    ) -> None:
        self.root = (directory / "root").resolve()
        self.root.mkdir()
        self.runner = asyncio.Runner()
        self.pushed: list[HotPayload] = []
        self.watched: list[Path] = []
        self.now = START
        for path, text in files.items():
            self.write(path, text)
        self.env = DevEnvironment(
            ServerConfig(root=self.root, **settings),
            self.pushed.append,
            plugins,
            clock=lambda: self.now,
            watch=self.watched.append,
        )

    def write(self, path: str, text: str | bytes) -> Path:
        """Writes a file, without telling the environment."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def answer(
        self, url: str, accept: str = "*/*", if_none_match: str | None = None
    ) -> TransformResult:
        """The answer to a request."""
        self.now += 10
        return self.runner.run(
            self.env.transform_request(url, accept=accept, if_none_match=if_none_match)
        )

    def get(self, url: str, accept: str = "*/*") -> str:
        """The text of the answer to a request."""
        return self.answer(url, accept).body.decode()

    def page(self, path: str = "/index.html", url: str | None = None) -> str:
        """A page as it is served, but for its name."""
        self.now += 10
        file = self.root / path.lstrip("/")
        return NAMED.sub("", self.runner.run(self.env.transform_html(file, url or path)))

    def load(self, path: str = "/index.html") -> list[str]:
        """Loads a page as a browser does: its scripts and sheets, and all that they import.

        Returns:
            The URLs that were asked for, in order.
        """
        asked: list[str] = []
        for found in read_page(self.page(path)).urls:
            if found.value.startswith("/@"):
                continue
            url = urljoin(path, found.value)
            if found.tag == "script":
                self.fetch(url, asked)
            elif found.tag == "link":
                self.answer(self._request_url(url), accept="text/css,*/*;q=0.1")
        return asked

    def fetch(self, url: str, asked: list[str] | None = None) -> list[str]:
        """Fetches a module and what it imports, as `import()` does.

        Returns:
            The URLs that were asked for, in order.
        """
        asked = [] if asked is None else asked
        if url in asked:
            return asked
        asked.append(url)
        code = self.get(self._request_url(url))
        for statement in parse_module(code.encode()).imports:
            specifier = statement.specifier.text
            if "/@hmr/" not in specifier and specifier.startswith((".", "/")):
                self.fetch(urljoin(url, specifier), asked)
        return asked

    def save(self, files: dict[str, str | bytes | None]) -> list[str]:
        """Saves files together (None deletes), and returns what the clients get.

        What was pushed meanwhile comes first.
        """
        changes = []
        for path, text in files.items():
            file = self.root / path
            existed = file.exists()
            if text is None:
                file.unlink()
                kind = ChangeKind.DELETE
            else:
                self.write(path, text)
                kind = ChangeKind.UPDATE if existed else ChangeKind.CREATE
            changes.append(FileChange(kind, file))
        return self.tell(*changes)

    def edit(self, path: str, text: str | bytes | None = None) -> list[str]:
        """Saves one file; without a text, its old one with a line more."""
        if text is None:
            text = (self.root / path).read_bytes() + b"\n"
        return self.save({path: text})

    def tell(self, *changes: FileChange) -> list[str]:
        """Reports changes to the environment, and returns what the clients get."""
        return [shown(payload) for payload in self.payloads(*changes)]

    def payloads(self, *changes: FileChange) -> list[HotPayload]:
        """Tells the environment of changes."""
        self.now += 10
        self.pushed.clear()
        returned = self.runner.run(self.env.updates.handle_file_changes(changes))
        return [*self.pushed, *returned]

    def invalidate(self, path: str, first: str | None = None) -> list[str]:
        """A client says that a module can't handle its update."""
        data = InvalidateData(path=path, first_invalidated_by=first or path)
        return [shown(payload) for payload in self.env.updates.handle_invalidate(data)]

    def sent(self) -> list[str]:
        """What was pushed since the last call."""
        found = [shown(payload) for payload in self.pushed]
        self.pushed.clear()
        return found

    def node(self, url: str) -> ModuleNode:
        """The module of a URL."""
        node = self.env.graph.get_by_url(url)
        assert node is not None, f"{url} is not in the graph"
        return node

    def stamp(self, url: str) -> int:
        """The stamp of a module's last update."""
        return self.node(url).last_hmr_timestamp

    def close(self) -> None:
        """Ends the environment."""
        self.runner.run(self.env.close())
        self.runner.close()

    def _request_url(self, url: str) -> str:
        base = self.env.config.base
        assert url.startswith(base), f"{url} is not below {base}"
        return quote("/" + url.removeprefix(base), safe="/%?#&=:@!$'()*+,;~[]")


async def until(condition: Callable[[], object]) -> None:
    """Lets others run until something is so; a test that would wait for ever fails."""
    async with asyncio.timeout(_PATIENCE_S):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0)


def shown(payload: HotPayload) -> str:
    """A payload as one short line."""
    match payload:
        case UpdatePayload(updates=updates):
            return " + ".join(_shown_update(update) for update in updates)
        case FullReload(path=path):
            return f"reload {path}"
        case Prune(paths=paths):
            return f"prune {' '.join(paths)}"
        case ErrorPayload(err=err):
            return f"error {err.message}"
        case Custom(event=event, data={"files": [*files]}):
            names = [f"{x['path']}{' gone' if x['deleted'] else ''}" for x in files]
            return f"{event} {' '.join(names)}"
    raise AssertionError(f"nobody sends {payload}")


def _shown_update(update: Update) -> str:
    via = f" via {update.accepted_path}" if update.accepted_path != update.path else ""
    match update:
        case CssUpdate(path=path):
            return f"css {path}{via}"
        case AssetUpdate(path=path):
            flags = " data" * update.is_data_file + " module" * update.is_module
            return f"asset {path}{flags}"
        case PyUpdate(path=path, source=source):
            return f"py {path}{via}" if source is not None else f"py {path} gone"
        case JsUpdate(path=path):
            flags = " import" if update.explicit_import_required else ""
            flags += " circular" if update.is_within_circular_import else ""
            first = update.first_invalidated_by
            return f"js {path}{via}{flags}" + (f" first {first}" if first else "")


def stamped(url: str, timestamp: int) -> str:
    """The URL with a stamp."""
    return module_url.inject_query(url, f"t={timestamp}")
