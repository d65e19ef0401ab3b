"""An error ends the modules before they have accepted anything; the save that mends it is in the page."""

import pytest

from e2e.harness.project import html

MAIN = """\
import { x } from "./leaf.js";
import.meta.hot?.accept("./leaf.js", () => {});
document.querySelector("#out").textContent = x;
"""


@pytest.mark.parametrize(
    "files",
    [
        {
            "main.js": 'import "./leaf.js";\n',
            "leaf.js": 'document.querySelector("#out").textContent = nothing();\nimport.meta.hot?.accept();\n',
        },
        {"main.js": MAIN, "leaf.js": "export const x = nothing();\n"},
        {
            "main.js": MAIN.replace("import.meta", 'if (x === "mended") import.meta', 1),
            "leaf.js": 'export const x = "nothing()";\n',
        },
        {
            "main.js": 'await import("./late.js");\n',
            "late.js": MAIN,
            "leaf.js": "export const x = nothing();\n",
        },
    ],
    ids=["itself", "what it imports", "on a condition", "imported later"],
)
@pytest.mark.parametrize("push", ["true", "false"])
def test_what_has_not_run_is_mended_by_its_save(files, push, project, serve, open_page):
    settings = f"push-sources = {push}\n"
    project.create({"index.html": html(body='<p id="out"></p>'), "hmr.toml": settings, **files})
    page = open_page(serve(project).url)

    mended = '"nothing()"' if '"nothing()"' in files["leaf.js"] else "nothing()"
    project.edit("leaf.js", mended, '"mended"')

    page.wait_for_load()
    page.text("#out", "mended")
