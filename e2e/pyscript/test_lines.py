"""Each line of PyScript and Pyodide that is supported, in the page that its users write."""

from __future__ import annotations

import io
import tarfile

import pytest

from e2e.harness import cdn
from e2e.harness.project import Project, html

CORE = '<script type="module" src="{core}"></script>'
FILES = {
    "page.toml": '[[fetch]]\nfiles = ["lib/words.py"]\n',
    "lib/words.py": 'def text(count):\n    return f"one {count}"\n',
    "main.py": """\
import asyncio
import os
from lib import words
from pyscript import document

count = 0


def show():
    document.querySelector("#out").textContent = words.text(count)


async def loop():
    global count
    while True:
        show()
        await asyncio.sleep(0.05)
        count += 1


async def main():
    print("begins among", sorted(set(os.listdir(".")) - {"default.profraw"}))
    await loop()


main()
""",
    "worker.json": '{"files": {"./lib/words.py": "words.py"}}',
    "worker.py": """\
import js
import words


async def main():
    js.console.log(f"worker: {words.text(0)}")


main()
""",
}
BODY = """\
<p id="out"></p>
<script type="py" src="./main.py" config="./page.toml" async></script>
<script type="py" src="./worker.py" worker config="./worker.json" async></script>
"""


OWN_FILE = {
    "worker.json": '{"files": {"./lib/said.py": "words.py"}}',
    "lib/said.py": FILES["lib/words.py"],
}
"""The worker has no file of the page's."""


@pytest.fixture
def cdn_names(context):
    """The names of the CDNs lead to npm's packages."""
    cdn.answer(context)


def page_of(line: cdn.Line, body: str = BODY) -> str:
    return html(head=CORE.format(core=line.core), body=body, modules=())


def counts_on(page, word: str) -> int:
    """Wait until the loop shows a word and goes on; return where it is."""
    page.wait_for(f"document.querySelector('#out').textContent.startsWith('{word} ')")
    first = int(page.value("document.querySelector('#out').textContent.split(' ')[1]"))
    page.wait_for(f"+document.querySelector('#out').textContent.split(' ')[1] > {first}")
    return first


@pytest.mark.parametrize("line", cdn.LINES, ids=str)
def test_python_is_patched_in_each_line(line, cdn_names, project, serve, new_page):
    """A patch in a page and its worker, a syntax error, a restart; what must not differ meanwhile."""
    own = OWN_FILE if line is cdn.LINES[0] else {}
    project.create({**FILES, **own, "index.html": page_of(line)})
    server = serve(project)
    page = new_page().open(server.url, until_ready=False)
    counts_on(page, "one")
    page.wait_for_console("worker: one 0")
    assert page.value("crossOriginIsolated")
    server.wait_for_line("cross-origin isolated")
    # PyScript's own package lies there, and nothing of ours
    begins = next(text for text in page.console if text.startswith("begins among"))
    assert begins in {
        "begins among ['lib', 'pyscript']",
        "begins among ['lib', 'pyscript', 'pyweb']",
    }
    assert page.console.count(begins) == 1

    project.edit("lib/words.py", '"one', '"two')
    before = counts_on(page, "two")
    server.wait_for_line(r"hmr update /lib/words.py  patch .* 1 page")

    project.edit("lib/words.py", "def text(count):", "def text(count)")
    page.overlay.wait_for()
    page.wait_for_console_with("    def text(count)\n")
    assert counts_on(page, "two") > before
    project.edit("lib/words.py", '(count)\n    return f"two', '(count):\n    return f"three')
    assert counts_on(page, "three") > before
    page.overlay.wait_for(state="detached")

    if line is not cdn.LINES[0]:
        project.edit("worker.py", "worker: {", "worker again: {")
    project.edit("main.py", 'print("begins among"', 'print("again"')
    server.wait_for_line("hmr update /main.py.*patch")
    project.edit("main.py", "\n\nmain()\n", '\n\nprint("restarts")\nmain()\n')
    page.wait_for_console_with("] main.py ↻ restarts")
    page.wait_for_console_with("] main.py ↻ again")
    counts_on(page, "three")
    project.edit("worker.py", "import js\n", "import js\njs.console.log('restarts')\n")
    if line is cdn.LINES[0]:  # its workers can't be reached
        page.wait_for_load(until_ready=False)
        server.wait_for_line(r"hmr update /worker.py  reload \(a worker has it")
    page.wait_for_console("worker: one 0" if line is cdn.LINES[0] else "worker again: three 0")
    page.assert_not_reloaded()
    page.assert_no_errors()


def test_a_file_that_a_worker_of_the_oldest_line_has_too_reloads_the_page(
    cdn_names, project, serve, new_page
):
    """Its workers can't be patched, those that Python makes neither, whose files nobody knows."""
    out = "document.querySelector('#out').textContent = words.text(0)\n"
    main = f"import more\nimport words\nfrom pyscript import PyWorker, document\n{out}"
    page_script = '<p id="out"></p><script type="py" src="./{}" config="./page.toml"></script>'
    worker = '<script type="py" src="./worker.py" worker config="./worker.json"></script>'
    project.create(
        {
            **FILES,
            "page.toml": '[files]\n"lib/words.py" = "words.py"\n"lib/more.py" = "more.py"\n',
            "lib/more.py": "",
            "main.py": main,
            "making.py": f'{main}PyWorker("./worker.py", type="pyodide", config="./worker.json")\n',
            "index.html": page_of(cdn.LINES[0], page_script.format("main.py") + worker),
            "making.html": page_of(cdn.LINES[0], page_script.format("making.py")),
        }
    )
    server = serve(project)
    page = new_page().open(server.url, until_ready=False)
    page.text("#out", "one 0")
    page.wait_for_console("worker: one 0")
    project.edit("lib/more.py", "", "x = 1\n")
    server.wait_for_line(r"hmr update /lib/more.py  patch")
    project.edit("lib/words.py", 'f"one', 'f two"')
    page.overlay.wait_for()
    page.assert_not_reloaded()
    project.edit("lib/words.py", 'f two"', 'f"two')
    page.wait_for_load(until_ready=False)
    server.wait_for_line(r"hmr update /lib/words.py  reload \(a worker has it")
    page.text("#out", "two 0")
    page.wait_for_console("worker: two 0")

    page.open(f"{server.url}making.html", until_ready=False)
    page.text("#out", "two 0")
    page.wait_for_console("worker: two 0", times=2)
    project.edit("lib/words.py", '"two', '"three')
    page.wait_for_load(until_ready=False)
    page.wait_for_console("worker: three 0")
    page.text("#out", "three 0")


def test_an_older_line_reloads_the_page_and_says_why(cdn_names, project, serve, new_page):
    body = '<p id="out"></p><script type="py" src="./main.py" async></script>'
    main = 'from pyscript import document\ndocument.querySelector("#out").textContent = "one"\n'
    project.create({"main.py": main, "index.html": page_of(cdn.TOO_OLD, body)})
    server = serve(project)
    page = new_page().open(server.url)
    page.text("#out", "one")
    page.wait_for_console_with("PyScript is older: it is reloaded for each Python file")

    project.edit("main.py", '= "one"', "= one one")
    page.overlay.wait_for()
    project.edit("main.py", "= one one", '= "two"')
    page.wait_for_load()
    page.text("#out", "two")
    server.wait_for_line(r"reload \(Python is patched from PyScript 2024.1 on")


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_files_that_a_page_gets_in_other_ways(cdn_names, project: Project, serve, new_page):
    """Archives are replaced member by member; what can't be patched reloads the page."""
    out = 'from pyscript import document\ndocument.querySelector("#{id}").textContent = '
    project.create(
        {
            "index.html": page_of(
                cdn.NEWEST,
                """\
<p id="py"></p><p id="mpy"></p>
<script type="mpy" src="./ui.py" config="./ui.toml"></script>
<script type="py" src="./main.py" config='{"files": {"./lib.tar.gz": "./*"}}'></script>
""",
            ),
            "ui.toml": '[files]\n"./shown.py" = ""\n',
            "ui.py": f"import shown\n{out.format(id='mpy')}shown.text()\n",
            "shown.py": 'def text():\n    return "one"\n',
            "lib.tar.gz": packed({"lib/words.py": 'def text():\n    return "one"\n'}),
            "main.py": f"import js\nfrom lib import words\n{out.format(id='py')}words.text()\n"
            "js.words = lambda: words.text()\n",
            "helpers.py": "",
        }
    )
    server = serve(project)
    page = new_page().open(server.url)
    page.text("#py", "one")
    page.text("#mpy", "one")

    project.write("lib.tar.gz", packed({"lib/words.py": 'def text():\n    return "two"\n'}))
    server.wait_for_line(r"hmr update /lib.tar.gz  unpacked lib/words.py")
    page.wait_for("window.words() === 'two'")

    project.edit("main.py", "import js\n", "import js\nimport helpers\n")
    page.overlay.wait_for()
    page.wait_for_console_with("helpers.py is in the project, but not in [files]")
    project.edit("main.py", "import helpers\n", "")
    page.overlay.wait_for(state="detached")
    page.assert_not_reloaded()

    project.edit("shown.py", '"one"', '"two')
    page.overlay.wait_for()
    project.edit("shown.py", '"two', '"two"')
    page.wait_for_load()
    page.text("#mpy", "two")
    server.wait_for_line(r'reload \(MicroPython runs it; type="py" can be patched\)')

    project.write("nobody.py", "")
    project.write("nobody.py", "x = 1")
    server.wait_for_line("nobody.py.*no page uses it")
