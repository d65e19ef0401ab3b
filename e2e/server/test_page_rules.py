"""What suites of the field forget: the page's own rules, one by one."""

import json
from collections.abc import Callable

import pytest

from e2e.harness.hot_page import HotPage
from e2e.harness.page_socket import arrive, js_update, spy_on_sockets
from e2e.harness.project import Project, html
from e2e.harness.server import Server

ERROR = {"type": "error", "err": {"message": "wrong", "stack": ""}}

# Modules that pages accept; nobody imports them before an update does.
ACCEPTED = {
    "dep.js": "export {};",
    "one.js": "export {};",
    "broken.js": "throw new Error('broken');",
    "a.css": "p { top: 0 }",  # a sheet that can't be loaded leaves the old one
}

Show = Callable[..., HotPage]


@pytest.fixture
def show(
    project: Project, serve: Callable[[Project], Server], new_page: Callable[[], HotPage]
) -> Show:
    """Shows a page with the given module, ready for payloads."""

    def show(main: str = "", **page: str) -> HotPage:
        index = html(**{"body": '<p id="out"></p>', **page})
        project.create({**ACCEPTED, "index.html": index, "main.js": main})
        return spy_on_sockets(new_page()).open(serve(project).url)

    return show


def test_first_update_with_an_open_overlay_reloads(show: Show) -> None:
    page = show("import.meta.hot.accept();")
    arrive(page, ERROR)
    page.overlay.wait_for()
    arrive(page, js_update("/main.js"))
    page.wait_for_load()
    page.overlay.wait_for(state="detached")


def test_later_updates_close_the_overlay(show: Show) -> None:
    page = show("import.meta.hot.accept();")
    arrive(page, js_update("/main.js"))
    page.wait_for_console("[hmr] hot updated: /main.js")
    arrive(page, ERROR)
    page.overlay.wait_for()
    arrive(page, js_update("/main.js", timestamp=1795000000001))
    page.overlay.wait_for(state="detached")
    page.assert_not_reloaded()


def test_an_update_leaves_the_error_of_a_worker_that_failed_at_it(show: Show) -> None:
    page = show("import.meta.hot.accept();")
    arrive(page, js_update("/main.js", timestamp=1795000000001))
    page.wait_for_console("[hmr] hot updated: /main.js")
    page.page.evaluate(
        """() => {
            globalThis.worker = new BroadcastChannel("hmr /");
            globalThis.heard = 0;
            globalThis.listener = new BroadcastChannel("hmr /");
            listener.onmessage = () => heard++;
        }"""
    )

    def fail(message: str, timestamp: int) -> None:
        args = json.dumps([{"message": message, "stack": ""}, True, timestamp])
        page.page.evaluate(
            f"worker.postMessage({{ part: 'overlay', method: 'show', args: {args} }})"
        )

    fail("ahead", 1795000000002)
    page.overlay.get_by_text("ahead").wait_for()
    arrive(page, js_update("/main.js", timestamp=1795000000002))
    page.wait_for_console("[hmr] hot updated: /main.js", times=2)
    assert page.overlay.count() == 1
    arrive(page, js_update("/main.js", timestamp=1795000000003))
    page.overlay.wait_for(state="detached")
    fail("of this update", 1795000000003)
    fail("behind", 1795000000002)
    page.wait_for("heard === 3")
    assert page.overlay.get_by_text("of this update").count() == 1


def test_other_payloads_leave_the_overlay_alone(show: Show) -> None:
    page = show("import.meta.hot.on('app:x', () => { window.heard = true; });")
    custom = {"type": "custom", "event": "app:x"}
    arrive(page, ERROR, {"type": "prune", "paths": ["/x.js"]}, custom, {"type": "ping"})
    page.wait_for("window.heard")
    assert page.overlay.count() == 1


def test_a_second_error_takes_the_place_of_the_first(show: Show) -> None:
    page = show()
    arrive(page, ERROR, {"type": "error", "err": {"message": "wronger", "stack": ""}})
    page.overlay.get_by_text("wronger").wait_for()
    assert page.overlay.count() == 1


def test_several_reloads_are_one(show: Show) -> None:
    page = show("window.addEventListener('pagehide', () => {});")
    arrive(page, *[{"type": "full-reload"}] * 5)
    page.wait_for_load()
    page.assert_not_reloaded()


def test_messages_are_handled_one_after_another(show: Show) -> None:
    """Custom events wait for the update before them, and for its async listeners."""
    page = show("""\
const { hot } = import.meta;
const log = (window.events = []);
import.meta.hot.on("vite:beforeUpdate", async () => {
  log.push("before");
  await new Promise((resolve) => { window.goOn = resolve; });
  log.push("went on");
});
import.meta.hot.on("vite:afterUpdate", () => log.push("after"));
import.meta.hot.on("app:x", () => log.push("custom"));
import.meta.hot.accept("/dep.js", () => log.push("accepted"));
""")
    arrive(page, js_update("/main.js", "/dep.js"), {"type": "custom", "event": "app:x"})
    page.wait_for("window.goOn !== undefined")
    assert page.value("window.events") == ["before"]
    page.value("window.goOn()")
    page.wait_for("window.events.length === 5")
    assert page.value("window.events") == ["before", "went on", "accepted", "after", "custom"]


def test_callbacks_run_when_the_import_failed(show: Show) -> None:
    """They get undefined, and the console says why."""
    page = show("""\
import.meta.hot.accept(["/one.js", "/broken.js"], (modules) => {
  window.got = [modules.length, ...modules.map((module) => typeof module)];
});
""")
    arrive(page, js_update("/main.js", "/broken.js"))
    page.wait_for("window.got !== undefined")
    assert page.value("window.got") == [2, "undefined", "undefined"]
    page.wait_for_console(
        "[hmr] Failed to reload /broken.js. This could be due to syntax errors or importing "
        "non-existent modules. (see errors above)"
    )


@pytest.mark.parametrize("thrown", ["new Error('boom')", "'boom'", "null", "{ boom: 1 }"])
def test_whatever_a_callback_throws_the_next_update_works(show: Show, thrown: str) -> None:
    page = show(f"""\
const events = (window.events = []);
import.meta.hot.on("app:throw", () => {{ throw {thrown}; }});
import.meta.hot.on("app:reject", async () => {{ throw {thrown}; }});
import.meta.hot.on("app:fine", (data) => events.push(data));
""")
    for number, event in enumerate(["app:throw", "app:fine", "app:reject", "app:fine"]):
        arrive(page, {"type": "custom", "event": event, "data": number})
    page.wait_for("window.events.length === 2")
    assert page.value("window.events") == [1, 3]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "null",
        "[]",
        '{"type":5}',
        '{"type":"update"}',
        '{"type":"custom","__proto__":{}}',
        "[" * 500,
    ],
)
def test_a_message_that_is_no_payload_is_one_line(show: Show, message: str) -> None:
    page = show("import.meta.hot.on('app:x', () => { window.heard = true; });")
    before = len(page.console)
    arrive(page, message, {"type": "custom", "event": "app:x"})
    page.wait_for("window.heard")
    (line,) = page.console[before:]
    assert line.startswith("[hmr] a message of the server can't be read: ")
    page.assert_no_errors()


def test_data_reaches_listeners_as_javascript(show: Show) -> None:
    """Objects, not Maps; null, not undefined; nothing of Python's."""
    page = show("import.meta.hot.on('app:x', (data) => { window.got = data; });")
    data = {"a": [1, 2.5, None, True, {"b": "ü\u2028"}], "constructor": {}}
    arrive(page, {"type": "custom", "event": "app:x", "data": data})
    page.wait_for("window.got !== undefined")
    assert page.value("JSON.stringify(window.got)") == page.page.evaluate("JSON.stringify", data)
    assert page.value("Object.getPrototypeOf(window.got) === Object.prototype")
    assert page.value("window.got.a[2] === null")


def test_styles_that_the_server_rendered_are_respected(show: Show) -> None:
    """A `<style>` is taken over, a `<link>` stands for its sheet; both go when the import goes."""
    page = show(
        """\
import { updateStyle, removeStyle } from "/@hmr/client";
Object.assign(window, { updateStyle, removeStyle });
""",
        head="""\
<style data-vite-dev-id="/rendered.css">p { color: rgb(1, 1, 1) }</style>
<link rel="stylesheet" data-vite-dev-id="/linked.css" href="data:text/css,p{top:1px}">""",
    )
    styles = "[...document.querySelectorAll('style')].map((style) => style.textContent)"
    page.value("updateStyle('/rendered.css', 'p { color: rgb(2, 2, 2) }')")
    assert page.value(styles) == ["p { color: rgb(2, 2, 2) }"]
    page.value("updateStyle('/linked.css', 'p { top: 2px }')")
    assert page.value(styles) == ["p { color: rgb(2, 2, 2) }"]
    page.value("removeStyle('/linked.css'); removeStyle('/rendered.css')")
    assert page.value("document.querySelectorAll('[data-vite-dev-id]').length") == 0
    page.value("updateStyle('/linked.css', 'p { top: 3px }'); updateStyle('/new.css', 'p {}')")
    assert page.value(styles) == ["p { top: 3px }", "p {}"]
    page.value("removeStyle('/never.css')")


def test_the_right_link_is_swapped_and_all_of_them(show: Show) -> None:
    """A sheet whose name ends in another one's stays; one that is linked twice is swapped twice."""
    page = show(
        head="".join(
            f'<link rel="stylesheet" href="{href}">'
            for href in ("/other/a.css", "/a.css?x=1", "/a.css", "/a.css?t=1")
        )
    )
    update = {"type": "css-update", "path": "/a.css", "acceptedPath": "/a.css", "timestamp": 5}
    arrive(page, {"type": "update", "updates": [update]})
    page.wait_for_console("[hmr] css hot updated: /a.css")
    links = (
        "[...document.querySelectorAll('link[rel=stylesheet]')].map((x) => x.getAttribute('href'))"
    )
    url = page.page.url
    assert page.value(links) == [
        "/other/a.css",
        "/a.css?x=1",
        f"{url}a.css?t=5",
        f"{url}a.css?t=5",
    ]


def test_inject_query(show: Show) -> None:
    """For `import(expression)`: the query comes first, modules and what is not this server's stay."""
    page = show('import { injectQuery } from "/@hmr/client"; window.injectQuery = injectQuery;')
    cases = {
        "../a.svg": "../a.svg?import",
        "./a.json?b=1#c": "./a.json?import&b=1#c",
        "./dir.js/x.bin": "./dir.js/x.bin?import",
        "./a.js?b=1#c": "./a.js?b=1#c",
        "/dir.d/a": "/dir.d/a",
        "./a.module.css": "./a.module.css",
        "https://elsewhere/a.js": "https://elsewhere/a.js",
        "bare": "bare",
    }
    assert page.page.evaluate(
        "urls => urls.map((url) => injectQuery(url, 'import'))", list(cases)
    ) == list(cases.values())


def test_invalid_accept_is_refused_at_once(show: Show) -> None:
    page = show("""\
try { import.meta.hot.accept({}); } catch (error) { window.got = error.message; }
""")
    page.wait_for("window.got === 'invalid hot.accept() usage.'")
