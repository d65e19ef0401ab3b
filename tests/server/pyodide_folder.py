"""A folder with what the server looks for in Pyodide's."""

import json
from pathlib import Path

from hmr_server.pyodide.files import CORE_HASHES

LOCK = {
    "info": {"python": "3.14.2", "abi_version": "2026_0"},
    "packages": {
        "micropip": {"file_name": "micropip-0.11.1-py3-none-any.whl"},
        "numpy": {"file_name": "numpy-2.4-cp314-cp314-pyodide_2026_0_wasm32.whl"},
    },
}


def make_pyodide(directory: Path, version: str | None = "314.0.7") -> Path:
    directory.mkdir(parents=True)
    for name in CORE_HASHES:
        (directory / name).write_text(name)
    (directory / "pyodide-lock.json").write_text(json.dumps(LOCK))
    if version:
        (directory / "package.json").write_text(json.dumps({"version": version}))
    return directory
