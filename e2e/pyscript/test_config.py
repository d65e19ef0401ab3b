"""An edited pyscript.toml is carried out in the running page, which says what was done."""

import json

import pytest
from playwright.sync_api import expect

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import FILES, PAGE, open_app
from e2e.harness.wheel import wheel

NAMES = '"./names.json" = ""\n'
USE = "    return f"


@pytest.fixture
def server(pyscript, serve):
    pyscript.write("wheels/greeting-1.0-py3-none-any.whl", wheel("greeting", "WORD = 'hello'\n"))
    return serve(pyscript)


@pytest.fixture
def app(server, new_page):
    return open_app(new_page(), server.url)


def said(app, words):
    app.wait_for_console(f"[hmr] pyscript.toml: {words}")


def test_a_new_file_is_fetched_and_can_be_imported(app, server, pyscript):
    pyscript.create({"src/more.py": "WORD = 'more'\n", "data.txt": "data"})
    pyscript.edit(
        "pyscript.toml", NAMES, NAMES + '"{SRC}/more.py" = "app/more.py"\n"data.txt" = "d/"\n'
    )
    said(app, "fetched app/more.py, d/data.txt")
    server.wait_for_line(r"hmr update /pyscript.toml  fetched app/more.py, d/data.txt")

    code = "    from app import more\n    return f'{more.WORD} {open(\"d/data.txt\").read()} ' + f"
    pyscript.edit("src/words.py", USE, code)
    wait_until_applied(app, "/app/words.py")
    click(app, "more data one, 2 clicks")

    pyscript.edit("src/more.py", "'more'", "'even more'")
    wait_until_applied(app, "/app/more.py")
    pyscript.write("data.txt", "news")
    app.wait_for_console(
        "[hmr] file refreshed: d/data.txt (the program gets it when it opens it again)"
    )
    click(app, "even more news one, 3 clicks")
    expect(app.page.locator("#name")).to_have_value("Ada")
    app.assert_no_errors()
    app.assert_not_reloaded()


def test_another_source_of_a_module_is_patched_in(app, pyscript):
    pyscript.write("src/other.py", FILES["src/words.py"].replace("return f", "return 'other ' + f"))
    pyscript.edit("pyscript.toml", "{SRC}/words.py", "{SRC}/other.py")
    said(app, "fetched app/words.py")

    click(app, "other one, 2 clicks")
    pyscript.edit("src/other.py", "other", "another")
    wait_until_applied(app, "/app/words.py", times=2)
    click(app, "another one, 3 clicks")
    app.assert_not_reloaded()


def test_a_new_package_is_installed_without_the_internet(app, pyscript):
    pyscript.edit("pyscript.toml", "\n[files]", 'packages = ["greeting"]\n\n[files]')
    said(app, "installed greeting")

    pyscript.edit("src/words.py", USE, "    import greeting\n    return greeting.WORD + ' ' + f")
    wait_until_applied(app, "/app/words.py")
    click(app, "hello one, 2 clicks")
    app.assert_not_reloaded()


def test_what_is_no_longer_named_stays_and_is_said(app, pyscript):
    pyscript.edit("pyscript.toml", NAMES, "")
    said(app, "no longer names names.json, which stay until a reload")

    click(app, "one, 2 clicks")
    app.assert_not_reloaded()


def test_a_broken_configuration_is_shown_with_its_place_and_loses_nothing(app, server, pyscript):
    pyscript.edit("pyscript.toml", NAMES, '"./names.json" = \n')
    expect(app.overlay.locator(".message")).to_contain_text("pyscript.toml: Invalid value")
    expect(app.overlay.locator(".file")).to_have_text("pyscript.toml:6:18")
    expect(app.overlay.locator(".frame")).to_contain_text('> 6 | "./names.json" =')
    server.wait_for_line("pyscript.toml: Invalid value")

    pyscript.write("pyscript.toml", FILES["pyscript.toml"])
    said(app, "nothing in it concerns the running page")
    expect(app.overlay).to_have_count(0)
    click(app, "one, 2 clicks")
    app.assert_not_reloaded()


def test_a_file_that_is_missing_is_brought_when_it_is_there(app, pyscript):
    pyscript.edit("pyscript.toml", NAMES, NAMES + '"{SRC}/late.py" = "app/late.py"\n')
    expect(app.overlay.locator(".message")).to_contain_text("there is no /src/late.py to fetch")

    pyscript.write("src/late.py", "WORD = 'late'\n")
    said(app, "fetched app/late.py")
    expect(app.overlay).to_have_count(0)
    pyscript.edit("src/words.py", USE, "    from app.late import WORD\n    return WORD + f")
    wait_until_applied(app, "/app/words.py")
    click(app, "lateone, 2 clicks")
    app.assert_not_reloaded()


def test_a_package_that_is_nowhere_is_shown_and_loses_nothing(app, pyscript):
    pyscript.edit("pyscript.toml", "\n[files]", 'packages = ["/nowhere-1.0-py3-none-any.whl"]\n\n[files]')  # fmt: skip
    expect(app.overlay.locator(".message")).to_contain_text("pyscript.toml: ")

    pyscript.write("pyscript.toml", FILES["pyscript.toml"])
    said(app, "nothing in it concerns the running page")
    click(app, "one, 2 clicks")
    app.assert_not_reloaded()


def test_what_is_settled_at_the_start_reloads_the_page_and_says_why(app, pyscript):
    pyscript.edit("pyscript.toml", "\n[files]", "packages_cache = 'never'\n\n[files]")

    app.wait_for_load(until_ready=False)
    app.text("#out", "one, 0 clicks")
    assert "[hmr] page reload: /pyscript.toml: packages_cache has changed" in app.console


def test_json_in_a_py_config_element_is_carried_out_too(pyscript, serve, new_page):
    page = PAGE.replace(' config="./pyscript.toml"', "")
    page = page.replace("<body>", '<body><py-config src="./conf/pyscript.json"></py-config>')
    config = {
        "interpreter": "/pyodide/pyodide.mjs",
        "files": {"../src/words.py": "app/words.py", "/names.json": ""},
    }
    pyscript.create({"index.html": page, "conf/pyscript.json": json.dumps(config)})
    app = open_app(new_page(), serve(pyscript).url)

    pyscript.write("conf/more.py", "WORD = 'more'\n")
    config["files"]["./more.py"] = ""
    pyscript.write("conf/pyscript.json", json.dumps(config))
    app.wait_for_console("[hmr] conf/pyscript.json: fetched more.py")

    pyscript.edit("src/words.py", USE, "    import more\n    return more.WORD + f")
    wait_until_applied(app, "/app/words.py")
    click(app, "moreone, 2 clicks")
    app.assert_not_reloaded()
