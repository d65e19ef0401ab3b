"""A project's Python files: those of the project, and no others."""

import pytest

from hmr_server.config import ServerConfig
from hmr_server.files.access import AccessDenied
from hmr_server.python.files import PythonFiles


@pytest.fixture
def files(tmp_path):
    (tmp_path / "main.py").write_text("")
    return PythonFiles(ServerConfig(root=tmp_path))


@pytest.mark.parametrize("url", ["/../main.py", "/secret.key", "/.env", "/app", "/main.txt"])
def test_nothing_but_the_projects_python_is_read(files, url):
    with pytest.raises(AccessDenied):
        files.read(url)


def test_a_link_out_of_the_project_is_not_followed(files, tmp_path_factory, tmp_path):
    outside = tmp_path_factory.mktemp("outside") / "x.py"
    outside.write_text("SECRET = 1")
    (tmp_path / "linked.py").symlink_to(outside)

    with pytest.raises(AccessDenied):
        files.read("/linked.py")
