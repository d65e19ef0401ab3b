"""The examples of the documentation, run as a reader would run them."""

import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_typescript_is_compiled_by_a_plugin(
    project, serve, open_page, build, serve_static, new_page
):
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("esbuild comes from npm, which is not on this machine")
    source = EXAMPLES / "typescript"
    project.copy(
        source, *(entry.name for entry in source.iterdir() if entry.name != "node_modules")
    )
    command = [npm, "install", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=project.root, check=True, capture_output=True)

    page = open_page(serve(project).url)
    page.text("#greeting", "Hello, page!")

    project.edit("src/greeting.ts", "Hello", "Good morning")
    page.text("#greeting", "Good morning, page!")
    page.wait_for_console("[hmr] hot updated: /src/greeting.ts via /src/main.ts")

    project.edit("src/greeting.ts", "whom: string", "whom: ")
    overlay = page.overlay
    expect(overlay.locator(".plugin")).to_contain_text("typescript")
    expect(overlay.locator(".file")).to_contain_text("greeting.ts:5:")

    project.edit("src/greeting.ts", "whom: ", "whom: string")
    page.wait_for("document.querySelector('vite-error-overlay') === null")
    page.text("#greeting", "Good morning, page!")
    page.assert_not_reloaded()

    build(project)
    built = new_page().open(serve_static(project.root / "dist"), until_ready=False)
    built.text("#greeting", "Good morning, page!")


def test_the_client_is_embedded_in_a_runtime_of_its_own(project, serve, server_python):
    project.create({"text.js": 'export const text = "one";\nimport.meta.hot.accept();\n'})
    server = serve(project)
    command = [server_python, EXAMPLES / "embedding" / "follow.py", server.url, "/text.js"]
    with subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = iter(process.stdout)
        watchdog = threading.Timer(60, process.kill)  # seconds; it ends the lines
        watchdog.start()
        try:
            assert any('"one"' in line for line in said)
            for old, new in (("one", "two"), ("two", "three")):
                project.edit("text.js", old, new)
                assert any(f'"{new}"' in line for line in said)
        finally:
            watchdog.cancel()
            process.kill()
