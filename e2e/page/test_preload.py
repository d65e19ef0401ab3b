"""What an update will import is fetched as its message arrives, and run when the core says so."""

from e2e.harness.project import html

FILES = {
    "index.html": html(body='<p id="out"></p>'),
    "main.js": """\
import { value } from "./a.js";
const order = (window.order ??= []);
order.push(`run ${value}`);
document.querySelector("#out").textContent = value;
import.meta.hot.dispose(async () => {
  order.push("dispose");
  await new Promise((resolve) => (window.release = resolve));
  order.push("disposed");
});
import.meta.hot.accept();
""",
    "a.js": 'export { value } from "./b.js";\n',
    "b.js": 'import data from "./c.json";\nexport const value = data.value;\n',
    "c.json": '{ "value": "one" }',
}

FETCHED = """
() => performance.getEntriesByType("resource")
  .filter(({ name }) => /[?&]t=/.test(name))
  .map(({ name, startTime, responseEnd }) => ({ file: name.match(/[^/]+(?=\\?)/)[0], startTime, responseEnd }))
"""


def test_all_modules_below_a_boundary_are_fetched_at_once_and_run_after_the_disposer(
    project, serve, open_page
):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one")

    project.edit("c.json", "one", "two")

    page.page.wait_for_function("Boolean(window.release)")
    page.page.wait_for_function(f"({FETCHED})().length === 4")
    assert page.value("window.order.join()") == "run one,dispose"
    fetched = page.value(f"({FETCHED})()")
    assert {entry["file"] for entry in fetched} == {"main.js", "a.js", "b.js", "c.json"}
    # none of them had to be read before the next one was asked for
    last_start = max(entry["startTime"] for entry in fetched)
    assert last_start <= min(entry["responseEnd"] for entry in fetched)
    page.page.evaluate("window.release()")
    page.text("#out", "two")
    assert page.value("window.order.join()") == "run one,dispose,disposed,run two"
    assert page.value(f"({FETCHED})().length") == 4  # each once
    assert page.value("document.querySelectorAll('link[rel=modulepreload]').length") == 0
    page.assert_not_reloaded()
