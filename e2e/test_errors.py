"""Mistakes: they are shown where they were made, nothing is lost, and the fix clears them."""

from playwright.sync_api import expect

from e2e.project import html

MODULE = """\
export const name = "one";
document.querySelector("#out").textContent = `${name} ${(import.meta.hot.data.runs = (import.meta.hot.data.runs ?? 0) + 1)}`;
import.meta.hot.accept();
"""
FILES = {"index.html": html(body='<p id="out"></p>'), "main.js": MODULE}


def test_a_syntax_error_is_shown_and_its_fix_clears_it(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one 1")
    # The first update of a page with an open overlay reloads it (as in Vite); this is not the first.
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two 2")

    project.edit("main.js", '"two";', '"three;')
    expect(page.overlay).to_be_visible()
    expect(page.overlay.locator(".file")).to_contain_text("main.js:1")
    expect(page.overlay.locator(".frame")).to_contain_text('export const name = "three;')
    server.wait_for_line(r"main\.js")
    page.text("#out", "two 2")

    project.edit("main.js", '"three;', '"three";')
    page.text("#out", "three 3")
    expect(page.overlay).to_have_count(0)
    page.assert_not_reloaded()


def test_a_page_that_starts_with_a_syntax_error_comes_up_by_the_fix(project, serve, open_page):
    project.create({**FILES, "main.js": MODULE.replace('"one";', '"one;')})
    page = open_page(serve(project).url)
    expect(page.overlay).to_be_visible()

    project.edit("main.js", '"one;', '"one";')
    page.wait_for_load()

    page.text("#out", "one 1")
    expect(page.overlay).to_have_count(0)


def test_a_missing_import_is_named_and_the_new_file_clears_it(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one 1")
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two 2")

    project.write("main.js", f'import "./missing.js";\n{MODULE}')
    expect(page.overlay.locator(".message")).to_contain_text("./missing.js")
    server.wait_for_line(r"missing\.js")

    project.write("missing.js", "")
    expect(page.overlay).to_have_count(0)
    page.text("#out", "one 3")


def test_the_overlay_closes_on_escape_and_shows_markup_as_text(project, serve, open_page):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one 1")

    project.write("main.js", 'import "./<img src=x onerror=window.injected=1>\u202e.js";\n')
    expect(page.overlay.locator(".message")).to_contain_text("<img src=x")
    expect(page.overlay.locator(".message")).to_contain_text(r"\u202e.js")
    expect(page.overlay.locator(".frame")).to_contain_text(r"\u202e.js")
    expect(page.overlay).not_to_contain_text("\u202e")
    page.page.keyboard.press("Escape")

    expect(page.overlay).to_have_count(0)
    assert page.value("window.injected") is None


def test_an_exception_in_the_new_module_is_logged_and_the_fix_is_applied(project, serve, open_page):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one 1")

    project.write("main.js", f'throw new Error("on purpose");\n{MODULE}')
    page.wait_for_console(
        "[hmr] Failed to reload /main.js. This could be due to syntax errors or importing"
        " non-existent modules. (see errors above)"
    )
    project.write("main.js", MODULE.replace("one", "two"))

    page.text("#out", "two 2")
    page.assert_not_reloaded()


def test_the_server_survives_a_file_that_is_no_text(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one 1")
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two 2")

    project.write("main.js", b"\xff\xfe\x00\x01")
    expect(page.overlay).to_be_visible()
    server.wait_for_line(r"main\.js")
    project.write("main.js", MODULE.replace("one", "three"))

    page.text("#out", "three 3")
    expect(page.overlay).to_have_count(0)


def test_a_removed_file_is_an_error_until_it_is_back(project, serve, open_page):
    project.create(
        {
            **FILES,
            "main.js": f'import "./dep.js";\n{MODULE}',
            "dep.js": "",
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one 1")
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two 2")

    project.remove("dep.js")
    expect(page.overlay.locator(".message")).to_contain_text("dep.js")
    project.write("dep.js", "")

    expect(page.overlay).to_have_count(0)
    page.text("#out", "two 3")
    page.assert_not_reloaded()
