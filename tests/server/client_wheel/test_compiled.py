"""The client's wheel, compiled by this Python for pages whose Pyodide has the same."""

import importlib
import json
import sys
from pathlib import Path

import httpx
import pytest

from hmr_server.client_wheel.compiled import OWN_MAGIC, compiled, magic_of
from hmr_server.client_wheel.wheel import build_client_wheel, client_wheels
from tests.server.running import RunningServer, find


def test_every_module_is_imported_without_being_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = compiled(build_client_wheel())
    assert magic_of(build_client_wheel()) is None
    assert magic_of(wheel) == OWN_MAGIC
    place = tmp_path / "client.whl"
    place.write_bytes(wheel.content)
    monkeypatch.syspath_prepend(str(place))
    for name in [name for name in sys.modules if name.partition(".")[0] == "hmr_client"]:
        monkeypatch.delitem(sys.modules, name)
    module = importlib.import_module("hmr_client.wire.serialisation")
    assert (
        module.__cached__ == f"{place}/hmr_client/wire/serialisation.pyc"
        or module.__file__.endswith(".pyc")
    )
    assert (
        module.parse_payload.__code__.co_filename
        == "/lib/hmr_client.whl/hmr_client/wire/serialisation.py"
    )


def test_the_client_script_names_it_by_what_bytecode_begins_with(running: RunningServer) -> None:
    script = httpx.get(f"{running.url}@hmr/client").text
    settings = json.loads(find(r"const config = (\{.*\});", script))
    urls = settings["bytecode"][OWN_MAGIC]
    for url, wheel in zip(urls, client_wheels(), strict=True):
        answer = httpx.get(httpx.URL(running.url).join(url))
        assert answer.content == compiled(wheel).content
        assert "immutable" in answer.headers["cache-control"]
