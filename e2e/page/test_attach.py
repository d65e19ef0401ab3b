"""Pages that have a Pyodide of their own, and pages that restrict what scripts may do."""

from e2e.harness.project import html

OWN = """\
import { attach, ready } from "/@hmr/client";
const script = await (await fetch("/@hmr/client")).text();
const indexURL = new URL(JSON.parse(script.match(/^const config = (.*);$/m)[1]).pyodide, location).href;
const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
const pyodide = await loadPyodide({ indexURL });
pyodide.runPython("mine = 42");
window.same = (await attach(pyodide)) === pyodide && (await ready) === pyodide;
"""

MAIN = """\
export const name = "one";
document.querySelector("#out").textContent = name;
import.meta.hot.accept();
"""


def test_one_interpreter_where_the_page_has_its_own(project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head='<script type="module" src="/@hmr/client" data-attach></script>',
                body='<p id="out"></p>',
                modules=("/main.js", "/own.js"),
            ),
            "main.js": MAIN,
            "own.js": OWN,
        }
    )
    page = open_page(serve(project).url)
    page.wait_for("window.same === true")
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two")
    page.assert_not_reloaded()


def test_strict_content_security_policy(project, serve, open_page):
    """No eval, no inline script, no inline style: updates and the overlay work."""
    policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws:"
    project.create(
        {
            "index.html": html(
                head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
                body='<p id="out"></p>',
            ),
            "main.js": MAIN,
        }
    )
    page = open_page(serve(project).url)
    project.edit("main.js", '"one"', '"two"')
    page.text("#out", "two")
    project.edit("main.js", '"two";', '"two')
    page.overlay.wait_for()
    assert (
        page.page.evaluate(
            "getComputedStyle(document.querySelector('vite-error-overlay')).position"
        )
        == "fixed"
    )
