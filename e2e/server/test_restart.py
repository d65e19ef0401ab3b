"""The server dies and comes back; the page that stayed open gets just what has changed meanwhile."""

from urllib.parse import urlsplit

from e2e.harness.project import Project, html

FILES = {
    "index.html": html(
        head='<link rel="stylesheet" href="/style.css" />',
        body='<p id="out"></p><p id="dep"></p><input id="form" />',
    ),
    "main.js": """\
import { value } from "./dep.js";
const name = "one";
const { data } = import.meta.hot;
data.runs = (data.runs ?? 0) + 1;
document.querySelector("#out").textContent = `${name} ${data.runs}`;
document.querySelector("#dep").textContent = value;
import.meta.hot.accept();
import.meta.hot.accept("./dep.js", (dep) => { document.querySelector("#dep").textContent = dep.value; });
""",
    "dep.js": 'export const value = "a";\n',
    "style.css": "#out { color: red }\n",
}


def test_after_sigkill_three_edits_arrive_without_a_reload(project, serve, open_page):
    server = serve(project.create(FILES))
    page = open_page(server.url)
    page.text("#out", "one 1")
    page.page.fill("#form", "typed")

    server.process.kill()
    server.process.wait()
    project.edit("main.js", '"one"', '"two"')
    project.edit("dep.js", '"a"', '"b"')
    project.edit("style.css", "red", "blue")
    serve(project, "--port", str(urlsplit(server.url).port), "--strict-port")

    page.text("#out", "two 2")
    page.text("#dep", "b")
    page.css("#out", "color", "rgb(0, 0, 255)")
    assert page.page.input_value("#form") == "typed"
    page.assert_not_reloaded()
    project.edit("dep.js", '"b"', '"c"')  # and on it goes
    page.text("#dep", "c")


def test_another_project_on_the_same_port_is_another_page(project, serve, open_page, tmp_path):
    server = serve(project.create(FILES))
    page = open_page(server.url)
    page.text("#out", "one 1")

    server.process.kill()
    server.process.wait()
    (tmp_path / "other").mkdir()
    other = Project(tmp_path / "other").create(
        {"index.html": html(body="<p id='other'>other</p>", modules=())}
    )
    serve(other, "--port", str(urlsplit(server.url).port), "--strict-port")

    page.wait_for_load()
    page.text("#other", "other")
