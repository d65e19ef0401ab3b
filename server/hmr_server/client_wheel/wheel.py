"""The client as the page gets it: one wheel, made in memory from what is installed here.

The same sources that this Python imports, editable or installed, are what the page imports
(without their comments), so that page and server are always of one version. Same sources, same
bytes: the URL carries their hash and is cached for ever.

What hot-replaces Python modules is more than half of it, and a page without Python modules does not
need it: there are two wheels, one for every page, and one for the pages that do. Pages import from
the wheel as it is, which saves them the unpacking.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import io
import logging
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hmr_client import __version__

from ..cache import cache_directory, keep, read_kept

DISTRIBUTION = "hmr-client"
_PACKAGES = ("hmr_client", "hmr_browser")
# for programs and tests on CPython, and for type checkers
_NOT_IN_A_PAGE = (
    "hmr_browser/bridge.py",
    "hmr_client/__main__.py",
    "hmr_client/embedding.py",
    "hmr_client/module_runner/__main__.py",
    "hmr_client/testing.py",
    "hmr_client/transport/websockets.py",
)
_FOR_PYTHON_MODULES = (
    "hmr_client/logger.py",  # a protocol: programs may name it
    "hmr_client/module_runner/*",
    "hmr_browser/python/*",
    "hmr_browser/pyscript/*",
    "hmr_browser/snapshot.py",
)
_IN_EVERY_PAGE = (
    "hmr_client/module_runner/__init__.py",
    "hmr_client/module_runner/hot.py",
    "hmr_browser/python/__init__.py",
    "hmr_browser/python/packages.py",
    "hmr_browser/python/unpatched.py",
)

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows

_logger = logging.getLogger(__name__)


class ClientMissing(Exception):
    """The client's packages or its script cannot be found: the installation is broken."""


@dataclass(frozen=True, slots=True)
class ClientWheel:
    """A wheel, ready to be sent.

    Attributes:
        name: Its file name.
        content: Its bytes.
        hash: Names the content in URLs.
    """

    name: str
    content: bytes
    hash: str

    @property
    def size(self) -> int:
        """How many bytes the page fetches."""
        return len(self.content)


@functools.cache  # what is imported here does not change either
def build_client_wheel() -> ClientWheel:
    """Pack of `hmr_client` and `hmr_browser`, as they are importable here, what every page needs.

    Raises:
        ClientMissing: One of them is not.
    """
    return _kept_wheel("page", lambda path: not _is_for_python_modules(path))


@functools.cache
def build_python_wheel() -> ClientWheel:
    """Pack all that a page with Python modules needs.

    Raises:
        ClientMissing: The client is not importable here.
    """
    return _kept_wheel("python", lambda _: True)


@functools.cache
def sources_hash() -> str:
    """Return what names the client as it is importable here; costs a hundredth of its wheels.

    Raises:
        ClientMissing: The client is not importable here.
    """
    digest = hashlib.sha256(__version__.encode())
    own = Path(__file__).parent
    makers = ((file.name, file.read_bytes()) for file in sorted(own.glob("*.py")))
    for path, content in (*makers, *_sources()):
        digest.update(f"\0{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def client_wheels() -> tuple[ClientWheel, ClientWheel]:
    """Return the wheel of every page, and that of pages with Python modules.

    Raises:
        ClientMissing: The client is not importable here.
    """
    return build_client_wheel(), build_python_wheel()


def named_by_content(name: str, content: bytes) -> ClientWheel:
    """Return a wheel as it is sent.

    Args:
        name: Its file name.
    """
    return ClientWheel(name, content, hashlib.sha256(content).hexdigest()[:16])


def package_directory(name: str) -> Path:
    """Return where one of the client's packages is.

    Raises:
        ClientMissing: It is not importable here.
    """
    spec = importlib.util.find_spec(name)  # finds, and does not import, a top-level package
    if spec is None or not spec.submodule_search_locations:
        raise ClientMissing(f"{name} is not installed. Reinstall {DISTRIBUTION}.")
    return Path(next(iter(spec.submodule_search_locations)))


def page_script(name: str) -> Path:
    """Return a script of the client: in the package where it is installed, beside it in the repository.

    Args:
        name: Its file's name: `bootstrap.js`, one that it loads, or `compile_archives.mjs`.

    Raises:
        ClientMissing: It is in neither place.
    """
    package = package_directory("hmr_browser")
    for place in (package / name, package.parent / name):
        if place.is_file():
            return place
    raise ClientMissing(f"{name} is not in {package}. Reinstall {DISTRIBUTION}.")


def _kept_wheel(kind: str, wanted: Callable[[str], bool]) -> ClientWheel:
    """Return a wheel that an earlier process has made of the same sources, or make it and keep it."""
    name = f"{DISTRIBUTION.replace('-', '_')}-{__version__}-py3-none-any.whl"
    file = cache_directory() / "client" / f"{sources_hash()}-{kind}.whl"
    content = read_kept(file)
    if content is None:
        content = _wheel(wanted)
        try:
            keep(file, content)
        except OSError as error:  # the next process makes it again
            _logger.debug("the client cannot be kept: %s", error)
    return named_by_content(name, content)


def _wheel(wanted: Callable[[str], bool]) -> bytes:
    version = __version__
    name = DISTRIBUTION.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    files = _minified(wanted)
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {version}\n"
    ).encode()
    # neither WHEEL nor RECORD: a page neither builds, verifies nor uninstalls it, and fetches it each time
    return _zipped(files)


def _is_for_python_modules(path: str) -> bool:
    return path not in _IN_EVERY_PAGE and any(fnmatch(path, glob) for glob in _FOR_PYTHON_MODULES)


def _minified(wanted: Callable[[str], bool]) -> dict[str, bytes]:
    from .minify import minify  # with `ast` and `tokenize`, for a wheel that is made once

    return {
        path: minify(content.decode().replace("\r\n", "\n")).encode()
        for path, content in _sources()
        if path not in _NOT_IN_A_PAGE and wanted(path)
    }


@functools.cache
def _sources() -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (package + file.as_posix().removeprefix(directory.as_posix()), file.read_bytes())
        for package in _PACKAGES
        for directory in (package_directory(package),)
        for file in sorted(directory.rglob("*.py"))
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = 3  # the same bytes on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()
