"""What a user can set: command line, `hmr.toml` or `[tool.hmr]` in `pyproject.toml`.

The command line wins over the file. Of two files `hmr.toml` wins, as the more specific one.
Keys are written with hyphens in a file (underscores are read as well); a key that does not
exist, or a value of the wrong type, is a `ConfigError` that names it and the nearest right one.
"""

from __future__ import annotations

import difflib
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from .secret_names import SECRET_NAMES

DEFAULT_PORT = 5173
PAGE_SUFFIXES = (".html", ".htm", ".shtml")

# RFC 9110, 5.1 and 5.5: a token, and a value that can't begin another header
_HEADER_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
# "null" is what a frame has that is sandboxed without `allow-same-origin`, of whatever site it is
_ORIGIN = re.compile(r"null|https?://(?:[a-z0-9_.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

# A change below these is no edit of the user's. A user's `watch-ignore` adds to them.
DEFAULT_WATCH_IGNORE = (
    "**/.git/**",
    "**/.hg/**",
    "**/.svn/**",
    "**/node_modules/**",
    "**/.venv/**",
    "**/__pycache__/**",
    "**/.mypy_cache/**",
    "**/.ruff_cache/**",
    "**/.pytest_cache/**",
    "**/.hypothesis/**",
    "**/.tox/**",
    "**/test-results/**",
    "**/.DS_Store",
)


_Choice = TypeVar("_Choice", bound=StrEnum)


class ConfigError(Exception):
    """A setting that cannot be used.

    Attributes:
        key: the setting's name as it is written in a file, or `None` for the file itself.
        problem: what is wrong with it.
        hint: what to do.
        source: the file it was read from, `None` for the command line.
    """

    def __init__(
        self, key: str | None, problem: str, *, hint: str = "", source: Path | None = None
    ) -> None:
        super().__init__(key, problem, hint, source)
        self.key = key
        self.problem = problem
        self.hint = hint
        self.source = source

    def __str__(self) -> str:
        where = f"{self.source}: " if self.source else ""
        what = f'"{self.key}" ' if self.key else ""
        return f"{where}{what}{self.problem}" + (f"\n{self.hint}" if self.hint else "")


def is_page(name: str) -> bool:
    """Return whether a file is a page of HTML, by its name or URL: as for its content type, case doesn't matter."""
    return name.lower().endswith(PAGE_SUFFIXES)


class Transport(StrEnum):
    """How a page talks to the server."""

    AUTO = "auto"
    WEBSOCKET = "websocket"
    SSE = "sse"


class Isolation(StrEnum):
    """Which pages are cross-origin isolated, and how."""

    AUTO = "auto"  # those that have PyScript workers
    OFF = "off"
    CREDENTIALLESS = "credentialless"
    REQUIRE_CORP = "require-corp"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _port(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 65535:
        raise ValueError("must be a port number from 0 to 65535 (0 picks a free one)")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(value)


@dataclass(frozen=True, slots=True)
class PluginSetting:
    """A plugin that the configuration names.

    Attributes:
        use: `"package.module:name"`.
        options: Its arguments.
    """

    use: str
    options: Mapping[str, object] = field(default_factory=dict)


def _plugins(value: object) -> tuple[PluginSetting | str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list")
    found: list[PluginSetting | str] = []
    for item in value:
        match item:
            case PluginSetting() | str():
                found.append(item)
            case {"use": str(use), **options}:
                found.append(PluginSetting(use, {str(name): x for name, x in options.items()}))
            case _:
                raise ValueError(
                    'must hold "package.module:name" or { use = "package.module:name", … }'
                )
    return tuple(found)


def _path(value: object) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError("must be a path")
    return Path(value).expanduser()


def _paths(value: object) -> tuple[Path, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of paths")
    return tuple(_path(item) for item in value)


def _one_of(kind: type[_Choice]) -> Callable[[object], _Choice]:
    def check(value: object) -> _Choice:
        try:
            return kind(_text(value))
        except ValueError:
            raise ValueError(f"must be one of {', '.join(kind)}") from None

    return check


def _base(value: object) -> str:
    base = _text(value)
    if "://" in base or any(character in base for character in '?#"<>\\') or ".." in base:
        raise ValueError('must be a URL path such as "/" or "/app/"')
    return f"/{base.strip('/')}/" if base.strip("/") else "/"


def _origins(value: object) -> tuple[str, ...]:
    origins = tuple(origin.lower().removesuffix("/") for origin in _texts(value))
    if not all(_ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("must be a list of origins such as https://app.example")
    return origins


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(x, str) for x in value.values()):
        raise ValueError("must be a table of strings")
    for name, text in value.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
            raise ValueError("must be a table of HTTP headers")
    return dict(value)


def _optional(check: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: None if value is None else check(value)


def _setting(check: Callable[[object], Any], default: Any) -> Any:
    """Return a field that the command line or a file may set; `check` raises `ValueError`."""
    return field(default=default, metadata={"check": check})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """All that one server knows when it starts. Paths are absolute and resolved.

    Attributes:
        root: the project's directory; URLs are relative to it.
        base: URL path under which the server lives; starts and ends with a slash.
        mode: `import.meta.env.MODE`.
        host: address to listen on.
        port: port to listen on; 0 picks a free one.
        strict_port: fail when the port is taken, rather than take the next one.
        https: serve https, with a certificate that is made and kept in the user's cache.
        certfile: a certificate of the user's own, in PEM; `https` then needs no saying.
        keyfile: its key; `None` where the certificate's file holds it, too.
        open: open the page in the user's browser.
        packages: Python packages that every page gets through micropip.
        plugins: server plugins as `"package.module:name"`, or as tables with `use` and their options.
        fs_allow: directories that may be served, `root` among them.
        fs_deny: globs of files that are never served; they add to `SECRET_NAMES`.
        build_include: globs of files that `hmr-server build` takes though no page names them.
        watch_ignore: globs of files whose changes do not matter.
        watch_polling: look at all files again and again, instead of waiting for the system's
            events; `None` decides by the file system.
        allowed_origins: other sites whose pages may load and read what is served here, as
            `https://app.example` or `http://192.168.1.7:8000`; `null` for sandboxed frames.
        allowed_hosts: host names besides localhost and IP addresses; `.example.com` allows
            its subdomains as well.
        pyodide: directory of Pyodide's files; `None` searches (see pyodide_files.py).
        hmr_partial_accept: honour `import.meta.hot.acceptExports`. An experiment in Vite, and off
            there; on here, because a module that calls it has asked for nothing else.
        module_cache: pages load the modules that they had from the browser's cache, where they are
            unchanged (see hashed_modules.py).
        push_sources: pages get the sources of changed modules with the update (see source_pushes.py).
        overlay: show errors in the page.
        restore: a page that is reloaded gets its form, scroll positions and `hot.data` back.
        forward_console: print the page's console in the terminal.
        transport: what a page may use to talk to the server.
        cross_origin_isolation: which pages get the headers that PyScript's workers need.
        headers: sent with every answer (Vite's `server.headers`); an answer's own ones stay.
        editor: command that opens a file; `None` takes `$VISUAL` or `$EDITOR`.
        log_prefix: what the client's console lines begin with.
        page: the page to begin with, as a URL relative to `base`; empty: `index.html`.
        token: a page must know it to open the hot channel; one per process.
        session: identifies this process towards clients that reconnect.
    """

    root: Path
    base: str = _setting(_base, "/")
    mode: str = _setting(_text, "development")
    host: str = _setting(_text, "127.0.0.1")
    port: int = _setting(_port, DEFAULT_PORT)
    strict_port: bool = _setting(_flag, False)
    https: bool = _setting(_flag, False)
    certfile: Path | None = _setting(_optional(_path), None)  # noqa: RUF009  # a field()
    keyfile: Path | None = _setting(_optional(_path), None)  # noqa: RUF009  # a field()
    open: bool = _setting(_flag, False)
    packages: tuple[str, ...] = _setting(_texts, ())
    plugins: tuple[PluginSetting | str, ...] = _setting(_plugins, ())
    fs_allow: tuple[Path, ...] = _setting(_paths, ())
    fs_deny: tuple[str, ...] = _setting(_texts, ())
    build_include: tuple[str, ...] = _setting(_texts, ())
    watch_ignore: tuple[str, ...] = _setting(_texts, ())
    watch_polling: bool | None = _setting(_optional(_flag), None)
    allowed_hosts: tuple[str, ...] = _setting(_texts, ())
    allowed_origins: tuple[str, ...] = _setting(_origins, ())
    pyodide: Path | None = _setting(_optional(_path), None)  # noqa: RUF009  # a field()
    hmr_partial_accept: bool = _setting(_flag, True)
    module_cache: bool = _setting(_flag, True)
    push_sources: bool = _setting(_flag, True)
    overlay: bool = _setting(_flag, True)
    restore: bool = _setting(_flag, True)
    forward_console: bool = _setting(_flag, False)
    transport: Transport = _setting(_one_of(Transport), Transport.AUTO)  # noqa: RUF009  # a field()
    cross_origin_isolation: Isolation = _setting(_one_of(Isolation), Isolation.AUTO)  # noqa: RUF009  # a field()
    headers: Mapping[str, str] = field(default_factory=dict, metadata={"check": _headers})
    editor: str | None = _setting(_optional(_text), None)
    log_prefix: str = _setting(_text, "[hmr]")
    page: str = ""
    # 9 random bytes are 12 characters of base64url, as in Vite (ws.ts)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    def __post_init__(self) -> None:
        root = self.root.resolve()
        assign = object.__setattr__  # the dataclass is frozen for everybody else
        assign(self, "root", root)
        assign(self, "base", _base(self.base))
        allowed = (root, *((root / path).resolve() for path in self.fs_allow))
        assign(self, "fs_allow", tuple(dict.fromkeys(allowed)))
        assign(self, "fs_deny", tuple(dict.fromkeys((*SECRET_NAMES, *self.fs_deny))))
        ignored = (*DEFAULT_WATCH_IGNORE, *self.watch_ignore)
        assign(self, "watch_ignore", tuple(dict.fromkeys(ignored)))
        for name in ("pyodide", "certfile", "keyfile"):
            if (path := getattr(self, name)) is not None:
                assign(self, name, path.expanduser().resolve())
        assign(self, "https", self.https or self.certfile is not None)

    @property
    def has_policy(self) -> bool:
        """Whether the headers of all answers contain a Content-Security-Policy."""
        return any(name.lower() == "content-security-policy" for name in self.headers)

    def url(self, path: str) -> str:
        """`path` (with or without a leading slash) under `base`."""
        return self.base + path.removeprefix("/")


def load_config(root: str | Path, **overrides: object) -> ServerConfig:
    """Return the configuration of the project in `root`.

    Args:
        root: the project's directory.
        overrides: settings from the command line by attribute name; `None` means not given.

    Raises:
        ConfigError: `root` is not a directory, a file cannot be read, a key is unknown, or a
            value has the wrong type.
    """
    root = Path(root)
    if not root.is_dir():
        problem = "is not a directory" if root.exists() else "does not exist"
        raise ConfigError(
            None,
            f"{root} {problem}.",
            hint="Give the directory that holds index.html, or a page: hmr-server ROOT",
        )
    source, written = _read_settings(root)
    given = {name: value for name, value in overrides.items() if value is not None}
    settings: dict[str, Any] = {}
    settings.update(_checked(written, source))
    for name, value in settings.items():  # relative to the file that names them
        if name in {"pyodide", "certfile", "keyfile"}:
            settings[name] = root / value
    settings.update(_checked(given, None))
    return ServerConfig(root=root, **settings)


def is_settings_file(file: Path, root: Path) -> bool:
    """Return whether `file` is one that `load_config` reads settings of `root` from."""
    if file.name not in {"hmr.toml", "pyproject.toml"} or file.parent != root:
        return False
    try:
        return file.name == "hmr.toml" or "[tool.hmr" in file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _read_settings(root: Path) -> tuple[Path | None, Mapping[str, object]]:
    own = root / "hmr.toml"
    if own.is_file():
        return own, _read_toml(own)
    project = root / "pyproject.toml"
    if project.is_file():
        tools = _read_toml(project).get("tool", {})
        table = tools.get("hmr", {}) if isinstance(tools, dict) else {}
        if not isinstance(table, dict):
            raise ConfigError("tool.hmr", "must be a table: [tool.hmr]", source=project)
        return project, table
    return None, {}


def _read_toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(None, f"cannot be read: {error}", source=file) from error


def _checked(given: Mapping[str, object], source: Path | None) -> dict[str, Any]:
    checks = {item.name: item.metadata["check"] for item in fields(ServerConfig) if item.metadata}
    settings: dict[str, Any] = {}
    for key, value in given.items():
        name = key.replace("-", "_")
        if name not in checks:
            raise ConfigError(key, "is not a setting.", hint=_nearest(key, checks), source=source)
        try:
            settings[name] = checks[name](value)
        except ValueError as error:
            problem = f"{error}, not {value!r}."
            raise ConfigError(key, problem, source=source) from None
    return settings


def _nearest(key: str, names: Mapping[str, object]) -> str:
    written = [name.replace("_", "-") for name in names]
    match difflib.get_close_matches(key.replace("_", "-").lower(), written, n=1):
        case [near]:
            return f'Did you mean "{near}"?'
        case _:
            return f"Settings are: {', '.join(sorted(written))}."
