"""The sources of an update come with it: the page asks for none of them, and runs what it would have fetched."""

import re

import pytest

from e2e.harness.project import html

# the modules that updates fetched
FETCHED = """
() => performance.getEntriesByType("resource")
  .filter(({ name, initiatorType }) => /[?&]t=/.test(name) && initiatorType !== "fetch")
  .map(({ name }) => name.match(/[^/]+(?=\\?)/)[0])
"""
MAIN = """\
import { value } from "./a.js";
import { shared } from "./shared.js";
document.querySelector("#out").textContent = value;
globalThis.fromMain = shared;
globalThis.fail = () => { throw new Error("as asked"); };
globalThis.later = () => import("./later.js");
import.meta.hot.accept();
"""
FILES = {
    "index.html": html(
        body='<p id="out"></p><p id="style"></p>', modules=("/main.js", "/other.js", "/alone.js")
    ),
    "main.js": MAIN,
    "a.js": 'export { value } from "./b.js";\n',
    "b.js": 'import "./b.css";\nexport const value = "one ü % #";\n',
    "b.css": "#style { color: rgb(1, 1, 1) }\n",
    "shared.js": "export const shared = { number: 1 };\n",
    "other.js": 'import { shared } from "./shared.js";\nglobalThis.fromOther = shared;\n'
    'import.meta.hot.accept("./shared.js", ({ shared }) => { globalThis.fromOther = shared; });\n',
    "alone.js": "globalThis.alone = 1;\nimport.meta.hot.accept();\n",
    "later.js": 'import { shared } from "./shared.js";\nglobalThis.fromLater = shared;\n',
}


def test_a_page_runs_what_came_with_the_update(project, serve, open_page):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one ü % #")
    project.edit("b.js", "one", "two")
    page.text("#out", "two ü % #")

    # all that import a module by one URL get one instance, also those that are fetched later
    project.edit("shared.js", "number: 1", "number: 2")
    page.wait_for("fromMain.number === 2 && fromMain === fromOther")
    page.value("later()")
    page.wait_for("fromLater === fromMain")
    project.edit("b.css", "1, 1", "2, 2")
    page.css("#style", "color", "rgb(2, 2, 1)")
    assert page.value(f"({FETCHED})()") == []

    # a stack names the file by the URL that it would have been fetched from
    stack = page.value("(() => { try { fail(); } catch ({ stack }) { return stack; } })()")
    assert re.search(r"/main\.js\?t=\d+:5:", stack)
    assert "data:" not in stack
    page.assert_not_reloaded()
    page.assert_no_errors()


def test_errors_are_shown_as_of_fetched_modules(project, serve, open_page):
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one ü % #")
    # the server's parser can read it, the browser can't
    project.edit("b.js", "export const", "let twice, twice;\nexport const")
    page.overlay.wait_for()
    expect_in_overlay(page, "b.js:2", "twice")
    project.edit("b.js", "let twice, twice;\n", "throw new Error('while it runs');\n")
    page.wait_for_console_with("while it runs")
    project.edit("b.js", "throw new Error('while it runs');\n", "")
    project.edit("b.js", "one", "three")
    page.text("#out", "three ü % #")
    page.overlay.wait_for(state="detached")
    page.assert_not_reloaded()
    assert not any("data:text/javascript" in line for line in page.console)


def expect_in_overlay(page, *words):
    for word in words:
        page.wait_for(
            "word => document.querySelector('vite-error-overlay')?.shadowRoot.textContent.includes(word)",
            word,
        )


def test_the_next_update_of_something_else_reloads_a_page_that_took_one_in_part(
    project, serve, open_page
):
    """What is below the broken module may not have been reached: later it would be imported as of then."""
    broken = "let twice, twice;\n"
    project.create(FILES)
    page = open_page(serve(project).url)
    page.text("#out", "one ü % #")
    project.write("a.js", broken + FILES["a.js"])
    page.overlay.wait_for()
    project.edit("a.js", broken, f"{broken}// still\n")  # the same module: it is tried again
    page.wait_for_payload("update", times=2)
    page.assert_not_reloaded()

    project.edit("alone.js", "alone = 1", "alone = 2")
    page.wait_for_load()
    page.wait_for_console_with("/main.js was updated in part only")
    page.overlay.wait_for()
    project.edit("a.js", f"{broken}// still\n", "")
    page.wait_for_load()
    page.text("#out", "one ü % #")
    page.wait_for("globalThis.alone === 2 && fromMain === fromOther")


@pytest.mark.parametrize(
    ("head", "setting"),
    [
        (
            "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'\">",
            "",
        ),
        ('<script type="importmap">{"scopes": {"/": {"x": "/x.js"}}}</script>', ""),
        ("", "push-sources = false\n"),
    ],
    ids=["policy", "scopes", "setting"],
)
def test_other_pages_fetch_them(head, setting, project, serve, open_page):
    project.create(
        {**FILES, "index.html": html(head=head, body='<p id="out"></p>'), "hmr.toml": setting}
    )
    page = open_page(serve(project).url)
    page.text("#out", "one ü % #")
    project.edit("b.js", "one", "two")
    page.text("#out", "two ü % #")
    assert sorted(page.value(f"({FETCHED})()")) == ["a.js", "b.js", "main.js"]
    assert not any("Refused" in line or "violates" in line for line in page.console)
    page.assert_not_reloaded()


def test_a_module_that_resolves_names_itself_finds_them_beside_it(project, serve, open_page):
    ways = {
        "ignored": 'import(/* @vite-ignore */ "./" + name + ".js")',
        "direct": 'eval("import(\'./" + name + ".js\')")',
        "compiled": 'new Function("return import(\'./" + name + ".js\')")()',
        "compiled_async": 'new (async () => {}).constructor("return import(\'./" + name + ".js\')")()',
    }
    users = "".join(f'import {way} from "./lib/{way}.js";\n' for way in ways)
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": f"""\
{users}
const found = await Promise.all([{", ".join(ways)}].map((use) => use("leaf")));
document.querySelector("#out").textContent = found.map((leaf) => leaf.name).join(" ");
import.meta.hot.accept();
""",
            **{
                f"lib/{way}.js": f"export default (name) => {code};\n" for way, code in ways.items()
            },
            "lib/leaf.js": 'export const name = "leaf";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "leaf leaf leaf leaf")

    for way in ways:
        project.edit(f"lib/{way}.js", ";\n", "\n  .then((leaf) => ({ name: leaf.name + 2 }));\n")
    page.text("#out", "leaf2 leaf2 leaf2 leaf2")
    page.assert_not_reloaded()


MANY = 40
NUMBERED = """\
globalThis.runs = [...(globalThis.runs ?? []), "{number} {value}"];
import.meta.hot.accept();
import.meta.hot.on("hmr:early-sources", () => {{ globalThis.isTold = true; }});
"""
PRELOADED = """
<script>
  globalThis.preloaded = new Set();
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const { rel, href } of addedNodes) if (rel === "modulepreload") preloaded.add(href);
  }).observe(document.documentElement, { childList: true, subtree: true });
</script>
"""


def test_modules_of_a_burst_are_compiled_while_it_lasts(project, serve, open_page):
    """What is saved twice meanwhile runs as it is at the end."""
    modules = {
        f"m{number}.js": NUMBERED.format(number=number, value="old") for number in range(MANY)
    }
    names = tuple(f"/{name}" for name in modules)
    project.create({"index.html": html(head=PRELOADED, modules=names), ".git/HEAD": "", **modules})
    page = open_page(serve(project).url)
    page.wait_for(f"globalThis.runs?.length === {MANY}")
    project.write(".git/index.lock", "")  # as Git does
    for number in range(MANY):
        project.write(f".git/m{number}.js", NUMBERED.format(number=number, value="new"))
    # within a millisecond: written one by one, on a busy machine each is a save of its own
    for name in modules:
        project.path(f".git/{name}").rename(project.path(name))
    page.wait_for(f"preloaded.size >= {MANY} / 2")
    assert page.value("runs.length") < MANY * 1.5, "they are compiled, and do not run"
    project.write("m7.js", NUMBERED.format(number=7, value="newest"))
    project.remove(".git/index.lock")
    page.wait_for("runs.includes('7 newest')")
    page.wait_for(f"runs.filter((run) => run.endsWith(' new')).length >= {MANY} - 1")
    assert page.value("runs.findLast((run) => run.startsWith('7 '))") == "7 newest"
    assert page.value("document.querySelectorAll('[rel=modulepreload]').length") == 0
    assert not page.value("globalThis.isTold")
    assert page.value(f"({FETCHED})()") == []
    texts = re.findall(r"\d+ new\b", "".join(map(str, page.frames)))
    assert len(texts) == len(set(texts)), "each comes once"
    page.assert_not_reloaded()
    page.assert_no_errors()
