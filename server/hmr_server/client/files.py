"""What a page loads of ours: the client's script, its wheel, and Pyodide, below `/@hmr/`.

Everything but the script itself has the hash of its content in its URL and is kept by browsers for
ever; the script says where the rest is, and is fetched again with each page.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ..client_wheel.compiled import OWN_MAGIC, magic_of
from ..client_wheel.compiled import compiled as compiled_here
from ..client_wheel.wheel import ClientWheel, build_python_wheel, page_script
from ..config import ServerConfig
from ..files.editor import find_editor
from ..pyodide.files import CDN, VERSION, PyodideFiles
from .scripts import SCRIPT_PARTS, client_scripts

CLIENT_PATH: Final = "/@hmr/client"
REST_PATH: Final = "/@hmr/parts/rest.js"
PARTS_PATH: Final = "/@hmr/parts/"
IMMUTABLE: Final = "public, max-age=31536000, immutable"

_PLACEHOLDER = "__HMR_CONFIG__"
_TIMEOUT_MS = 30_000


@dataclass(frozen=True, slots=True)
class ClientScript:
    """The client's script as one server serves it."""

    content: bytes
    etag: str


class ClientFiles:
    """The files below `/@hmr/`, and the settings that the script carries.

    Args:
        config: The server's configuration.
        wheel: The client's wheel.
        pyodide: Pyodide's files; `None` makes pages load them from Pyodide's CDN.
    """

    def __init__(
        self,
        config: ServerConfig,
        wheel: ClientWheel,
        pyodide: PyodideFiles | None,
    ) -> None:
        self._config = config
        self._wheel = wheel
        # by hash: a page that was served before Pyodide was exchanged still loads the old one
        self._pyodides: dict[str, PyodideFiles] = {}
        self._pyodide = pyodide
        if pyodide is not None:
            self.use_pyodide(pyodide)

    def use_pyodide(self, pyodide: PyodideFiles) -> None:
        """Give another Pyodide to the pages that are loaded from now on."""
        self._pyodide = pyodide
        self._pyodides[pyodide.hash] = pyodide

    def wheel_content(self, hash_: str, name: str) -> bytes | None:
        """Return one of the client's wheels, by hash and name; None where there is none of these."""
        sources = (self._wheel, build_python_wheel())
        compiled = (
            better for pyodide in self._pyodides.values() for better in pyodide.client.values()
        )
        for wheel in (*sources, *compiled):
            if (hash_, name) == (wheel.hash, wheel.name):
                return wheel.content
            if (hash_, name) == (_own_hash(wheel), wheel.name):
                return compiled_here(wheel).content
        return None

    def pyodide_file(self, hash_: str, name: str) -> Path | str | None:
        """Return where a file of Pyodide's is: on this machine, at a URL, or nowhere."""
        pyodide = self._pyodides.get(hash_)
        if pyodide is None:
            return None
        if (file := pyodide.file(name)) is not None:
            return file
        return CDN.format(version=pyodide.version) + name if pyodide.is_package(name) else None

    def script(self, *, has_token: bool = True) -> ClientScript:
        """Return the client's script with this server's settings in it.

        Args:
            has_token: Whether the page gets the token; without it there are no hot updates.

        Raises:
            ClientMissing: The installation is broken.
        """
        return _named(
            client_scripts()
            .head.replace(_PLACEHOLDER, self._settings(has_token=has_token), 1)
            .encode()
        )

    def part(self, name: str) -> ClientScript | None:
        """Return a part of the script that only some pages load; None where there is none of this name.

        Args:
            name: Its file's name.

        Raises:
            ClientMissing: The installation is broken.
        """
        return _named(page_script(name).read_bytes()) if name in SCRIPT_PARTS else None

    def rest(self, hash_: str) -> bytes | None:
        """Return the rest of the script, by its hash; None where it has another one.

        Raises:
            ClientMissing: The installation is broken.
        """
        content, current = _rest()
        return content if hash_ == current else None

    def _settings(self, *, has_token: bool) -> str:
        config = self._config
        token = config.token if has_token else None
        url = config.url
        pyodide = self._pyodide
        micropip = pyodide.micropip if pyodide else None
        wheels = [self._best(wheel) for wheel in (self._wheel, build_python_wheel())]
        urls = [url(f"/@hmr/wheel/{wheel.hash}/{wheel.name}") for wheel in wheels]
        settings = {
            "token": token,
            "base": config.base,
            "host": None,  # this server's, as the page sees it
            "port": None,
            "protocol": None,
            "session": config.session,
            "pyodide": (
                url(f"/@hmr/pyodide/{pyodide.hash}/") if pyodide else CDN.format(version=VERSION)
            ),
            # a Python that has started, with the last of the wheels below
            "snapshot": (
                url(f"/@hmr/pyodide/{pyodide.hash}/{pyodide.snapshot.name}")
                if pyodide and pyodide.snapshot
                else None
            ),
            "pyodideVersion": pyodide.version if pyodide else VERSION,
            "rest": url(f"{REST_PATH}?v={_rest()[1]}"),
            "parts": url(PARTS_PATH),
            "wheel": urls[0],
            # by what bytecode of a page's Python begins with: the wheels that have it
            "bytecode": {
                OWN_MAGIC: [
                    url(f"/@hmr/wheel/{_own_hash(source)}/{source.name}")
                    for source in (self._wheel, build_python_wheel())
                ],
                **({magic: urls} if (magic := magic_of(wheels[0])) else {}),
            },
            "pythonWheel": urls[1],
            "micropip": url(f"/@hmr/micropip/{token}/{micropip}") if micropip and token else None,
            "index": url(f"/@hmr/simple/{token}/") if token else None,
            "packages": list(config.packages),
            "overlay": config.overlay,
            "logPrefix": config.log_prefix,
            "timeout": _TIMEOUT_MS,
            "forwardConsole": config.forward_console,
            "openInEditor": find_editor(config) is not None,
            "transport": str(config.transport),
            "restore": config.restore,
            # a policy would forbid them
            "sources": config.push_sources and not config.has_policy,
        }
        return json.dumps(settings).replace("<", "\\u003c")

    def _best(self, wheel: ClientWheel) -> ClientWheel:
        """Return the wheel with bytecode where it was compiled already."""
        return self._pyodide.client.get(wheel.hash, wheel) if self._pyodide else wheel


@cache
def _rest() -> tuple[bytes, str]:
    content = client_scripts().rest.encode()
    return content, hashlib.sha256(content).hexdigest()[:16]


def _own_hash(source: ClientWheel) -> str:
    """Return what names a wheel in URLs as this server's Python compiles it."""
    return f"{source.hash}-{OWN_MAGIC}"


def _named(content: bytes) -> ClientScript:
    return ClientScript(content, f'W/"{hashlib.sha256(content).hexdigest()[:16]}"')
