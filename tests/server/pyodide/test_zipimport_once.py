"""Python's own import from archives, and the one that reads each module once: the same but for that."""

import importlib.util
import json
import marshal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# imports the modules that are named, from an archive, and tells what became of each
PROGRAM = """\
import importlib, importlib.util, json, sys, traceback, zipimport
place, once, *names = sys.argv[1:]
if once == "once":
    from hmr_server.pyodide.zipimport_once import read_modules_once
    read_modules_once()
reads = []
read = zipimport._get_data
zipimport._get_data = lambda archive, entry: reads.append(entry[0]) or read(archive, entry)
sys.path.insert(0, place)
said = []
for name in names:
    try:
        module = importlib.import_module(name)
    except Exception as error:
        said.append([name, type(error).__name__, str(error)])
    else:
        spec, code = module.__spec__, module.__spec__.loader and module.__spec__.loader.get_code(name)
        path = spec.submodule_search_locations
        said.append([name, getattr(module, "value", None), spec.origin, path and list(path), code and code.co_filename])
print(json.dumps([said, len(reads)]))
"""


def pyc(value: str, magic: bytes = importlib.util.MAGIC_NUMBER) -> bytes:
    unchecked = (1).to_bytes(4, "little") + bytes(8)  # PEP 552: by hash
    return magic + unchecked + marshal.dumps(compile(f"value = {value!r}", "compiled.py", "exec"))


FILES = {
    "source.py": b"value = 'source'",
    "package/__init__.py": b"value = 'package'",
    "package/inner.py": b"from . import value\nfrom package import other",
    "package/other.py": b"import source\nvalue = source.value",
    "compiled.py": b"value = 'not this'",
    "compiled.pyc": pyc("compiled"),
    "foreign.py": b"value = 'source of foreign'",
    "foreign.pyc": pyc("another Python's", b"\0\0\r\n"),
    "only_foreign.pyc": pyc("another Python's", b"\0\0\r\n"),
    "broken.py": b"value =",
    "raises.py": b"1 / 0",
    "space/": b"",  # without it Python sees no namespace package
    "space/module.py": b"value = 'in a namespace package'",
}
NAMES = ["source", "package", "package.inner", "compiled", "foreign", "only_foreign", "broken"]
NAMES += ["raises", "space", "space.module", "missing", "package.missing"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "modules.zip", "w") as content:
        for name, data in FILES.items():
            content.writestr(zipfile.ZipInfo(name), data)
    return tmp_path / "modules.zip"


def run(archive: Path, how: str, *names: str) -> tuple[list[object], int]:
    command = [sys.executable, "-c", PROGRAM, str(archive), how, *names]
    said, reads = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return said, reads


def test_modules_are_imported_as_ever(archive: Path) -> None:
    said, _ = run(archive, "once", *NAMES)
    assert said == run(archive, "as ever", *NAMES)[0]
    assert ["compiled", "compiled", f"{archive}/compiled.pyc", None, "compiled.py"] in said


@pytest.mark.parametrize("name", ["source", "compiled", "foreign", "space.module"])
def test_each_is_read_once_less(archive: Path, name: str) -> None:
    # the program's own look at the code is the same for both
    _, ever = run(archive, "as ever", name)
    _, once = run(archive, "once", name)
    files = 2 if name == "foreign" else 1
    assert (ever, once) == (3 * files, 2 * files)
