"""What can't be hot-replaced reloads the page, and only that page."""

from urllib.parse import urlsplit

from e2e.harness.project import html


def test_no_boundary_reloads(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": 'import { name } from "./dep.js";\n'
            'document.querySelector("#out").textContent = name;\n',
            "dep.js": 'export const name = "one";\n',
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one")

    project.edit("dep.js", "one", "two")
    page.wait_for_load()

    page.text("#out", "two")


def test_a_classic_script_in_utf_16_is_no_error(project, serve, open_page):
    script = 'document.querySelector("#out").textContent = "één";\n'
    page_text = html(body='<p id="out"></p><script src="/classic.js"></script>', modules=())
    project.create({"index.html": page_text, "classic.js": script.encode("utf-16")})
    page = open_page(serve(project).url)
    page.text("#out", "één")

    project.write("classic.js", script.replace("één", "twéé").encode("utf-16"))
    page.wait_for_load()

    page.text("#out", "twéé")


def test_the_first_page_is_shown_once_it_is_there(project, serve, new_page):
    page = new_page().open(serve(project, "--base", "/app/").url, until_ready=False)
    index, program, _commands = page.page.locator("pre").all_inner_texts()
    page.wait_for_console("[hmr] connected.")

    project.write("main.py", program)
    project.write("index.html", index)
    page.wait_for_load()

    page.text("#out", "Hello from Python")
    page.assert_no_errors()


def test_a_page_that_fetches_its_python_itself_is_reloaded(project, serve, open_page):
    """As stock Pyodide's pages do, and MicroPython's: nobody knows what became of the text."""
    fetches = (
        "const text = await (await fetch('./ü app.py?fresh')).text();\n"
        "document.querySelector('#out').textContent = text;\n"
    )
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": fetches,
            "ü app.py": "print('one')",
            "other.html": html(body='<p id="other"></p>', modules=()),
            "attached.html": html(
                head='<script type="module" src="/@hmr/client" data-entry="/hot.py"></script>'
            ),
            "hot.py": "import js\n\ndef text():\n    return 'one'\n\njs.window.text = lambda: text()\n",
        }
    )
    server = serve(project)
    page = open_page(server.url)
    other = open_page(f"{server.url}other.html")
    attached = open_page(f"{server.url}attached.html")
    attached.wait_for("window.text !== undefined")
    page.text("#out", "print('one')")

    project.edit("ü app.py", "one", "two")
    page.wait_for_load()
    page.text("#out", "print('two')")
    server.wait_for_line("the page fetches and runs it itself")

    project.edit("hot.py", "one", "two")
    attached.wait_for("window.text() === 'two'")
    for tab in (page, other, attached):
        tab.assert_not_reloaded()

    server.process.kill()
    server.process.wait()
    project.edit("ü app.py", "two", "three")
    serve(project, "--port", str(urlsplit(server.url).port), "--strict-port")
    page.wait_for_load()
    page.text("#out", "print('three')")


def test_a_worker_that_fetches_its_python_itself_is_started_again_by_its_page(
    project, serve, open_page
):
    fetches = "fetch('app.py').then((answer) => answer.text()).then((text) => postMessage(text));\n"
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": "new Worker('worker.js').onmessage = ({ data }) => {\n"
            "  document.querySelector('#out').textContent = data;\n"
            "};\n",
            "worker.js": fetches,
            "app.py": "print('one')",
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "print('one')")

    for old, new in (("one", "two"), ("two", "three")):
        project.edit("app.py", old, new)
        page.wait_for_load()
        page.text("#out", f"print('{new}')")
    server.wait_for_line("page reload app.py")


def test_an_edit_of_another_page_does_not_reload_this_one(project, serve, open_page):
    project.create(
        {
            "index.html": html(body='<h1 id="title">index</h1>', modules=()),
            "about.html": html(body='<h1 id="title">about one</h1>', modules=("/about.js",)),
            "guide/index.html": html(body='<h1 id="title">guide</h1>', modules=("/guide.js",)),
            "about.js": "",
            "guide.js": 'export const name = "one";\nimport.meta.hot.accept(({ name }) => (window.name = name));\n',
        }
    )
    server = serve(project)
    about = open_page(f"{server.url}about.html")
    guide = open_page(f"{server.url}guide/")

    project.edit("about.html", "about one", "about two")
    about.text("#title", "about two")
    # What the server sends later arrives later: had the guide been told to reload, it would have.
    project.edit("guide.js", '"one"', '"two"')
    guide.wait_for("window.name === 'two'")

    guide.assert_not_reloaded()


def test_a_module_that_was_accepting_and_is_no_more_reloads_the_next_time(
    project, serve, open_page
):
    module = 'document.querySelector("#out").textContent = "one";\n'
    accepting = f"{module}import.meta.hot.accept();\n"
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": accepting})
    page = open_page(serve(project).url)
    page.text("#out", "one")

    project.write("main.js", module.replace("one", "two"))
    page.text("#out", "two")
    page.assert_not_reloaded()
    project.write("main.js", module.replace("one", "three"))
    page.wait_for_load()

    page.text("#out", "three")
