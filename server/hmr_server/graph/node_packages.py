"""Finds the files of packages in `node_modules`, as Node.js and bundlers do for a browser.

`exports` with the conditions of a development build for browsers, then `browser`, `module` and
`main`; `imports` (`#internal`) and self-references. Source of the rules: Node.js, "Modules:
Packages", and Vite's `node/plugins/resolve.ts`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from ..files.reading import read_text

CONDITIONS = frozenset({"import", "module", "browser", "development", "default"})
_COMMONJS_CONDITIONS = frozenset({"require", "node", "default"})

_NAME = re.compile(r"(?P<name>@[^/]+/[^/]+|[^@/][^/]*)(?P<subpath>/.*)?\Z")
_MAIN_FIELDS = ("browser", "module", "jsnext:main", "main")
_EXTENSIONS = (".mjs", ".js", ".json", ".cjs")

JSONObject: TypeAlias = "Mapping[str, object]"


_ESM = re.compile(
    r"\bexport\s*[{*]|\bexport\s+(?:default|const|let|var|function|class|async)\b"
    r"|\bimport\s*[{*\"']|\bimport\s+[\w$]+[\s,]|\bimport\.meta\b"
)
_COMMONJS = re.compile(r"\bmodule\.exports\b|\bexports\.[\w$]+\s*=|\brequire\(")
_UMD = re.compile(r"\btypeof\s+(?:define|exports|module)\b")


class ModuleFormat(Enum):
    """What kind of module a file of a package is."""

    ES_MODULE = "ES module"
    UMD = "UMD"  # runs in a browser and sets globals, but exports nothing there
    COMMONJS = "CommonJS"


class PackageError(Exception):
    """A package exists, but the requested part of it can't be served. Says what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package's directory and its `package.json`."""

    directory: Path
    manifest: JSONObject


class NodePackages:
    """The packages that files below some directory can import; remembers what it has read."""

    def __init__(self) -> None:
        self._manifests: dict[Path, tuple[int, JSONObject]] = {}
        self._formats: dict[Path, tuple[int, ModuleFormat]] = {}

    def find(self, specifier: str, importer_directory: Path) -> Path | None:
        """Return the file that a bare specifier names.

        Args:
            specifier: `name`, `@scope/name`, either with a path after it, or `#internal`.
            importer_directory: Where the importing file is.

        Returns:
            The file, which exists; None when there is no such package.

        Raises:
            PackageError: The package doesn't export this, or ships no ES module.
        """
        if specifier.startswith("#"):
            return self._internal(specifier, importer_directory)
        match = _NAME.match(specifier)
        if match is None:
            return None
        name, subpath = match["name"], match["subpath"] or ""
        own = self.owner(importer_directory)
        if own is not None and own.manifest.get("name") == name and "exports" in own.manifest:
            return self._exported(own, subpath)
        for directory in (importer_directory, *importer_directory.parents):
            package = self._read(directory / "node_modules" / name)
            if package is not None:
                return self._exported(package, subpath)
        return None

    def owner(self, directory: Path) -> Package | None:
        """Return the nearest package around a directory."""
        for candidate in (directory, *directory.parents):
            if (package := self._read(candidate)) is not None:
                return package
            if candidate.name == "node_modules":
                return None
        return None

    def format_of(self, file: Path) -> ModuleFormat:
        """Return what kind of module a JavaScript file is, by its text.

        Args:
            file: The file. One that can't be read counts as an ES module: its request will say so.
        """
        if file.suffix not in {".js", ".cjs"}:
            return ModuleFormat.ES_MODULE
        try:
            changed = file.stat().st_mtime_ns
            known = self._formats.get(file)
            if known is None or known[0] != changed:
                known = (changed, _format(read_text(file, "utf-8", "replace")))
                self._formats[file] = known
        except OSError:
            return ModuleFormat.ES_MODULE
        return known[1]

    def entry_of_directory(self, directory: Path) -> Path | None:
        """Return the file that a directory with a `package.json` resolves to."""
        package = self._read(directory)
        return None if package is None else self._main(package)

    def _read(self, directory: Path) -> Package | None:
        file = directory / "package.json"
        try:
            changed = file.stat().st_mtime_ns
        except OSError:
            return None
        known = self._manifests.get(file)
        if known is None or known[0] != changed:
            try:
                manifest = json.loads(read_text(file))
            except (OSError, ValueError) as error:
                raise PackageError(f"{file} can't be read: {error}") from error
            known = (changed, manifest if isinstance(manifest, dict) else {})
            self._manifests[file] = known
        return Package(directory, known[1])

    def _exported(self, package: Package, subpath: str) -> Path:
        exports = package.manifest.get("exports")
        name = f"{package.manifest.get('name') or package.directory.name}{subpath}"
        if exports is not None:
            target = _match(_as_subpaths(exports), f".{subpath}", CONDITIONS)
            if target is None:
                if _match(_as_subpaths(exports), f".{subpath}", _COMMONJS_CONDITIONS):
                    raise PackageError(commonjs_message(name))
                raise PackageError(
                    f'"{name}" is not exported by {package.directory / "package.json"}. '
                    "Import one of the paths that its `exports` lists."
                )
            file: Path | None = _inside(package.directory, target)
        elif subpath:
            file = self._file(package.directory / subpath.lstrip("/"))
        else:
            file = self._main(package)
        if file is None or not file.is_file():
            raise PackageError(
                f'The package of "{name}" is in {package.directory}, but the file that it names '
                "isn't there. Is it installed completely, and built?"
            )
        return file

    def _internal(self, specifier: str, importer_directory: Path) -> Path | None:
        package = self.owner(importer_directory)
        if package is None:
            return None
        target = _match(_as_mapping(package.manifest.get("imports")), specifier, CONDITIONS)
        if target is None:
            return None
        if not target.startswith("."):
            return self.find(target, package.directory)
        return _inside(package.directory, target)

    def _main(self, package: Package) -> Path | None:
        for field in _MAIN_FIELDS:
            value = package.manifest.get(field)
            if isinstance(value, str) and (found := self._file(package.directory / value)):
                return found
        return self._file(package.directory / "index")

    def _file(self, path: Path) -> Path | None:
        for candidate in _candidates(path):
            if candidate.is_file():
                return candidate
        if path.is_dir():
            nested = self._read(path)
            if nested is not None and nested.directory != path.parent:
                return self._main(nested)
            return self._file(path / "index") if path.name != "index" else None
        return None


def commonjs_message(name: str) -> str:
    """Return the message for the user of a CommonJS package.

    Args:
        name: The package, with its path.
    """
    return (
        f'"{name}" is a CommonJS module, and browsers load ES modules only. '
        "Take a version or a fork that ships ES modules, or turn it into one, for example with "
        f"`npx esbuild {name} --bundle --format=esm --outfile=vendor/"
        f"{name.rpartition('/')[2].removesuffix('.js')}.js`, and import that file."
    )


def _format(text: str) -> ModuleFormat:
    if _ESM.search(text) or not _COMMONJS.search(text):
        return ModuleFormat.ES_MODULE
    return ModuleFormat.UMD if _UMD.search(text) else ModuleFormat.COMMONJS


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    for extension in _EXTENSIONS:
        yield path.with_name(path.name + extension)


def _inside(directory: Path, target: str) -> Path:
    file = Path(os.path.normpath(directory / target))
    if not file.is_relative_to(directory):
        raise PackageError(f"{directory / 'package.json'} names a file outside of its package.")
    return file


def _as_mapping(value: object) -> JSONObject:
    return value if isinstance(value, dict) else {}


def _as_subpaths(exports: object) -> JSONObject:
    if isinstance(exports, dict) and all(key.startswith(".") for key in exports):
        return exports
    return {".": exports}


def _match(paths: JSONObject, asked: str, conditions: frozenset[str]) -> str | None:
    """Return the target of a subpath: exact keys first, then patterns, the longest prefix first."""
    if asked in paths and "*" not in asked:
        return _target(paths[asked], conditions, "")
    best: tuple[tuple[int, int], str, str] | None = None
    for key in paths:
        prefix, star, suffix = key.partition("*")
        if not star:
            if not key.endswith("/") or not asked.startswith(key):  # a folder mapping of old
                continue
            suffix = ""
        elif not (asked.startswith(prefix) and asked.endswith(suffix)):
            continue
        if len(asked) < len(prefix) + len(suffix):
            continue
        rest = asked[len(prefix) : len(asked) - len(suffix)]
        order = (len(prefix), len(key))
        if best is None or order > best[0]:
            best = (order, key, rest)
    if best is None:
        return None
    _, key, rest = best
    target = _target(paths[key], conditions, rest)
    return target + rest if target is not None and key.endswith("/") else target


def _target(value: object, conditions: frozenset[str], rest: str) -> str | None:
    match value:
        case str():
            return value.replace("*", rest)
        case list():
            return next(
                (found for item in value if (found := _target(item, conditions, rest))), None
            )
        case dict():
            for condition, inner in value.items():
                if condition in conditions and (found := _target(inner, conditions, rest)):
                    return found
    return None
