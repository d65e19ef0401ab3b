"""Modules that accept themselves or what they import."""

from e2e.harness.project import html

SELF_ACCEPTING = """\
export const name = "one";
const hot = import.meta.hot;
hot.data.count = (hot.data.count ?? 0) + 1;
document.querySelector("#out").textContent = `${name} ${hot.data.count}`;
import.meta.hot.accept();
"""


def test_a_self_accepting_module_keeps_hot_data(project, serve, open_page):
    project.create(
        {"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING},
    )
    page = open_page(serve(project).url)
    page.text("#out", "one 1")

    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two 2")
    project.edit("main.js", '"two"', '"three"')
    page.text("#out", "three 3")

    page.wait_for_console("[hmr] hot updated: /main.js", times=2)
    page.assert_not_reloaded()
    page.assert_no_errors()


def test_a_file_that_is_replaced_by_a_rename_is_one_edit(project, serve, open_page):
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_page(serve(project).url)
    page.text("#out", "one 1")

    project.replace("main.js", SELF_ACCEPTING.replace("one", "two"))
    page.text("#out", "two 2")
    project.replace("main.js", SELF_ACCEPTING.replace("one", "three"))
    page.text("#out", "three 3")

    page.assert_not_reloaded()


def test_a_save_that_changes_nothing_is_not_an_edit(project, serve, open_page):
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_page(serve(project).url)
    page.text("#out", "one 1")

    project.write("main.js", SELF_ACCEPTING)
    project.edit("main.js", '"one"', '"two"')

    page.text("#out", "two 2")
    page.assert_not_reloaded()


def test_the_callback_gets_the_new_module(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
export const name = "one";
window.seen ??= [];
import.meta.hot.accept((module) => window.seen.push(module.name));
""",
        }
    )
    page = open_page(serve(project).url)

    project.edit("main.js", '"one"', '"two"')
    page.wait_for("window.seen.length === 1")
    project.edit("main.js", '"two"', '"three"')
    page.wait_for("window.seen.length === 2")

    assert page.value("window.seen") == ["two", "three"]
    page.assert_not_reloaded()


def test_an_accepted_dependency_comes_in_without_its_importer(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import { name } from "./dep.js";
window.mainRuns = (window.mainRuns ?? 0) + 1;
const show = (text) => (document.querySelector("#out").textContent = text);
show(name);
import.meta.hot.accept("./dep.js", (dep) => show(dep.name));
""",
            "dep.js": 'export const name = "dep one";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "dep one")

    project.edit("dep.js", "one", "two")
    page.text("#out", "dep two")

    assert page.value("window.mainRuns") == 1
    page.wait_for_console("[hmr] hot updated: /dep.js via /main.js")
    page.assert_not_reloaded()


def test_several_accepted_dependencies_tell_which_one_changed(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import "./a.js";
import "./sub/b.js";
window.seen = [];
import.meta.hot.accept(["./a.js", "./sub/b.js"], (modules) => {
  window.seen.push(modules.map((module) => module?.value ?? null));
});
""",
            "a.js": 'export const value = "a1";\n',
            "sub/b.js": 'export const value = "b1";\n',
        }
    )
    page = open_page(serve(project).url)

    project.edit("a.js", "a1", "a2")
    page.wait_for("window.seen.length === 1")
    project.edit("sub/b.js", "b1", "b2")
    page.wait_for("window.seen.length === 2")

    assert page.value("window.seen") == [["a2", None], [None, "b2"]]
    page.assert_not_reloaded()


def test_an_update_climbs_three_importers_to_its_boundary(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p><p id="runs"></p>'),
            "main.js": """\
import { one } from "./one.js";
import { other } from "./other.js";
const data = import.meta.hot.data;
data.runs = (data.runs ?? 0) + 1;
document.querySelector("#out").textContent = one();
document.querySelector("#runs").textContent = `${data.runs} ${other}`;
import.meta.hot.accept();
""",
            "one.js": 'import { two } from "./two.js";\nexport const one = () => `one(${two()})`;\n',
            "two.js": 'import { leaf } from "./three.js";\nexport const two = () => `two(${leaf})`;\n',
            "three.js": 'export const leaf = "leaf one";\n',
            "other.js": """\
globalThis.otherRuns = (globalThis.otherRuns ?? 0) + 1;
export const other = globalThis.otherRuns;
""",
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one(two(leaf one))")
    page.text("#runs", "1 1")

    project.edit("three.js", "leaf one", "leaf two")
    page.text("#out", "one(two(leaf two))")
    page.text("#runs", "2 1")  # what has not changed has not run again

    page.wait_for_console("[hmr] hot updated: /main.js")
    page.assert_not_reloaded()


def test_dispose_runs_before_the_new_module(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": """\
const version = "one";
(window.events ??= []).push(`run ${version} with ${JSON.stringify(import.meta.hot.data)}`);
import.meta.hot.dispose((data) => {
  window.events.push(`dispose ${version}`);
  data.from = version;
});
import.meta.hot.accept(() => window.events.push(`accepted by ${version}`));
""",
        }
    )
    page = open_page(serve(project).url)

    project.edit("main.js", '"one"', '"two"')
    page.wait_for("window.events.includes('accepted by one')")
    project.edit("main.js", '"two"', '"three"')
    page.wait_for("window.events.includes('accepted by two')")

    assert page.value("window.events") == [
        "run one with {}",
        "dispose one",
        'run two with {"from":"one"}',
        "accepted by one",
        "dispose two",
        'run three with {"from":"two"}',
        "accepted by two",
    ]
    page.assert_not_reloaded()


def test_saves_in_a_row_arrive_in_order(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
export const version = 0;
(window.versions ??= []).push(version);
import.meta.hot.accept();
""",
            "other.js": "",
        }
    )
    page = open_page(serve(project).url)

    for version in range(10):
        project.edit("main.js", f"version = {version};", f"version = {version + 1};")
    page.wait_for("window.versions.at(-1) === 10")

    versions = page.value("window.versions")
    assert versions == sorted(set(versions)), "none twice, none after a later one"
    page.assert_not_reloaded()


def test_two_files_saved_together_are_both_applied(project, serve, open_page):
    module = """\
export const name = "FILE one";
document.querySelector("#FILE").textContent = name;
import.meta.hot.accept();
"""
    project.create(
        {
            "index.html": html(body='<p id="a"></p><p id="b"></p>', modules=("/a.js", "/b.js")),
            "a.js": module.replace("FILE", "a"),
            "b.js": module.replace("FILE", "b"),
        }
    )
    page = open_page(serve(project).url)
    page.text("#b", "b one")

    project.edit("a.js", "one", "two")
    project.edit("b.js", "one", "two")

    page.text("#a", "a two")
    page.text("#b", "b two")
    page.assert_not_reloaded()


def test_a_dynamically_imported_module_is_updated(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
const show = ({ name }) => (document.querySelector("#out").textContent = name);
import("./lazy.js").then(show);
import.meta.hot.accept("./lazy.js", show);
""",
            "lazy.js": 'export const name = "lazy one";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "lazy one")

    project.edit("lazy.js", "one", "two")

    page.text("#out", "lazy two")
    page.assert_not_reloaded()


def test_a_callback_that_throws_does_not_stop_the_next_update(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": """\
export const name = "one";
import.meta.hot.accept((module) => {
  window.last = module.name;
  if (module.name === "two") throw new Error("thrown on purpose");
});
""",
        }
    )
    page = open_page(serve(project).url)

    project.edit("main.js", '"one"', '"two"')
    page.wait_for("window.last === 'two'")
    project.edit("main.js", 'name = "two"', 'name = "three"')

    page.wait_for("window.last === 'three'")
    assert any("thrown on purpose" in line for line in page.console)
    page.assert_not_reloaded()
