"""Distributions that are not called as their modules are."""

import json

from hmr_server.distributions import distributions_of


def test_the_lock_file_knows_what_packages_are_called(tmp_path):
    lock = tmp_path / "pyodide-lock.json"
    assert distributions_of(lock) == {}
    lock.write_text("[]")
    assert distributions_of(lock) == {}
    packages = {"pillow": {"name": "Pillow", "imports": ["PIL", "PIL.Image"]}}
    lock.write_text(json.dumps({"packages": packages}))
    assert distributions_of(lock) == {"PIL": "Pillow"}
