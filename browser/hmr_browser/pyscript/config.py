"""PyScript's configuration: what it says, and what a change of it means for a running page.

[files]    new ones, and those that have another source now, are fetched; so are those of [[fetch]]
packages   new ones are installed
the rest   is settled when the interpreter starts: the page is reloaded
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from hmr_client.wire.payloads import ErrorDetails, ErrorLocation

from ..python.errors import code_frame
from ..python.source import HOME, shown_name
from .archives import Archive

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_IDLE = frozenset({"name", "description", "author_name", "author_email", "license"})
"""What nothing in a page depends on."""


class ConfigError(ValueError):
    """The configuration says something that can't be; says what."""


@dataclass(frozen=True, slots=True)
class ScriptConfig:
    """What a PyScript configuration says.

    Attributes:
        url: Where it was read from; the page's own URL where it stands in the page.
        files: The URL of each file, by where it lands.
        packages: What micropip installs.
        archives: The files of `[files]` that are unpacked.
        rest: Everything else; what archives there are is said there once more.
    """

    url: str
    files: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    archives: tuple[Archive, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, config: Mapping[str, Any], url: str) -> ScriptConfig:
        """Read a parsed configuration.

        `{NAME}` is replaced by the value of that entry; a file without a target gets its own name.

        Args:
            url: Where it was read from; files are relative to it.

        Raises:
            ConfigError: If it says something that PyScript would refuse.
        """
        rest = dict(config)
        packages = rest.pop("packages", None) or ()
        given = rest.pop("files", None) or {}
        fetched = rest.pop("fetch", None) or []
        if not isinstance(given, Mapping):
            raise ConfigError("[files] is a table: each entry names a file and its target")
        if not isinstance(packages, list | tuple) or not all(isinstance(x, str) for x in packages):
            raise ConfigError("packages is a list of names")
        if not isinstance(fetched, list) or not all(isinstance(x, Mapping) for x in fetched):
            raise ConfigError("[[fetch]] is a list of tables: each names files")
        files: dict[str, str] = {}
        archives: list[Archive] = []
        for source, place in _filled(given):
            if place.endswith("*"):  # an archive, unpacked there
                folder = posixpath.normpath(posixpath.join(HOME, place[:-1]))
                archives.append(Archive(urljoin(url, source), folder))
                continue
            if not place or place.endswith("/"):
                place += posixpath.basename(urlsplit(source).path)
            target = posixpath.normpath(posixpath.join(HOME, place))
            if target in files:
                raise ConfigError(f"[files] has two files for one target, {shown_name(target)}")
            files[target] = urljoin(url, source)
        for source, place in _fetched(fetched):
            files[posixpath.normpath(posixpath.join(HOME, place))] = urljoin(url, source)
        if archives:
            rest["archives of [files]"] = archives
        return cls(url, files, tuple(packages), tuple(archives), rest)


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """What a new configuration asks of a running page.

    Attributes:
        fetch: The URLs of new files, and of those with another source, by where they land.
        install: New packages.
        unused: What the configuration does not name any more: the page keeps it until it reloads.
        reload: Why the page has to be reloaded; None if it need not be.
    """

    fetch: Mapping[str, str] = field(default_factory=dict)
    install: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    reload: str | None = None


def compare(old: ScriptConfig, new: ScriptConfig) -> ConfigChange:
    """Say what has to be done to get from one configuration to another.

    Args:
        old: What the page has.
        new: What it is to have.
    """
    keys = sorted(
        key for key in {*old.rest, *new.rest} - _IDLE if old.rest.get(key) != new.rest.get(key)
    )
    fetch = {place: url for place, url in new.files.items() if old.files.get(place) != url}
    install = tuple(package for package in new.packages if package not in old.packages)
    gone = [package for package in old.packages if package not in new.packages]
    other = {_name(package): package for package in gone}
    for package in install:
        if before := other.get(_name(package)):
            keys.append(f"packages ({package} in place of {before})")
    unused = [*(shown_name(place) for place in old.files if place not in new.files), *gone]
    reload = f"{', '.join(keys)} {'has' if len(keys) == 1 else 'have'} changed" if keys else None
    return ConfigChange(fetch, install, tuple(unused), reload)


def describe(change: ConfigChange) -> str:
    """Return what was done, as a phrase for people.

    Args:
        change: What was asked for.
    """
    parts = []
    if change.fetch:
        parts.append(f"fetched {', '.join(map(shown_name, change.fetch))}")
    if change.install:
        parts.append(f"installed {', '.join(change.install)}")
    if change.unused:
        parts.append(f"no longer names {', '.join(change.unused)}, which stay until a reload")
    return " · ".join(parts) or "nothing in it concerns the running page"


def parse_config(text: str) -> Mapping[str, Any]:
    """Parse a configuration's text.

    Args:
        text: TOML or JSON.

    Raises:
        ValueError: If it is neither.
    """
    if text.lstrip().startswith("{"):
        parsed: Mapping[str, Any] = json.loads(text)
        return parsed
    from tomllib import loads

    return loads(text)


def error_details(error: ValueError, text: str, path: str) -> ErrorDetails:
    """Return an error of a configuration as the overlay shows it.

    Args:
        error: What `parse_config` or `ScriptConfig.read` has raised.
        text: The configuration's text.
        path: Its path below the base.
    """
    place = None
    message = str(error)
    if isinstance(error, json.JSONDecodeError):
        place, message = (error.lineno, error.colno), error.msg
    elif found := _PLACE.search(message):
        place = (int(found[1]), int(found[2]))
    elif message.endswith("(at end of document)"):
        lines = text.rstrip().split("\n")
        place = (len(lines), len(lines[-1]) + 1)
    name = path.lstrip("/")
    tip = {"tip": "The page keeps the previous configuration. Fix the error to continue."}
    if place is None:
        return ErrorDetails(message=f"{name}: {message}", id=name, extra=tip)
    line, column = place
    return ErrorDetails(
        message=f"{name}: {_PLACE.sub('', message).strip()}",
        id=name,
        loc=ErrorLocation(file=name, line=line, column=column - 1),
        frame=code_frame(text, line, column - 1),
        extra=tip,
    )


def _filled(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the files and their targets as written, with the placeholders replaced."""
    names: dict[str, str] = {}

    def fill(text: object) -> str:
        if not isinstance(text, str):
            raise ConfigError(f"[files] has {text!r} where a name is expected")
        return _PLACEHOLDER.sub(lambda found: names.get(found[0], found[0]), text)

    for key, value in given.items():
        if _PLACEHOLDER.fullmatch(key):
            names[key] = fill(value)
    for key, value in given.items():
        if not _PLACEHOLDER.fullmatch(key):
            for target in value if isinstance(value, list) else [value]:
                yield fill(key), fill(target)


def _fetched(given: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the files of `[[fetch]]`, which is older than `[files]`, and their targets."""
    for table in given:
        source, folder = table.get("from", ""), table.get("to_folder", ".")
        files, target = table.get("files"), table.get("to_file")
        names = files if isinstance(files, list) else []
        if not all(isinstance(x, str) for x in (source, folder, target or "", *names)):
            raise ConfigError("[[fetch]] has something else where a name is expected")
        if files is not None and target is not None:
            raise ConfigError("[[fetch]] has `to_file` and `files` in one table")
        if isinstance(files, list):
            for name in files:
                yield _joined(source, name), _joined(folder, name)
        elif name := target or posixpath.basename(source):
            yield source, _joined(folder, name)
        else:
            raise ConfigError(f"[[fetch]] needs `to_file` or `files` for {source!r}")


def _joined(*parts: str) -> str:
    """Join parts of a path as PyScript does."""
    path = "/".join(x for part in parts if (x := part.strip().strip("/")) not in {"", "."})
    return f"/{path}" if parts[0].startswith("/") else path


def _name(package: str) -> str:
    """Return a package's name as indexes write it, without a version; a URL's is itself."""
    if "/" in package:
        return package
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;@]", package, maxsplit=1)[0]).lower()
