"""The scripts that pages run, as they are sent."""

import re

import pytest

from hmr_server.client.scripts import SCRIPT_PARTS, bootstrap_script
from hmr_server.client_wheel import wheel
from hmr_server.client_wheel.wheel import ClientMissing, page_script

_DECLARATION = re.compile("(?:export )?(?:async )?(?:const|let|function|class) ")


def test_the_script_and_its_parts_are_found() -> None:
    bootstrap = bootstrap_script()
    parts = {part: page_script(part).read_text("utf-8") for part in SCRIPT_PARTS}
    for part, text in parts.items():
        assert "export " in text
        others = [bootstrap, *(other for name, other in parts.items() if name != part)]
        assert any(f'"{part}"' in loader or f'"./{part}"' in loader for loader in others)


def test_the_rooms_are_joined_into_one_script() -> None:
    script = bootstrap_script()
    assert not re.search(r'^(?:import|export).*"', script, re.MULTILINE)
    assert re.findall(r"^export (.*)", script, re.MULTILINE) == [
        "{ createHotContext, injectQuery };",
        "{ updateStyle, removeStyle };",
        "{ ErrorOverlay };",
        "{ attach, start, ready };",
    ]
    rooms = page_script("bootstrap.js").resolve().parent / "bootstrap"
    for room in rooms.glob("*.js"):
        lines = room.read_text("utf-8").strip().splitlines()
        declared = next(filter(_DECLARATION.match, lines)).removeprefix("export ")
        assert script.count(f"\n{declared}\n") == 1, room.name
        assert lines[-1] in script
    assert not re.search(r"^\s*(?://|/\*)", script, re.MULTILINE), "pages wait for it"


def test_a_room_comes_before_those_that_import_it(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = {
        "bootstrap.js": 'export { top } from "./rooms/top.js";\nimport "./rooms/side.js";\n',
        "rooms/top.js": 'import { one } from "./one.js";\nimport { two } from "./two.js";\nexport const top = one + two;\n',
        "rooms/one.js": 'import { two } from "./two.js";\nexport async function one() {}\n',
        "rooms/two.js": "export let two = 2;\n",
        "rooms/side.js": 'import { two } from "./two.js";\ntwo;\n',
    }
    for name, text in rooms.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(wheel, "package_directory", lambda _: tmp_path)
    assert bootstrap_script.__wrapped__() == (
        "let two = 2;\n\nasync function one() {}\n\nconst top = one + two;\n\ntwo;\n\nexport { top };\n"
    )


def test_a_script_that_is_not_there_is_named() -> None:
    with pytest.raises(ClientMissing, match=r"nothing\.js is not in .*Reinstall hmr-client"):
        page_script("nothing.js")
