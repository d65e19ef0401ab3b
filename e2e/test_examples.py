"""The examples of the documentation, run as a reader would run them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_typescript_is_compiled_by_a_plugin(project, serve, open_page):
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
