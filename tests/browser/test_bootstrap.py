"""What others rely on in `bootstrap.js`; how it works is tested in Chromium (e2e/)."""

import json
import re
from pathlib import Path

import pytest

from hmr_browser.reconnect import token_of

SOURCE = (Path(__file__).parents[2] / "browser" / "bootstrap.js").read_text(encoding="utf-8")


def test_the_settings_have_one_place():
    """Servers replace the placeholder with JSON, and a restarted server's token is found there."""
    assert SOURCE.count("__HMR_CONFIG__") == 1
    config = json.dumps({"token": "a$b\\c", "base": "/"})
    assert token_of(SOURCE.replace("__HMR_CONFIG__", config)) == "a$b\\c"


@pytest.mark.parametrize("script", ["", "const config = {};", "const config = {no json};", SOURCE])
def test_a_script_without_a_token(script):
    assert token_of(script) is None


def test_exports():
    """The first five are called by the code that dev servers inject."""
    exported = re.findall(
        r"^export (?:async )?(?:function|class|const) (\w+)", SOURCE, re.MULTILINE
    )
    injected = {"createHotContext", "updateStyle", "removeStyle", "injectQuery", "ErrorOverlay"}
    assert set(exported) == injected | {"attach", "start", "ready"}


def test_server_text_is_inserted_as_text():
    """No message of a server's can become markup."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", SOURCE)
