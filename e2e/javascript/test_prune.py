"""`prune`: what is imported no more cleans up after itself."""

from e2e.harness.project import html


def test_a_module_that_is_imported_no_more_is_pruned(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": """\
import "./dep.js";
import.meta.hot.accept();
""",
            "dep.js": """\
window.events = ["run"];
import.meta.hot.dispose(() => window.events.push("dispose"));
import.meta.hot.prune(() => window.events.push("prune"));
""",
        }
    )
    page = open_page(serve(project).url)
    assert page.value("window.events") == ["run"]

    project.edit("main.js", 'import "./dep.js";', "")
    page.wait_for("window.events.length === 3")

    assert page.value("window.events") == ["run", "dispose", "prune"]
    page.assert_not_reloaded()


def test_a_pruned_module_runs_again_when_it_is_imported_again(project, serve, open_page):
    project.create(
        {
            "index.html": html(),
            "main.js": 'import "./dep.js";\nimport.meta.hot.accept();\n',
            "dep.js": """\
(window.events ??= []).push("run");
import.meta.hot.prune(() => window.events.push("prune"));
""",
        }
    )
    page = open_page(serve(project).url)

    project.edit("main.js", 'import "./dep.js";', "")
    page.wait_for("window.events.length === 2")
    project.write("main.js", 'import "./dep.js";\nimport.meta.hot.accept();\n')
    page.wait_for("window.events.length === 3")

    assert page.value("window.events") == ["run", "prune", "run"]
    page.assert_not_reloaded()


def test_a_stylesheet_that_is_imported_no_more_is_gone(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out">text</p>'),
            "main.js": 'import "./style.css";\nimport.meta.hot.accept();\n',
            "style.css": "#out { color: rgb(1, 2, 3) }\n",
        }
    )
    page = open_page(serve(project).url)
    page.css("#out", "color", "rgb(1, 2, 3)")

    project.edit("main.js", 'import "./style.css";', "")

    page.css("#out", "color", "rgb(0, 0, 0)")
    page.wait_for("document.querySelectorAll('style').length === 0")
    page.assert_not_reloaded()
