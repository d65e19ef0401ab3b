"""The scripts that pages run, as they are sent."""

import re

import pytest

from hmr_server.client.scripts import SCRIPT_PARTS, client_scripts
from hmr_server.client_wheel import wheel
from hmr_server.client_wheel.wheel import ClientMissing, page_script

_NAME = re.compile(r"^(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)
_DECLARATION = re.compile("(?:export )?(?:async )?(?:const|let|function|class) ")


def test_the_script_and_its_parts_are_found() -> None:
    scripts = client_scripts()
    parts = {part: page_script(part).read_text("utf-8") for part in SCRIPT_PARTS}
    for part, text in parts.items():
        assert "export " in text
        others = [*scripts, *(other for name, other in parts.items() if name != part)]
        assert any(f'"{part}"' in loader or f'"./{part}"' in loader for loader in others)


def test_each_room_is_in_one_of_the_two_scripts() -> None:
    head, rest = client_scripts()
    assert re.findall(r"^export (.*)", head, re.MULTILINE)[:4] == [
        "{ createHotContext, injectQuery };",
        "{ updateStyle, removeStyle };",
        "{ ErrorOverlay };",
        "{ attach, start, ready };",
    ]
    assert not re.search(r'^(?:import|export).*"', head, re.MULTILINE)
    assert re.findall(r'^(?:import|export)\b.*(".*")', rest, re.MULTILINE) == ['"../client"']
    rooms = page_script("bootstrap.js").resolve().parent / "bootstrap"
    for room in rooms.glob("*.js"):
        lines = room.read_text("utf-8").strip().splitlines()
        declared = next(filter(_DECLARATION.match, lines)).removeprefix("export ")
        assert (head + rest).count(f"\n{declared}\n") == 1, room.name
        assert lines[-1] in head + rest
    assert not re.search(r"^\s*(?://|/\*)", head + rest, re.MULTILINE)


def test_pages_wait_for_the_head_and_not_for_the_rest() -> None:
    head, rest = client_scripts()
    assert {"boot", "openEarly", "preloadFrom", "continueFromSnapshot"} <= set(_NAME.findall(rest))
    assert "new WebSocket" not in head
    [imported] = re.findall(r"^import \{ (.*) \} from", rest, re.MULTILINE)
    exported = ", ".join(re.findall(r"^export \{ (.*) \};$", head, re.MULTILINE))
    assert set(imported.split(", ")) <= set(exported.split(", "))


def test_a_room_comes_before_those_that_import_it(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = {
        "bootstrap.js": '// comment\nexport { top } from "./rooms/top.js";\nimport "./rooms/side.js";\n',
        "rest.js": '// comment\nimport "./rooms/late.js";\nimport "./rooms/later.js";\n',
        "rooms/top.js": 'import { one } from "./one.js";\nimport { two } from "./two.js";\nexport const top = one + two;\n',
        "rooms/one.js": 'import { two } from "./two.js";\nexport async function one() {}\n',
        "rooms/two.js": "export let two = 2;\n",
        "rooms/side.js": 'import { two } from "./two.js";\ntwo;\n',
        "rooms/late.js": 'import { top } from "./top.js";\nexport const three = top;\n',
        "rooms/later.js": 'import { three } from "./late.js";\nimport { one } from "./one.js";\none(three);\n',
    }
    for name, text in rooms.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(wheel, "package_directory", lambda _: tmp_path)
    head, rest = client_scripts.__wrapped__()
    assert head == (
        "let two = 2;\n\nasync function one() {}\n\nconst top = one + two;\n\ntwo;\n\n"
        "export { top };\nexport { one };\n"
    )
    assert rest == 'import { one, top } from "../client";\nconst three = top;\n\none(three);\n'


def test_a_script_that_is_not_there_is_named() -> None:
    with pytest.raises(ClientMissing, match=r"nothing\.js is not in .*Reinstall hmr-client"):
        page_script("nothing.js")
