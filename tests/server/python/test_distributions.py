"""Distributions that are not called as their modules are."""

import json
import re
from pathlib import Path

from hmr_server.python.distributions import _DISTRIBUTIONS, distribution_of, distributions_of


def test_the_lock_file_knows_what_packages_are_called(tmp_path):
    lock = tmp_path / "pyodide-lock.json"
    assert distributions_of(lock) == {}
    lock.write_text("[]")
    assert distributions_of(lock) == {}
    packages = {"pillow": {"name": "Pillow", "imports": ["PIL", "PIL.Image"]}}
    lock.write_text(json.dumps({"packages": packages}))
    assert distributions_of(lock) == {"PIL": "Pillow"}


def test_the_vite_plugin_calls_them_the_same():
    script = Path(__file__).parents[3] / "browser" / "vite_plugin" / "distributions.js"
    [table] = re.findall(r"distributions = \{(.*?)\}", script.read_text("utf-8"), re.DOTALL)
    pairs = re.findall(r'(\w+): "([^"]+)"', table)
    assert pairs
    assert [distribution_of(name, None) for name, _ in pairs] == [found for _, found in pairs]
    assert set(dict(pairs)) == set(_DISTRIBUTIONS)
