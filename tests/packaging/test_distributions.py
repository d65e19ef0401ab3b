"""What the distributions are made of; the wheels themselves where `make test` has built them."""

import os
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from hmr_server.client.scripts import SCRIPT_PARTS

ROOT = Path(__file__).resolve().parents[2]
CLIENT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ASGI = tomllib.loads((ROOT / "server" / "pyproject.toml").read_text("utf-8"))["project"]
SERVER = tomllib.loads((ROOT / "server/command/pyproject.toml").read_text("utf-8"))["project"]


def wheel(distribution: str) -> zipfile.ZipFile:
    folder = os.environ.get("HMR_WHEELS")
    if not folder:
        pytest.skip("the wheels are built by make test")
    [path] = Path(folder).glob(f"{distribution}-*.whl")
    return zipfile.ZipFile(path)


def packages(archive: zipfile.ZipFile) -> set[str]:
    tops = {name.split("/")[0] for name in archive.namelist()}
    return {top for top in tops if not top.endswith(".dist-info")}


def test_the_distributions_have_one_version():
    assert SERVER["version"] == ASGI["version"] == CLIENT["version"]
    assert f"hmr-client=={CLIENT['version']}" in ASGI["dependencies"]
    assert f"hmr-asgi=={CLIENT['version']}" in SERVER["dependencies"]


def test_the_version_is_the_code_s_own():
    import hmr_client

    assert hmr_client.__version__ == CLIENT["version"]


def test_the_client_depends_on_nothing():
    assert CLIENT["dependencies"] == []  # extras may: a plain Python process is no page


def test_the_client_s_wheel_holds_the_core_and_the_page():
    with wheel("hmr_client") as archive:
        assert packages(archive) == {"hmr_client", "hmr_browser"}
        assert {
            "hmr_client/py.typed",
            "hmr_browser/py.typed",
            "hmr_browser/bootstrap.js",
            "hmr_browser/rest.js",
            *(f"hmr_browser/{part}" for part in SCRIPT_PARTS),
        } <= set(archive.namelist())
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
        assert all("extra ==" in asked for asked in metadata.get_all("Requires-Dist", []))


def test_the_asgi_wheel_holds_the_server():
    with wheel("hmr_asgi") as archive:
        assert packages(archive) == {"hmr_server"}
        assert "hmr_server/py.typed" in archive.namelist()
        folder = ROOT / "server"
        templates = (folder / "hmr_server/templates").rglob("*.*")
        named = {file.relative_to(folder).as_posix() for file in templates if file.is_file()}
        assert {name for name in named if "__pycache__" not in name} <= set(archive.namelist())


def test_the_server_s_wheel_holds_the_command_alone():
    with wheel("hmr_server") as archive:
        assert packages(archive) == set()
        [name] = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        assert "hmr-server" in archive.read(name).decode()
