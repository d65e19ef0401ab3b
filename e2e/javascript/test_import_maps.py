"""Import maps of the page's own."""

import pytest

from e2e.harness.project import html

MAP = '<script type="importmap">{"imports": {"lib/": "/vendor/lib/", "lib": "/vendor/lib/index.js"}}</script>'


@pytest.mark.parametrize("push", ["true", "false"])
def test_a_module_has_one_instance_after_a_save_by_whatever_name_it_is_imported(
    push, project, serve, open_page
):
    project.create(
        {
            "hmr.toml": f"push-sources = {push}\n",
            "index.html": html(head=MAP, body='<p id="out"></p>'),
            "main.js": """\
import { View } from "lib/view.js";
import { isView } from "lib";
import { word } from "/vendor/lib/leaf.js";
document.querySelector("#out").textContent = `${word} ${isView(new View())}`;
""",
            "vendor/lib/index.js": """\
import { View } from "./view.js";
export const isView = (view) => view instanceof View;
""",
            "vendor/lib/view.js": 'import "./leaf.js";\nexport class View {}\n',
            "vendor/lib/leaf.js": 'export const word = "one";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one true")

    project.edit("vendor/lib/leaf.js", "one", "two")

    page.wait_for_load()
    page.text("#out", "two true")


def test_what_a_map_has_for_a_url_is_found_by_the_browser_before_and_after_a_save(
    project, serve, open_page
):
    urls = '{"./alias.js": "./real.js", "/lib/api.js": "./mock.js"}'
    project.create(
        {
            "index.html": html(
                head=f'<script type="importmap">{{"imports": {urls}}}</script>',
                body='<p id="out"></p>',
            ),
            "main.js": """\
import { word } from "./alias.js";
import { name } from "./lib/user.js";
document.querySelector("#out").textContent = `${word} ${name}`;
import.meta.hot.accept();
""",
            "real.js": 'export const word = "one";\n',
            "lib/user.js": 'export { name } from "./api.js";\n',
            "lib/api.js": 'export const name = "api";\n',
            "mock.js": 'export const name = "mock";\n',
        }
    )
    page = open_page(serve(project).url)
    page.text("#out", "one mock")

    project.edit("real.js", "one", "two")
    page.wait_for_load()
    page.text("#out", "two mock")
    project.edit("mock.js", "mock", "MOCK")
    page.wait_for_load()
    page.text("#out", "two MOCK")
    project.edit("main.js", "${word} ", "${word}, ")
    page.text("#out", "two, MOCK")
