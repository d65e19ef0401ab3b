"""The client on a real Vite server, by `browser/vite_plugin`: a Vite user's whole day."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.harness.hot_page import HotPage
from e2e.harness.project import html
from e2e.harness.vite import (
    CONNECTED,
    ViteProject,
    ViteServer,
    free_port,
    install_vite,
    npm,
    write_config,
)

pytestmark = pytest.mark.skipif(npm() is None, reason="npm is missing: Vite comes from there")

StartVite = Callable[..., ViteServer]
OpenVite = Callable[[str], HotPage]


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_vite(tmp_path_factory.mktemp("vite"))


@pytest.fixture
def project(tmp_path: Path) -> ViteProject:
    root = tmp_path / "project"
    root.mkdir()
    return ViteProject(root)


@pytest.fixture
def start_vite(node_modules: Path) -> Iterator[StartVite]:
    servers: list[ViteServer] = []

    def start(project: ViteProject, port: int = 0) -> ViteServer:
        server = ViteServer(project, node_modules, port or free_port())
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def open_vite(new_page: Callable[[], HotPage]) -> OpenVite:
    def open_(url: str) -> HotPage:
        page = new_page().open(url, until_ready=False)
        page.wait_for_console(CONNECTED)
        return page

    return open_


def reloaded(page: HotPage, times: int = 1) -> None:
    """Wait until the page has been reloaded and handles updates."""
    page.wait_for_load(until_ready=False)
    page.wait_for_console(CONNECTED, times=times + 1)


SELF_ACCEPTING = """\
const text = "first";
document.querySelector("#out").textContent = `${text} ${import.meta.hot.data.loads ?? 0}`;
import.meta.hot.accept();
import.meta.hot.dispose((data) => { data.loads = (data.loads ?? 0) + 1; });
"""


def test_bundled_dev_is_refused_in_words(project: ViteProject, node_modules: Path) -> None:
    write_config(project, more="experimental: { bundledDev: true },")
    project.path("node_modules").symlink_to(node_modules, target_is_directory=True)
    vite = [shutil.which("node") or "node", str(node_modules / "vite/bin/vite.js")]
    done = subprocess.run(vite, cwd=project.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "does not support Vite's experimental.bundledDev" in done.stdout + done.stderr


def test_self_accepting_module_keeps_its_data(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """A JavaScript module is replaced, its `hot.data` goes with it, and nothing is reloaded."""
    write_config(project)
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_vite(start_vite(project).url)
    project.edit("main.js", "first", "second")
    page.text("#out", "second 1")
    project.edit("main.js", "second", "third")
    page.text("#out", "third 2")
    page.assert_not_reloaded()
    assert page.console.count("[vite] hot updated: /main.js") == 2


def test_console_lines_are_those_of_vite(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """People and tools read the console in order: our client adds no line of its own."""
    write_config(project)
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_vite(start_vite(project).url)
    project.edit("main.js", "first", "second")
    page.text("#out", "second 1")
    page.wait_for_console("[vite] hot updated: /main.js")
    assert page.console == ["[vite] connecting...", CONNECTED, "[vite] hot updated: /main.js"]


def test_typescript_dependency_is_accepted(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """A boundary in TypeScript gets the new namespace of the dependency that it accepts."""
    write_config(project)
    project.create(
        {
            "index.html": html(body='<p id="out"></p>', modules=("/main.ts",)),
            "main.ts": """\
import { greet } from "./greet";
const show = (text: string): void => { document.querySelector("#out")!.textContent = text; };
show(greet("a" as string));
import.meta.hot!.accept("./greet", (module) => show(module!.greet("b")));
""",
            "greet.ts": "export const greet = (name: string): string => `hello ${name}`;\n",
        }
    )
    page = open_vite(start_vite(project).url)
    page.text("#out", "hello a")
    project.edit("greet.ts", "hello", "bye")
    page.text("#out", "bye b")
    page.wait_for_console("[vite] hot updated: /greet.ts via /main.ts")


def test_stylesheets_linked_imported_and_as_modules(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """A `<link>`, an imported sheet and a CSS module, each without a reload."""
    write_config(project)
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/linked.css">',
                body='<p id="a">a</p><p id="b">b</p><p id="c">c</p>',
            ),
            "main.js": """\
import "./imported.css";
import classes from "./c.module.css";
const show = (names) => { document.querySelector("#c").className = names.colour; };
show(classes);
import.meta.hot.accept("./c.module.css", (module) => show(module.default));
""",
            "linked.css": "#a { color: rgb(1, 1, 1) }",
            "imported.css": "#b { color: rgb(2, 2, 2) }",
            "c.module.css": ".colour { color: rgb(3, 3, 3) }",
        }
    )
    page = open_vite(start_vite(project).url)
    for selector, file, old in (
        ("#a", "linked.css", 1),
        ("#b", "imported.css", 2),
        ("#c", "c.module.css", 3),
    ):
        before, after = (f"rgb({n}, {n}, {n})" for n in (old, old + 7))
        page.css(selector, "color", before)
        project.edit(file, before, after)
        page.css(selector, "color", after)
    page.assert_not_reloaded()
    page.wait_for("document.querySelectorAll('link[rel=stylesheet]').length === 1")
    assert "[vite] css hot updated: /linked.css" in page.console


def test_removed_css_import_takes_its_style_away(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Prune: the style of a sheet that nobody imports any more is gone."""
    write_config(project)
    project.create(
        {
            "index.html": html(body='<p id="out">text</p>'),
            "main.js": 'import "./a.css";\nimport.meta.hot.accept();\n',
            "a.css": "#out { color: rgb(5, 5, 5) }",
        }
    )
    page = open_vite(start_vite(project).url)
    page.css("#out", "color", "rgb(5, 5, 5)")
    project.edit("main.js", 'import "./a.css";\n', "")
    page.css("#out", "color", "rgb(0, 0, 0)")
    project.edit("main.js", "import.meta", 'import "./a.css";\nimport.meta')
    page.css("#out", "color", "rgb(5, 5, 5)")


def test_jsx(project: ViteProject, start_vite: StartVite, open_vite: OpenVite) -> None:
    """A component in JSX is replaced by its boundary."""
    write_config(project, more='oxc: { jsx: { runtime: "classic", pragma: "h" } },')
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import { View } from "./view.jsx";
const out = document.querySelector("#out");
out.replaceChildren(View());
import.meta.hot.accept("./view.jsx", (module) => out.replaceChildren(module.View()));
""",
            "view.jsx": """\
const h = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
export const View = () => <b title="x">one</b>;
""",
        }
    )
    page = open_vite(start_vite(project).url)
    page.text("#out b", "one")
    project.edit("view.jsx", ">one<", ">two<")
    page.text("#out b", "two")
    page.assert_not_reloaded()


VIRTUAL_PLUGIN = """{
    name: "virtual",
    resolveId: (id) => (id === "virtual:time" ? "\\0virtual:time" : undefined),
    load(id) {
      if (id !== "\\0virtual:time") return;
      return `export const count = ${globalThis.loads = (globalThis.loads ?? 0) + 1};`;
    },
    configureServer(server) {
      server.hot.on("app:ask", (data, client) => client.send("app:answer", { got: data, more: null }));
      server.hot.on("app:touch", () => server.reloadModule(server.moduleGraph.getModuleById("\\0virtual:time")));
    },
  }"""


def test_virtual_module_and_events_of_a_plugin(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Custom events go both ways, and a module without a file is updated."""
    write_config(project, plugins=VIRTUAL_PLUGIN)
    project.create(
        {
            "index.html": html(body='<p id="out"></p><p id="answer"></p>'),
            "main.js": """\
import { count } from "virtual:time";
const show = (n) => { document.querySelector("#out").textContent = n; };
show(count);
const hot = import.meta.hot;
import.meta.hot.accept("virtual:time", (module) => show(module.count));
hot.on("app:answer", (data) => { document.querySelector("#answer").textContent = JSON.stringify(data); });
hot.send("app:ask", { list: [1, "two", null] });
globalThis.touch = () => hot.send("app:touch");
""",
        }
    )
    page = open_vite(start_vite(project).url)
    page.text("#answer", '{"got":{"list":[1,"two",null]},"more":null}')
    page.text("#out", "1")
    page.value("touch()")
    page.text("#out", "2")
    page.assert_not_reloaded()


def test_invalidate_climbs_to_the_importer(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """A module that can't handle its update hands it on; the lines come in the reference's order."""
    write_config(project)
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import { value } from "./child.js";
document.querySelector("#out").textContent = value;
import.meta.hot.accept();
""",
            "child.js": """\
export const value = "one";
import.meta.hot.accept((module) => import.meta.hot.invalidate("cannot"));
""",
        }
    )
    page = open_vite(start_vite(project).url)
    project.edit("child.js", "one", "two")
    page.text("#out", "two")
    page.wait_for_console("[vite] hot updated: /main.js")
    assert page.console[2:] == [
        "[vite] invalidate /child.js: cannot",
        "[vite] hot updated: /child.js",
        "[vite] hot updated: /main.js",
    ]
    page.assert_not_reloaded()


def test_partial_accept(project: ViteProject, start_vite: StartVite, open_vite: OpenVite) -> None:
    """`acceptExports`: hot as long as importers use just what is accepted."""
    write_config(project, more="experimental: { hmrPartialAccept: true },")
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": 'import { a } from "./part.js";\nglobalThis.loaded = a;\n',
            "part.js": """\
export const a = 1;
export const b = 2;
document.querySelector("#out").textContent = "first";
import.meta.hot.acceptExports(["a"], (module) => { globalThis.accepted = Object.keys(module); });
""",
        }
    )
    page = open_vite(start_vite(project).url)
    project.edit("part.js", "first", "second")
    page.text("#out", "second")
    page.wait_for("globalThis.accepted?.join() === 'a,b'")
    page.assert_not_reloaded()


def test_error_is_shown_and_the_fix_clears_it(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """A server error: message, file and frame in the overlay; markup in it stays text."""
    write_config(project)
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": """\
import { text } from "./dep.js";
const show = (value) => { document.querySelector("#out").textContent = value; };
show(text);
import.meta.hot.accept("./dep.js", (module) => module && show(module.text));
""",
            "dep.js": 'export const text = "first";\n',
        }
    )
    page = open_vite(start_vite(project).url)
    project.edit("dep.js", "first", "second")
    page.text("#out", "second")
    project.edit("dep.js", "export", 'import "./<img>.js";\nexport')
    overlay = page.overlay
    expect(overlay.locator(".message-body")).to_contain_text(
        'Failed to resolve import "./<img>.js"'
    )
    expect(overlay.locator(".file")).to_contain_text("dep.js:1:")
    expect(overlay.locator(".frame .marked")).to_have_count(2)
    expect(overlay.locator("img")).to_have_count(0)
    page.page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)
    project.edit("dep.js", '"./<img>.js"', '"./other.js"')
    expect(overlay.locator(".message-body")).to_contain_text("./other.js")
    project.edit("dep.js", 'import "./other.js";\n', "")
    expect(overlay).to_have_count(0)
    # the overlay goes before the module is fetched: a save now could be read half written, and Vite's watcher
    # drops the second of two events within 5 ms
    page.wait_for_console("[vite] hot updated: /dep.js via /main.js", times=2)
    project.edit("dep.js", "second", "third")
    page.text("#out", "third")
    page.assert_not_reloaded()


def test_first_update_of_a_page_that_began_with_an_error_reloads(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Modules that never ran can't be updated: only a reload repairs such a page."""
    write_config(project)
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": 'import "./broken.js";\nimport.meta.hot.accept();\ndocument.querySelector("#out").textContent = "works";\n',
            "broken.js": 'import "./nowhere.js";\n',
        }
    )
    page = open_vite(start_vite(project).url)
    expect(page.overlay).to_have_count(1)
    project.write("broken.js", "export {};\n")
    reloaded(page)
    page.text("#out", "works")
    expect(page.overlay).to_have_count(0)


def test_without_the_overlay_errors_go_to_the_console(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """`server.hmr.overlay: false` is honoured."""
    write_config(project, server={"hmr": {"overlay": False}})
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_vite(start_vite(project).url)
    project.edit("main.js", "const text", 'import "./nowhere.js";\nconst text')
    page.wait_for_console(
        next_line(page.page, lambda text: text.startswith("[vite] Internal Server Error\n"))
    )
    expect(page.overlay).to_have_count(0)


def next_line(page: Page, wanted: Callable[[str], bool]) -> str:
    return page.wait_for_event("console", lambda message: wanted(message.text)).text


def test_html_edit_comes_into_the_page(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Vite asks for a reload, which this client makes only where nothing else is right."""
    write_config(project)
    project.create({"index.html": html(body='<p id="out">one</p>'), "main.js": ""})
    page = open_vite(start_vite(project).url)
    project.edit("index.html", ">one<", ">two<")
    page.text("#out", "two")
    project.edit("index.html", "</body>", '<script type="module">let a</script></body>')
    reloaded(page)
    project.edit("index.html", ">two<", ">three<")  # not the inline script, a dead end
    page.text("#out", "three")
    page.assert_not_reloaded()
    project.edit("index.html", "let a", "let b")
    reloaded(page)


def test_failed_import_in_a_circle_reloads(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """An update inside a circular import whose order does not work out is a reload, not an error."""
    write_config(project)
    project.create(
        {
            "index.html": html(body='<p id="out"></p>'),
            "main.js": 'import "./a.js";\n',
            "a.js": """\
import { b } from "./b.js";
export const a = "a1";
document.querySelector("#out").textContent = a + b();
""",
            "b.js": """\
import { a } from "./a.js";
export const b = () => a;
if (globalThis.strict) a.length;
globalThis.strict = true;
import.meta.hot.accept();
""",
        }
    )
    page = open_vite(start_vite(project).url)
    page.text("#out", "a1a1")
    project.edit("a.js", '"a1"', '"a2"')
    reloaded(page)
    page.text("#out", "a2a2")


def test_base_and_token(project: ViteProject, start_vite: StartVite, open_vite: OpenVite) -> None:
    """Below a base, modules and stylesheets are asked for at their right URLs."""
    write_config(project, more='base: "/deep/base/",')
    project.create(
        {
            "index.html": html(
                head='<link rel="stylesheet" href="/linked.css">', body='<p id="out"></p>'
            ),
            "main.js": SELF_ACCEPTING,
            "linked.css": "#out { color: rgb(1, 1, 1) }",
        }
    )
    server = start_vite(project)
    assert server.url.endswith("/deep/base/")
    page = open_vite(server.url)
    project.edit("main.js", "first", "second")
    page.text("#out", "second 1")
    project.edit("linked.css", "1, 1, 1", "2, 2, 2")
    page.css("#out", "color", "rgb(2, 2, 2)")
    page.assert_not_reloaded()


def test_socket_on_a_port_and_path_of_its_own(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Vite's own HMR settings reach the client."""
    write_config(project, server={"hmr": {"port": free_port(), "path": "/sockets"}})
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_vite(start_vite(project).url)
    project.edit("main.js", "first", "second")
    page.text("#out", "second 1")


def test_restarted_server_reloads_the_page(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Vite can't say what was missed; the sign is shown meanwhile, the page is reloaded after."""
    write_config(project)
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    port = free_port()
    server = start_vite(project, port)
    page = open_vite(server.url)
    server.kill()
    expect(page.page.locator("hmr-connection-sign")).to_be_visible()
    assert "[vite] server connection lost. Polling for restart..." in page.console
    project.edit("main.js", "first", "second")
    start_vite(project, port)
    reloaded(page)
    page.text("#out", "second 1")
    project.edit("main.js", "second", "third")
    page.text("#out", "third 2")


def test_restart_by_a_changed_configuration(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Vite restarts itself in place; the page comes back with the new token."""
    write_config(project)
    project.create({"index.html": html(body='<p id="out"></p>'), "main.js": SELF_ACCEPTING})
    page = open_vite(start_vite(project).url)
    project.write("vite.config.mjs", project.read("vite.config.mjs") + "// changed\n")
    reloaded(page)
    project.edit("main.js", "first", "second")
    page.text("#out", "second 2")


def test_console_and_uncaught_errors_reach_the_terminal(
    project: ViteProject, start_vite: StartVite, open_vite: OpenVite
) -> None:
    """Vite's `server.forwardConsole`."""
    write_config(project, server={"forwardConsole": True})
    project.create(
        {
            "index.html": html(),
            "main.js": """\
console.warn("a %s is %i", "cat", 4.7, { deep: [1, "two", null] });
console.log("not asked for");
setTimeout(() => { throw new TypeError("nobody caught this"); });
""",
        }
    )
    server = start_vite(project)
    open_vite(server.url)
    server.wait_for_line(r'\[console.warn\] a cat is 4 \{ deep: \[1, "two", null\] \}')
    server.wait_for_line("TypeError: nobody caught this")
    assert "[console.log]" not in server.output
