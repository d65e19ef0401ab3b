"""Packages that the page's Python imports: found in its sources, installed from the dev server."""

from e2e.harness.project import html
from e2e.harness.wheel import wheel

PAGE = html(
    head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
    body='<p id="out"></p>',
    modules=(),
)
SHOW = 'from js import document\n\ndocument.querySelector("#out").textContent = '


def test_what_the_application_imports_is_installed_and_a_new_import_too(project, serve, open_page):
    project.create(
        {
            "index.html": PAGE,
            "main.py": f"import greeting\nimport words\n{SHOW}greeting.hello()\n",
            "words.py": 'WORD = "local"\n',
            "wheels/greeting-1.0-py3-none-any.whl": wheel(
                "greeting", 'def hello():\n    return "hello"\n'
            ),
            "wheels/parting-1.0-py3-none-any.whl": wheel(
                "parting", 'def bye():\n    return "bye"\n'
            ),
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "hello")

    project.write("main.py", f"import parting\nimport words\n{SHOW}parting.bye()\n")

    page.text("#out", "bye")
    page.assert_not_reloaded()
    assert "[hmr] installing parting" in page.console
