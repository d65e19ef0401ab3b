"""`invalidate`: a module finds out that it can't take its update, and its importers get it."""

from e2e.harness.project import html


def test_invalidate_climbs_to_the_importers(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import { value } from "./dep.js";
const data = import.meta.hot.data;
data.runs = (data.runs ?? 0) + 1;
document.querySelector("#out").textContent = `${value} ${data.runs}`;
import.meta.hot.accept();
""",
            "dep.js": """\
export const value = "one";
import.meta.hot.accept((module) => {
  if (module.value === "three") import.meta.hot.invalidate("three is too much");
});
""",
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one 1")

    # The module takes this one by itself: its importer goes on with what it has.
    project.edit("dep.js", '"one"', '"two"')
    page.wait_for_console("[hmr] hot updated: /dep.js")
    page.text("#out", "one 1")

    project.edit("dep.js", '= "two"', '= "three"')
    page.text("#out", "three 2")

    page.wait_for_console("[hmr] invalidate /dep.js: three is too much")
    page.assert_not_reloaded()


def test_invalidate_without_anybody_above_reloads(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
export const name = "one";
document.querySelector("#out").textContent = name;
import.meta.hot.accept(() => import.meta.hot.invalidate());
""",
        }
    )
    page = open_page(serve(project).url)

    project.edit("main.js", '"one"', '"two"')
    page.wait_for_load()

    page.text("#out", "two")
