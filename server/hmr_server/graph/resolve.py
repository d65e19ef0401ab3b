"""From a specifier or a URL to a file, and from a file to its URL.

Files are named by their real paths, symlinks resolved, so that a file is one module however it is
reached. Rules: Vite's `node/plugins/resolve.ts` and `importAnalysis.ts`.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..files.access import FileAccess
from ..files.real_path import real_path
from . import module_url
from .node_packages import ModuleFormat, NodePackages

EXTENSIONS = (".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json")
_TS_TWINS = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".jsx": (".tsx",)}


class Resolver:
    """Finds files for specifiers.

    Args:
        root: Where root-absolute URLs start, resolved.
        access: Which files may be served.

    Attributes:
        links: Paths with a symlink in them, as they were asked for, and where they led.
    """

    def __init__(self, root: Path, access: FileAccess) -> None:
        self.root = root
        self.links: dict[str, str] = {}
        self._root = root.as_posix().rstrip("/")
        self._public = f"{self._root}/public"
        self._access = access
        self._packages = NodePackages()

    def resolve(self, specifier: str, importer: str | None) -> str | None:
        """Return the id that a specifier names: the file's real path and the specifier's query.

        Args:
            specifier: Relative, root-absolute, `/@fs/…`, an absolute path, or bare.
            importer: The importing file; None for a URL that a page asks for.

        Returns:
            The id; None when there is no such file.

        Raises:
            PackageError: The specifier is bare, and its package can't serve it.
        """
        if "\0" in specifier:  # a virtual module's: no file has this in its name
            return None
        path, query = module_url.split_url(specifier)
        path = path.partition("#")[0] if not path.startswith("#") else path
        is_from_typescript = importer is not None and importer.endswith((".ts", ".tsx", ".mts"))
        directory = os.path.dirname(importer) if importer else self._root  # noqa: PTH120  # text
        file: str | None
        if path.startswith(module_url.FS_PREFIX):
            file = self._existing(_fs_path(path), is_from_typescript)
        elif path.startswith("/"):
            path = module_url.url_to_path(path)
            file = self._existing(self._root + path, is_from_typescript)
            if file is None and importer is not None:
                file = self._existing(path, is_from_typescript)
        elif path.startswith(("./", "../")) or path in {".", ".."}:
            path = module_url.url_to_path(path)
            file = self._existing(f"{directory}/{path}", is_from_typescript)
        else:
            found = self._packages.find(path, Path(directory))
            file = None if found is None else self._real(found.as_posix())
        return None if file is None else module_url.file_id(file, query)

    def resolve_style(self, specifier: str, importer: str) -> str | None:
        """Return the file that a stylesheet names: relative without a dot as well, then as a package.

        Args:
            specifier: As in `@import` or `url()`, without its query.
            importer: The stylesheet's file.

        Raises:
            PackageError: It names a package that can't serve it.
        """
        path = module_url.clean_url(specifier).partition("#")[0]
        if not path.startswith((".", "/")):
            path = f"./{path}"
        if path.startswith("/"):
            found = self.resolve(path, importer)
            return found and module_url.file_of_id(found)
        directory = os.path.dirname(importer)  # noqa: PTH120  # text
        file = os.path.normpath(f"{directory}/{module_url.url_to_path(path)}")
        if os.path.isfile(file):  # noqa: PTH113  # text
            return self._real(file)
        name = module_url.clean_url(specifier).removeprefix("~")
        found = None if name.startswith(".") else self.resolve(name, importer)
        return found and module_url.file_of_id(found)

    def public_file(self, specifier: str) -> str | None:
        """Return the file of `public/` that a root-absolute specifier names, with the specifier's query."""
        path, query = module_url.split_url(specifier)
        if not path.startswith("/") or path.startswith("/@"):
            return None
        file = os.path.normpath(self._public + module_url.url_to_path(path))
        if not file.startswith(self._public + "/") or not os.path.isfile(file):  # noqa: PTH113  # text
            return None
        return module_url.file_id(self._real(file), query)

    def is_commonjs(self, id: str, *, imports_names: bool) -> bool:
        """Return whether a package's file can't be imported by a browser.

        Args:
            imports_names: Whether something of it is used, or it is only run.
        """
        file = module_url.file_of_id(id)
        if "/node_modules/" not in file or "?" in id:
            return False
        match self._packages.format_of(Path(file)):
            case ModuleFormat.COMMONJS:
                return True
            case ModuleFormat.UMD:
                return imports_names
            case ModuleFormat.ES_MODULE:
                return False

    def url_of(self, id: str) -> str:
        """Return the module URL of an id: below the root, `/@fs/…`, or the id of a virtual module."""
        _, query = module_url.split_url(id)
        path = module_url.file_of_id(id)
        if path.startswith(self._root + "/"):  # also below `public/`: see file_url_of()
            return module_url.path_to_url(path[len(self._root) :]) + query
        if os.path.isabs(path):  # noqa: PTH117  # text
            return module_url.FS_PREFIX + module_url.path_to_url(path).removeprefix("/") + query
        return id

    def file_url_of(self, file: str) -> str:
        """Return the URL under which a file itself is served: those of `public/` are at the root."""
        if file.startswith(self._public + "/"):
            return module_url.path_to_url(file[len(self._public) :])
        return self.url_of(module_url.file_id(file))

    def retargeted(self, path: str) -> bool:
        """Return whether a path that was resolved through a symlink leads elsewhere now; forgets it then."""
        if path not in self.links or os.path.realpath(path) == self.links[path]:
            return False
        del self.links[path]
        return True

    def is_outside(self, file: str) -> bool:
        """Return whether a file is outside of the root."""
        return not file.startswith(self._root + "/")

    def check(self, file: str) -> None:
        """Let pass a file that may be served.

        Raises:
            AccessDenied: It may not.
        """
        self._access.check_path(file)

    def check_name(self, file: str) -> None:
        """Let pass a file whose name may be served; the code that reads it has to `check` it as well.

        Args:
            file: Its real path, as `resolve` returns it.

        Raises:
            AccessDenied: It may not.
        """
        self._access.check_names(file)

    def _existing(self, path: str, is_from_typescript: bool) -> str | None:
        had_slash = path.endswith("/")
        path = os.path.normpath(path)
        if not had_slash:
            if os.path.isfile(path):  # noqa: PTH113  # text
                return self._real(path)
            if found := _with_extension(path):
                return self._real(found)
            stem, extension = os.path.splitext(path)  # noqa: PTH122  # text
            for twin in _TS_TWINS.get(extension, ()) if is_from_typescript else ():
                if os.path.isfile(stem + twin):  # noqa: PTH113  # text
                    return self._real(stem + twin)
        if os.path.isdir(path):  # noqa: PTH112  # text
            entry = None
            if os.path.isfile(f"{path}/package.json"):  # noqa: PTH113  # text
                entry = self._packages.entry_of_directory(Path(path))
            found = entry.as_posix() if entry else _with_extension(f"{path}/index")
            return self._real(found) if found else None
        return None

    def _real(self, path: str) -> str:
        path = os.path.normpath(path)
        real = real_path(path)
        if real != path:
            self.links[path] = real
        return real


def _with_extension(path: str) -> str | None:
    for extension in EXTENSIONS:
        if os.path.isfile(path + extension):  # noqa: PTH113  # text
            return path + extension
    return None


def _fs_path(url: str) -> str:
    path = module_url.url_to_path(url.removeprefix(module_url.FS_PREFIX))
    return path if os.name == "nt" else f"/{path.lstrip('/')}"
