"""Several tabs on one server."""

from e2e.harness.project import html

FILES = {
    "index.html": html(body='<button id="button">0</button><p id="out"></p>'),
    "main.js": """\
export const name = "one";
const { data } = import.meta.hot;
data.count ??= 0;
const show = () => (document.querySelector("#out").textContent = `${name} ${data.count}`);
document.querySelector("#button").onclick = () => { data.count++; show(); };
show();
import.meta.hot.accept();
""",
}


def test_two_tabs_get_an_update_and_keep_their_own_state(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    first, second = open_page(server.url), open_page(server.url)
    first.page.click("#button")
    second.page.click("#button", click_count=2)
    first.text("#out", "one 1")
    second.text("#out", "one 2")

    project.edit("main.js", '"one"', '"two"')

    first.text("#out", "two 1")
    second.text("#out", "two 2")
    first.assert_not_reloaded()
    second.assert_not_reloaded()


def test_a_tab_that_was_closed_does_not_hold_up_the_other(project, serve, open_page):
    project.create(FILES)
    server = serve(project)
    first, second = open_page(server.url), open_page(server.url)

    first.page.close()
    project.edit("main.js", '"one"', '"two"')
    second.text("#out", "two 0")
    third = open_page(server.url)
    third.text("#out", "two 0")
    project.edit("main.js", '"two"', '"three"')

    second.text("#out", "three 0")
    third.text("#out", "three 0")


def test_a_reloaded_tab_gets_further_updates(project, serve, open_page):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one 0")

    page.page.reload()
    page.wait_for_load()
    project.edit("main.js", '"one"', '"two"')

    page.text("#out", "two 0")
