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
    "hmr.toml": "push-sources = false\n",  # as in the browsers that can't take them
}

# the files of an update's modules and sheets, in the order in which they were fetched
FETCHED = """
() => performance.getEntriesByType("resource")
  .filter(({ name, initiatorType }) => /[?&]t=/.test(name) && initiatorType !== "fetch")
  .map(({ name }) => name.match(/[^/]+(?=\\?)/)[0])
"""

# the files that are preloaded, by turn
OBSERVE = """
() => {
  window.preloaded = [];
  const isPreload = (node) => /preload/.test(node.rel);
  const files = (records) => records.flatMap(({ addedNodes }) => [...addedNodes].filter(isPreload).map(({ href }) => href.match(/[^/]+(?=\\?)/)[0]));
  new MutationObserver((records) => preloaded.push(...[files(records)].filter(({ length }) => length))).observe(document.head, { childList: true });
}
"""


def test_all_modules_below_a_boundary_are_fetched_at_once_and_run_after_the_disposer(
    project, serve, open_page
):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one")

    page.page.evaluate(OBSERVE)

    project.edit("c.json", "one", "two")

    page.page.wait_for_function("Boolean(window.release)")
    page.page.wait_for_function(f"({FETCHED})().length === 4")
    assert page.value("window.order.join()") == "run one,dispose"
    # none of them had to be read before the next one was asked for
    files = ["a.js", "b.js", "c.json", "main.js"]
    assert [sorted(turn) for turn in page.value("window.preloaded")] == [files]
    assert sorted(page.value(f"({FETCHED})()")) == files
    page.page.evaluate("window.release()")
    page.text("#out", "two")
    assert page.value("window.order.join()") == "run one,dispose,disposed,run two"
    assert page.value(f"({FETCHED})().length") == 4  # each once
    assert page.value("document.querySelectorAll('link[rel=modulepreload]').length") == 0
    page.assert_not_reloaded()


SHEETS = {
    "index.html": html(
        body='<p id="out"></p>',
        head='<link rel="stylesheet" href="a.css?v=1" /><link rel="stylesheet" href="print.css" media="print" />'
        '<link rel="stylesheet" href="cors.css" crossorigin />',
    ),
    "a.css": "#out { color: rgb(1, 0, 0) }",
    "print.css": "#out { color: rgb(0, 0, 1) }",
    "cors.css": "#out { background-color: rgb(1, 0, 0) }",
}


def test_a_sheet_is_fetched_once_as_its_message_arrives(project, serve, open_page):
    project.create(SHEETS)
    page = open_page(serve(project).url)
    project.edit("a.css", "1, 0", "9, 0")  # Python is not there yet
    page.page.evaluate("async () => { await (await import('/@hmr/client')).ready; }")
    color = "getComputedStyle(document.querySelector('#out')).{}"
    page.wait_for(f"{color.format('color')} === 'rgb(9, 0, 0)'")
    page.wait_for("document.querySelectorAll('link[rel=preload]').length === 0")
    page.page.evaluate(OBSERVE)

    for number, (file, style) in enumerate(
        [("a.css", "color"), ("cors.css", "backgroundColor"), ("a.css", "color")], start=2
    ):
        project.write(file, SHEETS[file].replace("1, 0", f"{number}, 0"))
        page.wait_for(f"{color.format(style)} === 'rgb({number}, 0, 0)'")
        # while one is fetched, no other one is
        page.wait_for("document.querySelectorAll('link[rel=preload]').length === 0")
    project.edit("print.css", "0, 1", "0, 9")
    page.wait_for(
        "[...document.styleSheets].some((sheet) => sheet.cssRules[0].cssText.includes('0, 9'))"
    )
    page.wait_for("document.querySelectorAll('link[rel=stylesheet]').length === 3")
    assert page.value("document.querySelectorAll('link[rel=preload]').length") == 0

    fetched = ["a.css", "a.css", "cors.css", "a.css", "print.css"]
    assert page.value(f"({FETCHED})()") == fetched
    assert page.value("window.preloaded.flat()") == fetched[1:4]
    page.assert_not_reloaded()
