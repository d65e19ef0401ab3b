"""The Python side of `hmr-server build`."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Collection, Mapping
from importlib.resources import files as resources
from pathlib import Path

from ..client_wheel.wheel import page_script
from ..config import ServerConfig
from ..files.access import AccessDenied
from ..pyodide.files import CDN, VERSION, PyodideFiles
from ..python.bundle import PythonBundle, bundle
from ..python.distributions import distributions_of
from ..python.files import PythonFiles
from ..python.imports import read_imports
from ..python.project_files import LEFT_OUT, MOST_DATA_FILES, DataFile
from ..python.wheel_names import is_satisfied, wheel_name
from .data import sort_out
from .output import ASSETS, CLIENT, Build, BuildError, public_name

# What `import hmr_client` finds without a dev server: no hot context, and nothing else.
_STUB = '''"""Stands in for the package where nothing is hot-replaced."""


def hot(name):
    """There is no hot context."""
'''


class PythonOutput:
    """One archive, one script, and Pyodide.

    Args:
        config: The server's settings.
        pyodide: Copied beside the modules; None makes pages load it from its CDN.
        result: Collects entries and warnings.
        used: The URLs of the files that pages use.
    """

    def __init__(
        self,
        config: ServerConfig,
        out: Path,
        pyodide: PyodideFiles | None,
        result: Build,
        used: Collection[str],
    ) -> None:
        self._config = config
        self._out = out
        self._pyodide = pyodide
        self._result = result
        self._used = used
        self._files = PythonFiles(config)
        lock = None if pyodide is None else pyodide.directory / "pyodide-lock.json"
        self._distributions: Mapping[str, str] = {} if lock is None else distributions_of(lock)
        self._modules: dict[str, str] = {}
        self._data: dict[str, DataFile] = {}
        self._packages: dict[str, None] = dict.fromkeys(config.packages)

    def add(self, entry: str, packages: list[str]) -> None:
        """Take in an entry, and what it needs.

        Args:
            entry: Its path below the base.
            packages: What is installed before it runs.

        Raises:
            BuildError: There is no such file.
        """
        if entry in self._result.entries:
            return
        try:
            found = bundle(self._files, entry, self._distributions)
        except AccessDenied as error:
            raise BuildError(str(error)) from error
        if found is None:
            raise BuildError(
                f"there is no {entry}: `data-entry` or `start()` names the file that is run"
            )
        self._collect(found)
        self._packages.update(dict.fromkeys(packages))
        self._result.entries.append(entry)

    def _collect(self, found: PythonBundle) -> None:
        # not only what is imported: what a computed name may mean is needed as well
        imported = {module.url for module in found.modules}
        for url in dict.fromkeys((found.entry, *found.files)):
            if url not in imported and url not in self._used:
                continue
            if (module := self._files.read(url)) is not None:
                self._modules[url] = module.source
        self._data.update((url, look) for url, look in found.data.items() if url in self._used)
        for url in found.left_out:
            if (left_out := f"{url} {LEFT_OUT}") not in self._result.warnings:
                self._result.warnings.append(left_out)
        warning = f"Python can open the first {MOST_DATA_FILES} data files of this project only"
        if not found.is_complete and warning not in self._result.warnings:
            self._result.warnings.append(warning)
        self._packages.update(dict.fromkeys(found.packages.values()))
        if any("hmr_client" in read_imports(source) for source in self._modules.values()):
            root = "" if found.root == "/" else found.root
            self._modules.setdefault(f"{root}/hmr_client.py", _STUB)

    def write(self) -> None:
        """Write archive, script and Pyodide."""
        if not self._modules:
            return
        assets = self._out / ASSETS
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
        have = [found for wheel in wheels if (found := wheel_name(wheel.name)) is not None]
        here = [package for package in self._packages if is_satisfied(package, have)]
        packages = [package for package in self._packages if package not in here]
        settings = {
            "pyodide": self._pyodide_url(assets, packages),
            "modules": name,
            "wheels": [wheel.name for wheel in wheels],
            "packages": packages,
            "installed": sorted({*here, *(wheel.name for wheel in have)}),
            "base": self._config.base,
            "files": [
                [f"/home/pyodide{url}", public_name(Path(url.lstrip("/"))).as_posix(), *look]
                for url, look in data.fetched.items()
            ],
        }
        if data.fetched:
            shutil.copyfile(page_script("data_files.js"), assets / "data_files.js")
        script = resources("hmr_server.client").joinpath("build_client.js").read_text("utf-8")
        text = script.replace("__SETTINGS__", json.dumps(settings))
        (self._out / CLIENT).write_text(text, "utf-8")

    def _pyodide_url(self, assets: Path, packages: list[str]) -> str:
        pyodide = self._pyodide
        if pyodide is None or packages:  # npm's Pyodide has no packages, not even micropip
            return CDN.format(version=VERSION) + "pyodide.mjs"
        folder = assets / f"pyodide-{pyodide.version}"
        folder.mkdir()
        for name in pyodide.core:
            if (file := pyodide.file(name)) is not None:
                shutil.copyfile(file, folder / name)
        return f"{folder.name}/pyodide.mjs"
