"""A project whose page is PyScript's, with the PyScript and the Pyodide of npm."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project
from e2e.harness.vite import npm

PACKAGES = ("@pyscript/core@0.7.31", "pyodide@314.0.7")


def page_with(body: str) -> str:
    """A page of PyScript with what the tests click, fill and read, and a body of its own."""
    return f"""\
<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <script type="module" src="/pyscript/core.js"></script>
  </head>
  <body>
    <button id="add">add</button>
    <input id="name" />
    <p id="out"></p>
{body}
  </body>
</html>
"""


PAGE = page_with("""\
    <p id="inline"></p>
    <script type="py" src="./main.py" config="./pyscript.toml"></script>
    <script type="py">
      from pyscript import document
      assert ord("🍊") == 0x1F34A
      document.querySelector("#inline").textContent = f"inline é, {clicks} clicks"
    </script>""")
# What lets PyScript's workers reach the page's document.
ISOLATED = """\
[headers]
Cross-Origin-Opener-Policy = "same-origin"
Cross-Origin-Embedder-Policy = "require-corp"
"""
WORKER_PAGE = page_with(
    '    <script type="py" worker src="./worker.py" config="./worker.toml"></script>'
)
FILES = {
    "index.html": PAGE,
    "pyscript.toml": """\
interpreter = "/pyodide/pyodide.mjs"

[files]
"{SRC}" = "./src"
"{SRC}/words.py" = "app/words.py"
"./names.json" = ""
""",
    "names.json": '{"name": "one"}',
    "src/words.py": """\
def text(name, clicks):
    return f"{name}, {clicks} clicks"
""",
    "main.py": """\
import asyncio
import json

from app import words
from pyscript import document, when

clicks = 0


@when("click", "#add")
def add(event):
    global clicks
    clicks += 1
    show()


def show():
    with open("names.json") as file:
        name = json.load(file)["name"]
    document.querySelector("#out").textContent = words.text(name, clicks)


show()
""",
}


def get_packages(folder: Path) -> Path:
    """Download PyScript and Pyodide, and unpack them."""
    for package in PACKAGES:
        command = [npm() or "npm", "pack", "--silent", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        with tarfile.open(folder / done.stdout.strip().splitlines()[-1]) as archive:
            archive.extractall(folder / package.partition("@")[0] / package, filter="data")
    return folder


def create(project: Project, packages: Path) -> Project:
    """Write the project; PyScript and Pyodide are in it."""
    core, pyodide = (packages / package.partition("@")[0] / package for package in PACKAGES)
    shutil.copytree(core / "package/dist", project.root / "pyscript", copy_function=os.link)
    shutil.copytree(pyodide / "package", project.root / "pyodide", copy_function=os.link)
    return project.create(FILES)


def open_app(page: HotPage, url: str) -> HotPage:
    """Open the page, and use it: one click, and a filled form."""
    page.open(url, until_ready=False)
    page.text("#out", "one, 0 clicks")
    page.text("#inline", "inline é, 0 clicks")
    page.page.click("#add")
    page.text("#out", "one, 1 clicks")
    page.page.fill("#name", "Ada")
    return page
