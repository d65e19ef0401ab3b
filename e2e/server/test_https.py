"""`--https`: a certificate of this user's own, and a page that is a secure context."""

from collections.abc import Callable

from playwright.sync_api import Browser

from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project, html


def test_a_page_over_https_gets_hot_updates(
    project: Project,
    serve: Callable,
    browser: Browser,
) -> None:
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": "import { text } from './text.js';\n"
            "document.querySelector('#out').textContent = `${text} ${isSecureContext}`;\n"
            "import.meta.hot.accept();\n",
            "text.js": "export const text = 'one';\n",
        }
    )
    url = serve(project, "--https").url
    assert url.startswith("https://")
    with browser.new_context(ignore_https_errors=True) as context:
        page = HotPage(context.new_page()).open(url)
        page.text("#out", "one true")
        project.edit("text.js", "one", "two")
        page.text("#out", "two true")
        page.assert_not_reloaded()
