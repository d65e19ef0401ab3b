"""What others rely on in `bootstrap.js` and its rooms; how they work is tested in Chromium (e2e/)."""

import json
import re
from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from hmr_browser.transport.reconnect import token_of

BROWSER = Path(__file__).parents[2] / "browser"
ROOMS = {file.name: file.read_text("utf-8") for file in (BROWSER / "bootstrap").glob("*.js")}
ENTRY = (BROWSER / "bootstrap.js").read_text("utf-8")
SETTINGS = ROOMS["settings.js"].replace("export ", "")  # as it is served
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
JAVASCRIPT = Language(tree_sitter_javascript.language())


def identifiers(node: Node) -> set[str]:
    if node.type in {"identifier", "shorthand_property_identifier"}:
        return {node.text.decode()}
    return {name for child in node.children for name in identifiers(child)}


def test_the_settings_have_one_place():
    """Servers replace the placeholder with JSON, and a restarted server's token is found there."""
    assert [name for name, text in ROOMS.items() if "__HMR_CONFIG__" in text] == ["settings.js"]
    assert SETTINGS.count("__HMR_CONFIG__") == 1
    config = json.dumps({"token": "a$b\\c", "base": "/"})
    assert token_of(SETTINGS.replace("__HMR_CONFIG__", config)) == "a$b\\c"


@pytest.mark.parametrize(
    "script", ["", "const config = {};", "const config = {no json};", SETTINGS]
)
def test_a_script_without_a_token(script):
    assert token_of(script) is None


def test_exports():
    """The first five are called by the code that dev servers inject."""
    exported = re.findall(r"\w+", " ".join(re.findall(r"^export \{(.*?)\}", ENTRY, re.MULTILINE)))
    injected = {"createHotContext", "updateStyle", "removeStyle", "injectQuery", "ErrorOverlay"}
    assert set(exported) == injected | {"attach", "start", "ready"}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_what_it_uses_and_no_more(name):
    """They are joined into one scope, where a forgotten import would work unseen."""
    imported = {
        symbol: room
        for symbols, room in IMPORT.findall(ROOMS[name])
        for symbol in symbols.split(", ")
    }
    for symbol, room in imported.items():
        assert symbol in EXPORT.findall(ROOMS[room])
    elsewhere = {symbol for text in ROOMS.values() for symbol in EXPORT.findall(text)}
    code = re.sub(r"^import .*$", "", ROOMS[name], flags=re.MULTILINE)
    used = identifiers(Parser(JAVASCRIPT).parse(code.encode()).root_node) & elsewhere
    assert used - set(DECLARED.findall(code)) == set(imported)


def test_no_two_rooms_declare_one_name():
    declared = [symbol for text in ROOMS.values() for symbol in DECLARED.findall(text)]
    assert sorted(declared) == sorted(set(declared))


@pytest.mark.parametrize("name", ROOMS)
def test_server_text_is_inserted_as_text(name):
    """No message of a server's can become markup."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", ROOMS[name])
