"""`hmr-server build`: a folder that any static server can serve, without client and dev server.

Pages keep their HTML; the client's tag goes, or starts the page's Python entry, and what ES modules import
of the client starts a worker's. Assets and ES modules are copied, Python modules go into one archive, with
the small files that they read; where a page fetches Python files itself, they are copied too. Nothing is
bundled: that is a bundler's work, and an import that no browser can follow by itself is named.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import posixpath
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from ..client.files import CLIENT_PATH
from ..config import PAGE_SUFFIXES, ServerConfig
from ..files.access import FileAccess
from ..files.globs import GlobSet
from ..files.reading import read_bytes, read_text
from ..html.tags import Tag, read_tags
from ..javascript.client_calls import client_calls, strings
from ..javascript.imports import ImportKind, parse_module
from ..plugins import Plugin
from ..pyodide.files import PyodideFiles
from ..python.project_files import SETTINGS_FILES
from .output import ASSETS, CLIENT, Build, BuildError, public_name
from .plugin_modules import PluginModules
from .python import PythonOutput
from .selection import Selection

_CLIENT_URL = re.compile(r"[^\s]*/@hmr/client\Z")
_PYSCRIPT_TAGS = frozenset({"py-script", "mpy-script"})
_PYSCRIPT_TYPES = frozenset({"py", "mpy"})
_PYTHON_SUFFIX = re.compile(r"""\.py(?=["'`?#\s>]|\Z)""")
_BEFORE_A_PATH = re.compile(r"""[\s"'`=<>(]""")
_LONGEST_NAME = 255  # bytes of a file's name, at most


def build(
    config: ServerConfig,
    out: Path,
    pyodide: PyodideFiles | None,
    plugins: Sequence[Plugin] = (),
) -> Build:
    """Write the folder, in place of an earlier build.

    Args:
        config: The server's settings.
        pyodide: Copied beside the modules; None makes pages load it from its CDN.
        plugins: They make pages and modules here too.

    Raises:
        BuildError: There is no page, an entry is missing, a plugin failed, or the folder is not ours to replace.
    """
    out = out.resolve()
    marker = out / ASSETS / ".hmr-build"
    if out.exists() and any(out.iterdir()) and not marker.is_file():
        raise BuildError(f"{out} is not empty, and not an earlier build. Name another: --out DIR")
    if out == config.root or config.root.is_relative_to(out):
        raise BuildError(f"{out} holds the project itself. Name another: --out DIR")
    shutil.rmtree(out, ignore_errors=True)
    marker.parent.mkdir(parents=True)
    marker.touch()
    result = Build(out)
    files = _used_files(config, out, result)
    used = {f"/{file.relative_to(config.root).as_posix()}" for file in files}
    python = PythonOutput(config, out, pyodide, result, used)
    modules = PluginModules(config, list(plugins)) if plugins else None
    for file in files:
        name = file.relative_to(config.root)
        target = out / public_name(name)
        match file.suffix.lower():
            case ".py":
                continue  # whether they are needed is known when all entries are
            case suffix if suffix in PAGE_SUFFIXES:
                text = read_text(file, "utf-8-sig")
                if modules is not None:
                    text = asyncio.run(modules.page(text, f"/{name.as_posix()}"))
                _write(target, _page(config, text, name, python).encode())
                result.pages.append(name.as_posix())
            case ".js" | ".mjs":
                _write(target, _module(config, read_bytes(file), name, python, result))
            case _:
                _write(target, file)
    for name, code in modules.written.items() if modules is not None else ():
        _write(out / name, _module(config, code.encode(), name, python, result))
    if not result.pages:
        raise BuildError(f"{config.root} has no HTML page.")
    if any(_fetches_python(file, result.entries) for file in files):
        for file in files:
            if file.suffix == ".py":
                _write(out / public_name(file.relative_to(config.root)), file)
    python.write()
    return result


def _write(target: Path, content: bytes | Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, target)
    else:
        target.write_bytes(content)


def _used_files(config: ServerConfig, out: Path, result: Build) -> list[Path]:
    """Return the files that pages use, in order; note the others."""
    paths = list(_project_files(config, out, result))
    selection = Selection(paths, config.build_include)
    pending = list(selection.first())
    while pending:
        path = pending.pop()
        if selection.is_text(path):
            text = read_text(config.root / path, "utf-8", "replace")
            pending += selection.named_in(path, text)
    result.left_out += [path for path in paths if path not in selection.used]
    return [config.root / path for path in paths if path in selection.used]


def _project_files(config: ServerConfig, out: Path, result: Build) -> Iterator[str]:
    """Yield what may be built, relative to the root; note what may not because it may be secret."""
    access = FileAccess.of(config)
    ignored = GlobSet(config.watch_ignore)
    for folder, folders, names in os.walk(config.root):
        place = Path(folder)
        here = place.relative_to(config.root)
        kept = []
        for name in sorted(folders):
            path = (here / name).as_posix()
            if ignored.matches(f"{path}/x") or (place / name).is_relative_to(out):
                continue
            if access.is_denied(place / name):
                result.secrets.append(f"{path}/")
            elif path != "wheels":
                kept.append(name)
        folders[:] = kept
        for name in sorted(names):
            path = (here / name).as_posix()
            if ignored.matches(path) or path in SETTINGS_FILES or not (place / name).is_file():
                continue
            if access.is_allowed(place / name):
                yield path
            else:
                result.secrets.append(path)


def _fetches_python(file: Path, entries: Collection[str]) -> bool:
    """Return whether a page or a script names Python files that it is not we who start: it fetches them itself."""
    kind = file.suffix.lower()
    if kind in {".js", ".mjs"}:
        texts = strings(read_bytes(file))
    elif kind in PAGE_SUFFIXES:
        tags = read_tags(read_text(file, "utf-8", "replace"))
        if any(_is_pyscript(tag) for tag in tags):
            return True
        texts = [value for tag in tags for value in tag.attributes.values()]
        texts += [text for tag in tags if tag.text for text in strings(tag.text.encode())]
    else:
        return False
    started = {posixpath.basename(entry) for entry in entries}
    return any(name not in started for text in texts for name in _python_names(text))


def _is_pyscript(tag: Tag) -> bool:
    return tag.name in _PYSCRIPT_TAGS or (
        tag.name == "script" and tag.attributes.get("type", "").lower() in _PYSCRIPT_TYPES
    )


def _python_names(text: str) -> Iterator[str]:
    """Return the names of Python files that a text mentions, without their folders.

    Read backwards from each suffix: forwards, a megabyte of base64 would be tried from each character.
    """
    for suffix in _PYTHON_SUFFIX.finditer(text):
        before = text[max(0, suffix.start() - _LONGEST_NAME) : suffix.start()]
        if stem := _BEFORE_A_PATH.split(before)[-1]:
            yield posixpath.basename(f"{stem}.py")


def _page(config: ServerConfig, text: str, here: Path, python: PythonOutput) -> str:
    pieces = []
    position = 0
    for tag in read_tags(text):
        source = tag.attributes.get("src", "")
        if tag.name != "script" or not _CLIENT_URL.match(source):
            continue
        pieces.append(text[position : tag.start])
        if (entry := tag.attributes.get("data-entry")) is not None:
            packages = tag.attributes.get("data-packages", "").replace(",", " ").split()
            python.add(_path_of(config, entry, here), packages)
            client = html.escape(config.url(CLIENT), quote=True)
            pieces.append(text[tag.start : tag.end].replace(source, client, 1))
            position = tag.end
        else:
            position = tag.end + len(text[tag.end :]) - len(text[tag.end :].lstrip())
    return "".join([*pieces, text[position:]])


def _path_of(config: ServerConfig, url: str, file: Path) -> str:
    """Return the path below the base that a URL in a file means.

    Args:
        config: The server's settings.
        url: The URL, perhaps relative.
        file: The file, relative to the root.
    """
    return posixpath.normpath(
        posixpath.join("/", file.parent.as_posix(), url.removeprefix(config.base.rstrip("/")))
    )


def _module(
    config: ServerConfig, source: bytes, name: Path, python: PythonOutput, result: Build
) -> bytes:
    """Return an ES module whose stylesheets are linked, because no browser imports them."""
    calls = client_calls(source)
    for found in reversed(parse_module(source).imports):
        specifier = found.specifier.text
        if specifier.endswith(".css") and specifier.startswith((".", "/")) and not found.bindings:
            end = source.find(b";", found.specifier.end) + 1 or found.specifier.end
            start = source.rfind(b"import", 0, found.specifier.start)
            url = f"new URL({json.dumps(specifier)}, import.meta.url)"
            link = (
                'document.head.append(Object.assign(document.createElement("link"), '
                f'{{ rel: "stylesheet", href: {url} }}));'
            )
            source = source[:start] + link.encode() + source[end:]
        elif specifier == CLIENT_PATH:
            client = json.dumps(config.url(CLIENT)).encode()
            source = source[: found.specifier.start] + client + source[found.specifier.end :]
            for call in calls:
                python.add(_path_of(config, call.entry, name), list(call.packages))
        elif not specifier.startswith((".", "/", "http:", "https:")) and (
            found.kind is not ImportKind.DYNAMIC
        ):
            result.warnings.append(
                f"{name.as_posix()} imports {specifier!r}: that needs an import map or a bundler"
            )
    return source
