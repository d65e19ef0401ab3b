"""Mistakes: they are shown where they were made, nothing is lost, and the fix clears them."""

from playwright.sync_api import expect

from e2e.harness.project import html

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


SLOPPY = "var await = 1; with ({}) {}\n"  # JavaScript that only a classic script may be


def test_a_page_is_not_reloaded_into_scripts_that_the_browser_cannot_read(
    project, serve, open_page
):
    """The browser reads them first, workers' scripts and classic ones too, and runs none of them."""
    project.create(
        {
            "index.html": html(body='<p id="out"></p><script src="/classic.js"></script>'),
            "main.js": """\
const show = ({ data }) => { out.textContent += data + " "; };
new Worker("/module.js", { type: "module" }).onmessage = show;
new Worker("/worker.js").onmessage = show;
""",
            "module.js": 'import { said } from "./dep.js";\npostMessage(said);\n',
            "dep.js": 'export const said = "dep";\n',
            "worker.js": f'{SLOPPY}importScripts("/part.js"); postMessage("worker");\n',
            "part.js": f'{SLOPPY}postMessage("part");\n',
            "classic.js": f'{SLOPPY}out.textContent += "classic ";\n',
        }
    )
    server = serve(project)
    page = open_page(server.url)

    def comes_up() -> None:
        for word in ("dep", "worker", "part", "classic"):
            expect(page.page.locator("#out")).to_contain_text(word)

    comes_up()
    for name in ("module.js", "dep.js", "worker.js", "classic.js"):
        good = project.read(name)
        project.write(name, f"{good}const = 3;\n")
        expect(page.overlay.locator(".file")).to_contain_text(f"{name}:{good.count(chr(10)) + 1}")
        expect(page.overlay.locator(".frame")).to_contain_text("const = 3;")
        comes_up()  # still there
        page.assert_not_reloaded()
        # another file's save doesn't load the page into the broken one either
        project.write(name, f"{good}postMessage.name;\n")
        page.wait_for_load()
        comes_up()
        expect(page.overlay).to_have_count(0)
    project.write("dep.js", "export const = 3;\n")
    expect(page.overlay.locator(".file")).to_contain_text("dep.js:1")
    project.edit("classic.js", "classic ", "classic, ")
    page.wait_for_console("[hmr] page reload: waits until the error is mended", times=5)
    project.write("dep.js", 'export const said = "mended";\n')
    page.wait_for_load()
    expect(page.page.locator("#out")).to_contain_text("mended")
    expect(page.page.locator("#out")).to_contain_text("classic,")
    server.wait_for_line(r"SyntaxError")
    project.write("module.js", 'import "./none.js";\n')
    expect(page.overlay.locator(".message")).to_contain_text("./none.js")
    project.write("none.js", "postMessage('found');\n")
    page.wait_for_load()
    expect(page.page.locator("#out")).to_contain_text("found")
