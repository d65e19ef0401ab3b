"""`hmr-server build` of a PyScript page: the same page, from a static server."""

import pytest

from e2e.harness.counting import click, wait_until_applied
from e2e.harness.pyscript import FILES, PAGE, open_app

# As the README has it.
IDIOM = """\
try:
    from hmr_client import hot
except ImportError:                      # in production
    def hot(name): return None

"""
MAIN = IDIOM + FILES["main.py"] + """\
if own := hot(__name__):
    own.accept()
document.querySelector("#hot").textContent = "plain" if own is None else "hot"
"""  # fmt: skip
WORKER = """\
from app import words

__export__ = ["text"]


def text():
    return words.text("worker", 1)
"""
INLINE = """
    <p id="hot"></p>
    <p id="worker"></p>
    <script type="py" worker src="./jobs/worker.py" config="./worker.toml" name="job"></script>
    <script type="py">
      from pyscript import workers
      job = await workers["job"]
      document.querySelector("#worker").textContent = await job.text()
    </script>
  </body>
"""


@pytest.fixture
def app(pyscript):
    return pyscript.create(
        {
            "index.html": PAGE.replace("  </body>\n", INLINE),
            "main.py": MAIN,
            "jobs/worker.py": WORKER,
            "worker.toml": FILES["pyscript.toml"],
        }
    )


def test_a_built_page_of_pyscript_runs_without_the_dev_server(app, build, serve_static, new_page):
    assert "warning" not in build(app)
    dist = app.root / "dist"
    changed = [
        file.relative_to(dist).as_posix()
        for file in dist.rglob("*")
        if file.is_file()
        and "assets" not in file.parts
        and file.read_bytes() != (app.root / file.relative_to(dist)).read_bytes()
    ]
    assert changed == []

    page = open_app(new_page(), serve_static(dist))
    page.text("#hot", "plain")
    page.text("#worker", "worker, 1 clicks")
    click(page, "one, 2 clicks")
    page.assert_no_errors()
    assert not [line for line in page.console if "hmr" in line]


def test_on_the_dev_server_the_same_page_has_its_hot_context(app, serve, new_page):
    page = open_app(new_page(), serve(app).url)
    page.text("#hot", "hot")
    page.text("#worker", "worker, 1 clicks")

    app.edit("main.py", "clicks += 1", "clicks += 10")
    wait_until_applied(page, "/main.py")
    click(page, "one, 10 clicks")  # it ran again
    page.assert_no_errors()


def test_python_is_kept_for_pages_in_folders_too(project, build):
    project.create(
        {"index.html": "", "docs/index.html": PAGE, "docs/main.py": "import y", "x/y.py": ""}
    )
    build(project)
    dist = project.root / "dist"
    assert (dist / "docs/main.py").is_file()
    assert (dist / "x/y.py").is_file()
