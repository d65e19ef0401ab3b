"""`hmr-server new`: what it writes, what it says, and where it writes nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hmr_server.cli.command import main
from hmr_server.templates import TEMPLATES


def new(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["new", *map(str, words)])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_new_project_has_what_the_command_names(template, tmp_path: Path):
    made = tmp_path / "a project"
    result = new(made, "--template", template.name)

    assert result.exit_code == 0, result.output
    assert (made / template.edit).is_file()
    assert template.edit in result.output
    assert f"cd '{made}'" in result.output
    assert all(f"  {command}\n" in result.output for command in template.start)
    assert not list(made.rglob("__pycache__"))


def test_the_present_folder_is_taken_where_it_is_empty(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    result = new(".")

    assert result.exit_code == 0, result.output
    assert "cd " not in result.output
    assert (tmp_path / "index.html").is_file()


@pytest.mark.parametrize("there", ["notes.txt", "index.html", ".env"])
def test_nothing_is_written_beside_other_files(there: str, tmp_path: Path):
    (tmp_path / there).write_text("mine")
    result = new(tmp_path)

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {tmp_path} is not empty ({there})")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]


def test_a_file_and_an_unknown_template_are_plain_errors(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("mine")
    assert "is a file" in new(file).output
    assert "is not one of" in new(tmp_path / "made", "--template", "jupyter").output
    assert list(tmp_path.iterdir()) == [file]
