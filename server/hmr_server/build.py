"""`hmr-server build`: a folder that any static server can serve, without client and dev server.

Pages keep their HTML; the client's tag goes, or starts the page's Python entry, and what ES modules import
of the client starts a worker's. Assets and ES modules are copied, Python modules go into one archive, with
the small files that they read; where a page fetches Python files itself, they are copied too. Nothing is
bundled: that is a bundler's work, and an import that no browser can follow by itself is named.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import posixpath
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as resources
from pathlib import Path

from hmr_server.access import FileAccess
from hmr_server.build_data import sort_out
from hmr_server.client_files import CLIENT_PATH
from hmr_server.config import ServerConfig
from hmr_server.distributions import distributions_of
from hmr_server.globs import GlobSet
from hmr_server.js_imports import ImportKind, parse_module
from hmr_server.page_scripts import page_script
from hmr_server.project_files import MOST_DATA_FILES, SETTINGS_FILES, DataFile
from hmr_server.pyodide_files import CDN, CORE_HASHES, VERSION, PyodideFiles
from hmr_server.python_bundle import PythonBundle, bundle
from hmr_server.python_files import PythonFiles
from hmr_server.python_imports import read_imports

_ASSETS = "assets"
_CLIENT = f"{_ASSETS}/client.js"
_CLIENT_TAG = re.compile(
    r"""<script\b[^>]*\bsrc\s*=\s*["']?(?P<src>[^"'>\s]*/@hmr/client)["']?[^>]*>\s*</script>\s*""",
    re.IGNORECASE,
)
# in an ES module that imports the client: the program of a worker, and its packages
_STARTS = re.compile(r"""\bstart\(\s*["'`]([^"'`]+)["'`]|\bentry\s*:\s*["'`]([^"'`]+)["'`]""")
_PACKAGES = re.compile(r"""\bpackages\s*:\s*\[([^\]]*)\]""")
_PYSCRIPT = re.compile(r"""<(py|mpy)-script|type\s*=\s*["']?(py|mpy)["'\s>]""", re.IGNORECASE)
_PYTHON_FILE = re.compile(r"""([^\s"'`=<>(]+\.py)["'`?#\s>]""")
_DATA = re.compile(r"""\bdata-(entry|packages)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)

# What `import hmr_client` finds without a dev server: no hot context, and nothing else.
_STUB = '''"""Stands in for the package where nothing is hot-replaced."""


def hot(name):
    """There is no hot context."""
'''


class BuildError(Exception):
    """The folder can't be written; says why."""


@dataclass(slots=True)
class Build:
    """What was written.

    Attributes:
        out: The folder.
        pages: The pages, relative to it.
        entries: The Python entries that pages start.
        warnings: What will not work as it does on the dev server.
    """

    out: Path
    pages: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def build(config: ServerConfig, out: Path, pyodide: PyodideFiles | None) -> Build:
    """Writes the folder, in place of what is there of an earlier build.

    Args:
        config: The server's settings.
        out: The folder.
        pyodide: Copied beside the modules; None makes pages load it from its CDN.

    Raises:
        BuildError: There is no page, an entry is missing, or the folder is not ours to replace.
    """
    out = out.resolve()
    marker = out / _ASSETS / ".hmr-build"
    if out.exists() and any(out.iterdir()) and not marker.is_file():
        raise BuildError(f"{out} is not empty, and not an earlier build. Name another: --out DIR")
    if out == config.root or config.root.is_relative_to(out):
        raise BuildError(f"{out} holds the project itself. Name another: --out DIR")
    shutil.rmtree(out, ignore_errors=True)
    marker.parent.mkdir(parents=True)
    marker.touch()
    result = Build(out)
    python = _PythonOutput(config, out, pyodide, result)
    files = list(_project_files(config, out))
    for file in files:
        name = file.relative_to(config.root)
        target = out / _public_name(name)
        match file.suffix.lower():
            case ".py":
                continue  # whether they are needed is known when all entries are
            case ".html" | ".htm":
                _write(target, _page(config, file, python).encode())
                result.pages.append(name.as_posix())
            case ".js" | ".mjs":
                _write(target, _module(config, file, name, python, result))
            case _:
                _write(target, file)
    if not result.pages:
        raise BuildError(f"{config.root} has no HTML page.")
    if any(_fetches_python(file, result.entries) for file in files):
        for file in files:
            if file.suffix == ".py":
                _write(out / _public_name(file.relative_to(config.root)), file)
    python.write()
    return result


def _write(target: Path, content: bytes | Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, target)
    else:
        target.write_bytes(content)


def _project_files(config: ServerConfig, out: Path) -> Iterator[Path]:
    access = FileAccess.of(config)
    ignored = GlobSet(config.watch_ignore)
    for file in sorted(config.root.rglob("*")):
        name = file.relative_to(config.root)
        if any(part.startswith(".") for part in name.parts) or ignored.matches(name.as_posix()):
            continue
        if not file.is_file() or file.is_relative_to(out) or not access.is_allowed(file):
            continue
        if name.parts[0] == "wheels" or name.as_posix() in SETTINGS_FILES:
            continue
        yield file


def _fetches_python(file: Path, entries: Collection[str]) -> bool:
    """Whether a page or a script names Python files that it is not we who start: it fetches them itself."""
    kind = file.suffix.lower()
    if kind not in {".html", ".htm", ".js", ".mjs"}:
        return False
    text = file.read_text("utf-8", "replace")
    if kind in {".html", ".htm"} and _PYSCRIPT.search(text):
        return True
    started = {posixpath.basename(entry) for entry in entries}
    return any(posixpath.basename(name) not in started for name in _PYTHON_FILE.findall(text))


def _public_name(name: Path) -> Path:
    """Files of `public/` are served at the root."""
    return Path(*name.parts[1:]) if name.parts[0] == "public" and len(name.parts) > 1 else name


def _page(config: ServerConfig, file: Path, python: _PythonOutput) -> str:
    text = file.read_text("utf-8-sig")
    here = file.relative_to(config.root)

    def replace(tag: re.Match[str]) -> str:
        given = {name.lower(): html.unescape(value) for name, value in _DATA.findall(tag[0])}
        if "entry" not in given:
            return ""
        packages = given.get("packages", "").replace(",", " ").split()
        python.add(_path_of(config, given["entry"], here), packages)
        start, end = (place - tag.start() for place in tag.span("src"))
        return tag[0][:start] + html.escape(config.url(_CLIENT), quote=True) + tag[0][end:]

    return _CLIENT_TAG.sub(replace, text)


def _path_of(config: ServerConfig, url: str, file: Path) -> str:
    """The path below the base that a URL in a file means.

    Args:
        config: The server's settings.
        url: The URL, perhaps relative.
        file: The file, relative to the root.
    """
    return posixpath.normpath(
        posixpath.join("/", file.parent.as_posix(), url.removeprefix(config.base.rstrip("/")))
    )


def _module(
    config: ServerConfig, file: Path, name: Path, python: _PythonOutput, result: Build
) -> bytes:
    """An ES module whose stylesheets are linked, because no browser imports them."""
    source = file.read_bytes()
    text = source.decode("utf-8", "replace")
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
            client = json.dumps(config.url(_CLIENT)).encode()
            source = source[: found.specifier.start] + client + source[found.specifier.end :]
            packages = re.findall(r"""["'`]([^"'`]+)""", " ".join(_PACKAGES.findall(text)))
            for entry in _STARTS.findall(text):
                python.add(_path_of(config, "".join(entry), name), packages)
        elif not specifier.startswith((".", "/", "http:", "https:")) and (
            found.kind is not ImportKind.DYNAMIC
        ):
            result.warnings.append(
                f"{name.as_posix()} imports {specifier!r}: that needs an import map or a bundler"
            )
    return source


class _PythonOutput:
    """The Python side of a build: one archive, one script, and Pyodide."""

    def __init__(
        self, config: ServerConfig, out: Path, pyodide: PyodideFiles | None, result: Build
    ) -> None:
        self._config = config
        self._out = out
        self._pyodide = pyodide
        self._result = result
        self._files = PythonFiles(config)
        lock = None if pyodide is None else pyodide.directory / "pyodide-lock.json"
        self._distributions: Mapping[str, str] = {} if lock is None else distributions_of(lock)
        self._modules: dict[str, str] = {}
        self._data: dict[str, DataFile] = {}
        self._packages: dict[str, None] = dict.fromkeys(config.packages)

    def add(self, entry: str, packages: list[str]) -> None:
        """Takes in an entry, and what it needs.

        Raises:
            BuildError: There is no such file.
        """
        if entry in self._result.entries:
            return
        found = bundle(self._files, entry, self._distributions)
        if found is None:
            raise BuildError(
                f"there is no {entry}: `data-entry` or `start()` names the file that is run"
            )
        self._collect(found)
        self._packages.update(dict.fromkeys(packages))
        self._result.entries.append(entry)

    def _collect(self, found: PythonBundle) -> None:
        # every file below the root: what is imported by a computed name is needed as well
        for url in (found.entry, *found.files):
            if (module := self._files.read(url)) is not None:
                self._modules[url] = module.source
        self._data.update(found.data)
        warning = f"Python can open the first {MOST_DATA_FILES} data files of this project only"
        if not found.is_complete and warning not in self._result.warnings:
            self._result.warnings.append(warning)
        self._packages.update(dict.fromkeys(found.packages.values()))
        if any("hmr_client" in read_imports(source) for source in self._modules.values()):
            root = "" if found.root == "/" else found.root
            self._modules.setdefault(f"{root}/hmr_client.py", _STUB)

    def write(self) -> None:
        """Writes archive, script and Pyodide."""
        if not self._modules:
            return
        assets = self._out / _ASSETS
        data = sort_out(self._config.root, self._data)
        files = {url: text.encode("utf-8", "surrogatepass") for url, text in self._modules.items()}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for url, file in sorted((files | data.archived).items()):
                # a fixed date: the same sources are the same archive
                info = zipfile.ZipInfo(url.lstrip("/"), (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, file)
        name = f"python-{hashlib.sha256(content.getvalue()).hexdigest()[:12]}.zip"
        (assets / name).write_bytes(content.getvalue())
        wheels = sorted((self._config.root / "wheels").glob("*.whl"))
        for wheel in wheels:
            shutil.copyfile(wheel, assets / wheel.name)
        have = {wheel.name.partition("-")[0].replace("_", "-").lower() for wheel in wheels}
        packages = [x for x in self._packages if x.replace("_", "-").lower() not in have]
        settings = {
            "pyodide": self._pyodide_url(assets, packages),
            "modules": name,
            "wheels": [wheel.name for wheel in wheels],
            "packages": packages,
            "installed": sorted(have),
            "base": self._config.base,
            "files": [
                [f"/home/pyodide{url}", _public_name(Path(url.lstrip("/"))).as_posix(), *look]
                for url, look in data.fetched.items()
            ],
        }
        if data.fetched:
            shutil.copyfile(page_script("data_files.js"), assets / "data_files.js")
        script = resources("hmr_server").joinpath("build_client.js").read_text("utf-8")
        text = script.replace("__SETTINGS__", json.dumps(settings))
        (self._out / _CLIENT).write_text(text, "utf-8")

    def _pyodide_url(self, assets: Path, packages: list[str]) -> str:
        pyodide = self._pyodide
        if pyodide is None or packages:  # npm's Pyodide has no packages, not even micropip
            return CDN.format(version=VERSION) + "pyodide.mjs"
        folder = assets / f"pyodide-{pyodide.version}"
        folder.mkdir()
        for name in CORE_HASHES:
            if (file := pyodide.file(name)) is not None:
                shutil.copyfile(file, folder / name)
        return f"{folder.name}/pyodide.mjs"
