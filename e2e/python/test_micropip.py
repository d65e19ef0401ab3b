"""Python packages that a page declares: micropip installs them from the dev server alone."""

import pytest

from e2e.harness.project import html
from e2e.harness.wheel import wheel

PROGRAM = """\
import { ready } from "/@hmr/client";
const pyodide = await ready;
document.querySelector("#out").textContent = pyodide.runPython("import greeting; greeting.hello()");
"""
TAG = '<script type="module" src="/@hmr/client" data-packages="greeting"></script>'

FILES = {
    "main.js": PROGRAM,
    "wheels/greeting-1.0-py3-none-any.whl": wheel(
        "greeting", "import words\n\ndef hello():\n    return words.HELLO\n", "words>=1"
    ),
    "wheels/words-1.0-py3-none-any.whl": wheel("words", "HELLO = 'hello from a wheel'\n"),
}


@pytest.mark.parametrize(
    ("page", "settings"),
    [
        pytest.param(html(head=TAG, body='<p id="out"></p>'), "", id="on the tag"),
        pytest.param(html(body='<p id="out"></p>'), 'packages = ["greeting"]\n', id="in hmr.toml"),
    ],
)
def test_a_declared_package_is_installed_without_the_internet(
    project, serve, new_page, page, settings
):
    project.create({**FILES, "index.html": page, "hmr.toml": settings})
    server = serve(project)
    tab = new_page()
    elsewhere: list[str] = []

    def refuse(route):
        elsewhere.append(route.request.url)
        route.abort()

    tab.page.route(lambda url: not url.startswith((server.url, "data:")), refuse)
    tab.open(server.url)

    tab.text("#out", "hello from a wheel")
    assert elsewhere == []
    tab.assert_no_errors()


def test_a_package_that_is_nowhere_is_named_and_updates_go_on(project, serve, open_page):
    project.create(
        {
            "index.html": html(
                head=TAG.replace("greeting", "hmr-no-such"), body='<p id="out"></p>'
            ),
            "main.js": """\
export const name = "one";
document.querySelector("#out").textContent = name;
import.meta.hot.accept();
""",
        }
    )
    page = open_page(serve(project).url)
    page.wait_for_console_with("hmr-no-such")

    project.edit("main.js", '"one"', '"two"')

    page.text("#out", "two")
    page.assert_not_reloaded()
