"""What a page is given of its Python: the right files, and no others."""

import json

import pytest

from hmr_server.config import ServerConfig
from hmr_server.python.bundle import bundle
from hmr_server.python.files import PythonFiles

FILES = {
    "main.py": "import app.views\nfrom app import model\nimport numpy as np, yaml, json, js\n",
    "app/__init__.py": "",
    "app/views.py": "from . import words\nfrom .deep.inner import thing\n\ndef f():\n    import late\n",
    "app/model.py": "import hmr_client",
    "app/words.py": "",
    "app/deep/__init__.py": "",
    "app/deep/inner.py": "thing = 1",
    "late.py": "import broken",
    "broken.py": "def (",
    "unused.py": "import never_heard_of",
    ".venv/lib/x.py": "",
    "env/pyvenv.cfg": "",
    "env/lib/y.py": "",
    "node_modules/gyp/z.py": "",
    "secret.key": "",
    ".env": "",
    "café/naïve.py": "",
}


@pytest.fixture
def files(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return PythonFiles(ServerConfig(root=tmp_path))


def test_the_entry_comes_with_all_that_it_imports(files):
    found = bundle(files, "/main.py")

    assert found.modules[0].url == "/main.py"
    assert {module.url for module in found.modules} == {
        "/main.py",
        "/app/__init__.py",
        "/app/views.py",
        "/app/model.py",
        "/app/words.py",
        "/app/deep/__init__.py",
        "/app/deep/inner.py",
        "/late.py",
        "/broken.py",
    }


def test_every_python_file_is_listed_but_those_of_environments_and_packages(files):
    found = bundle(files, "/main.py")

    assert set(found.files) == {f"/{name}" for name in FILES if name.endswith(".py")} - {
        "/.venv/lib/x.py",
        "/env/lib/y.py",
        "/node_modules/gyp/z.py",
    }


def test_packages_are_named_as_the_index_names_them(files):
    found = bundle(files, "/main.py", {"numpy": "numpy-of-pyodide"})

    assert found.packages == {"numpy": "numpy-of-pyodide", "yaml": "pyyaml"}


def test_imports_of_an_entry_in_a_folder_are_looked_for_there(files):
    found = bundle(files, "/app/views.py")

    assert found.root == "/app"
    assert found.packages == {"late": "late"}


def test_data_files_are_listed_but_secrets(files, tmp_path):
    (tmp_path / "names.json").write_text("{}")

    found = json.loads(bundle(files, "/app/views.py").to_json())

    assert found["data"] == {
        "/names.json": [2, (tmp_path / "names.json").stat().st_mtime_ns // 10**6]
    }


def test_an_entry_that_is_not_there_is_none(files):
    assert bundle(files, "/missing.py") is None


def test_the_imports_of_a_new_text_are_read_anew(files, tmp_path):
    before = bundle(files, "/late.py")
    (tmp_path / "late.py").write_text("import app.words, folder.other, new_package")

    after = bundle(files, "/late.py")

    assert {module.url for module in before.modules} == {"/late.py", "/broken.py"}
    assert {module.url for module in after.modules} == {
        "/late.py",
        "/app/__init__.py",
        "/app/words.py",
    }
    assert set(after.packages) == {"folder", "new_package"}


def test_a_folder_without_init_is_no_package_to_install(files, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "other.py").write_text("")
    (tmp_path / "late.py").write_text("import folder, folder.missing")

    assert bundle(files, "/late.py").packages == {}
