"""PyScript's configuration, and what a change of it means for a running page."""

import io
import json
import tarfile
import zipfile

import pytest

from hmr_browser.pyscript.archives import ArchiveError
from hmr_browser.pyscript.config import (
    ConfigChange,
    ConfigError,
    ScriptConfig,
    compare,
    describe,
    error_details,
    parse_config,
)

URL = "http://127.0.0.1:5173/app/pyscript.toml"
APP = "http://127.0.0.1:5173/app/"
HOME = "/home/pyodide/"


def read(text):
    return ScriptConfig.read(parse_config(text), URL)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ('"./a.py" = ""', {"a.py": APP + "a.py"}),
        ('"a.py" = "lib/"', {"lib/a.py": APP + "a.py"}),
        ('"/data/a.json?x=1" = "./b.json"', {"b.json": "http://127.0.0.1:5173/data/a.json?x=1"}),
        (
            '"{B}/a.py" = ""\n"{A}" = "./src"\n"{B}" = "{A}/deep"',
            {"a.py": APP + "src/deep/a.py"},
        ),
        ('"https://example.com/a.csv" = ""', {"a.csv": "https://example.com/a.csv"}),
        ('"./a.zip" = "./lib/*"', {}),
    ],
)
def test_files_and_where_they_land(files, expected):
    assert read(f"[files]\n{files}").files == {HOME + place: url for place, url in expected.items()}


@pytest.mark.parametrize(
    ("fetch", "expected"),
    [
        ('files = ["lib/words.py", "a.py"]', {"lib/words.py": "lib/words.py", "a.py": "a.py"}),
        ('from = "./src/"\nfiles = ["a.py"]', {"a.py": "src/a.py"}),
        ('from = "src"\nto_folder = "lib/"\nfiles = ["a.py"]', {"lib/a.py": "src/a.py"}),
        ('from = "src/a.py"', {"a.py": "src/a.py"}),
        ('from = "src/a.py"\nto_file = "b.py"\nto_folder = "lib"', {"lib/b.py": "src/a.py"}),
        ("", ConfigError),
        ('from = "src/"', ConfigError),
        ('from = "src/"\nto_file = "b.py"\nfiles = ["a.py"]', ConfigError),
        ("files = [1]", ConfigError),
    ],
)
def test_fetch_is_read_as_files(fetch, expected):
    text = f"[[fetch]]\n{fetch}"
    if expected is ConfigError:
        with pytest.raises(ConfigError):
            read(text)
    else:
        assert read(text).files == {HOME + place: APP + name for place, name in expected.items()}


def _zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("lib/", "")
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _tar(files, mode="w:gz"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.zip", _zip), ("a-1-py3-none-any.whl", _zip), ("a.tar.gz", _tar), ("a.tgz", _tar)],
)
def test_members_of_an_archive(name, pack):
    [archive] = read(f'[files]\n"./{name}" = "./lib/*"').archives
    content = pack({"./x/a.py": b"1", "b.txt": b"2", "../../../etc/c": b"3", "/etc/d": b"4"})
    assert archive.url == APP + name
    assert archive.members(content) == {f"{HOME}lib/x/a.py": b"1", f"{HOME}lib/b.txt": b"2"}
    for damaged in (b"", content[:40], b"no archive"):
        with pytest.raises(ArchiveError):
            archive.members(damaged)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[files]\n"a.py" = ""\n"b/a.py" = ""', "two files for one target, a.py"),
        ('[files]\n"a.py" = 1', "1 where a name is expected"),
        ('files = ["a.py"]', "[files] is a table"),
        ("packages = [1]", "packages is a list"),
        ('packages = "rich"', "packages is a list"),
    ],
)
def test_what_pyscript_would_refuse_is_said(text, words):
    with pytest.raises(ConfigError) as raised:
        read(text)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "change", "said"),
    [
        ("", "# a comment", ConfigChange(), "nothing in it concerns the running page"),
        ("", 'name = "x"', ConfigChange(), "nothing in it concerns the running page"),
        (
            "",
            '[files]\n"a.py" = ""',
            ConfigChange(fetch={HOME + "a.py": APP + "a.py"}),
            "fetched a.py",
        ),
        (
            '[files]\n"a.py" = "x.py"\n"b.py" = ""',
            '[files]\n"c.py" = "x.py"\n"b.py" = "b.py"',
            ConfigChange(fetch={HOME + "x.py": APP + "c.py"}),
            "fetched x.py",
        ),
        (
            'packages = ["rich"]\n[files]\n"a.py" = ""',
            "",
            ConfigChange(unused=("a.py", "rich")),
            "no longer names a.py, rich, which stay until a reload",
        ),
        (
            'packages = ["rich"]',
            'packages = ["attrs>=1", "rich"]',
            ConfigChange(install=("attrs>=1",)),
            "installed attrs>=1",
        ),
        ('interpreter = "a"', 'interpreter = "b"', "interpreter has changed", None),
        ("", 'plugins = ["x"]\ndebug = true', "debug, plugins have changed", None),
        ("", '[js_modules.main]\n"a.js" = "a"', "js_modules has changed", None),
        ("", '[files]\n"a.zip" = "./*"', "archives of [files] has changed", None),
        (
            'packages = ["Foo_bar==1"]',
            'packages = ["foo-bar==2"]',
            "packages (foo-bar==2 in place of Foo_bar==1) has changed",
            None,
        ),
    ],
)
def test_what_a_change_asks_for(old, new, change, said):
    found = compare(read(old), read(new))
    if isinstance(change, str):
        assert found.reload == change
    else:
        assert found == change
        assert describe(found) == said


def test_json_is_read_too():
    config = {"packages": ["rich"], "files": {"a.py": ""}, "debug": True}
    assert read(json.dumps(config)) == read(
        'packages = ["rich"]\ndebug = true\n[files]\n"a.py" = ""'
    )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[files]\n"a.py" = \n', 2, 9),
        ('{"files": {\n  "a.py" ""}}', 2, 9),
        ('[files]\n"a.py" = "', 2, 10),
    ],
)
def test_an_error_has_its_place(text, line, column):
    try:
        parse_config(text)
    except ValueError as error:
        details = error_details(error, text, "/pyscript.toml")
    assert details.id == "pyscript.toml"
    assert details.loc is not None
    assert (details.loc.line, details.loc.column) == (line, column)
    assert details.frame is not None
    assert f"> {line} | {text.splitlines()[line - 1].rstrip()}" in details.frame
    assert "line" not in details.message
