"""The sources of its modules that a page contains."""

import asyncio
import json
import re

import pytest

from hmr_server.environment import eager_modules
from hmr_server.graph.module_code import ModuleCode
from hmr_server.pages import page_sources
from hmr_server.plugins import Plugin
from hmr_server.web.pages.browsers import takes_sources

PAGE = '<head><script type="module" src="/main.js"></script></head>'
FILES = {
    "main.js": 'import "./a.js"; import("./lazy.js"); import "./data.json"; import "./s.css";',
    "a.js": 'import "./b.js"; import.meta.hot.accept();',
    "b.js": 'export { c } from "./c.js";',
    "c.js": "export const c = 1;",
    "lazy.js": 'import "./lazier.js";',
    "lazier.js": "",
    "data.json": "{}",
    "s.css": "p { color: red }",
}
SENT = {"/a.js", "/b.js", "/c.js", "/data.json?import", "/s.css"}
SOURCES = re.compile(
    r'<script type="application/json" data-hmr-sources="(.*?)" data-base="/">(.*?)</script>',
    re.DOTALL,
)


def page_of(p, *, takes_sources: bool = True) -> str:
    file = p.root / "index.html"
    return p.runner.run(p.env.transform_html(file, "/index.html", takes_sources=takes_sources))


def sources(p) -> dict[str, str]:
    """The texts in the page, with `~/` in place of what becomes the server's URL."""
    found = SOURCES.search(page_of(p))
    if found is None:
        return {}
    mark, texts = found.groups()
    return {name: text.replace(mark, "~/") for name, text in json.loads(texts).items()}


def test_a_page_that_nobody_has_loaded_contains_what_its_scripts_import_by_statements(project):
    p = project({"index.html": PAGE, **FILES})
    found = sources(p)
    assert set(found) == SENT
    assert found["/b.js"] == 'export { c } from "~/c.js";'
    assert '"~/@hmr/client"' in found["/a.js"]
    page = page_of(p)
    assert page.index("data-hmr-sources") < page.index('<script type="module"')
    assert "lazier" not in page, "what comes later would be out of date by then"


def test_a_reload_writes_only_the_sources_that_have_changed(project, monkeypatch):
    p = project({"index.html": PAGE, **FILES})
    sources(p)
    p.load()
    before = sources(p)
    render, rendered = ModuleCode.render, []
    monkeypatch.setattr(
        ModuleCode, "render", lambda code, *how: rendered.append(code) or render(code, *how)
    )
    assert sources(p) == before
    assert not rendered
    p.edit("c.js", "export const c = 2;")
    rendered.clear()
    after = sources(p)
    assert len(rendered) < len(SENT)
    stamp = p.stamp("/c.js")
    assert f'"~/c.js?t={stamp}"' in after[f"/b.js?t={stamp}"]


def test_inline_scripts_import_modules_too(project):
    files = {**FILES, "index.html": '<script type="module">import "./a.js";</script>'}
    assert set(sources(project(files))) == {"/a.js", "/b.js", "/c.js"}


def test_an_edited_module_is_sent_as_it_is_now_under_its_stamped_url(project):
    p = project({"index.html": PAGE, **FILES})
    sources(p)
    p.load()
    p.edit("c.js", "export const c = 2;")
    found = sources(p)
    stamp = p.stamp("/c.js")
    assert found[f"/c.js?t={stamp}"] == "export const c = 2;"
    assert f'"~/c.js?t={stamp}"' in found[f"/b.js?t={stamp}"]


def test_a_file_that_is_saved_before_the_watcher_says_so_is_not_sent_twice(project):
    p = project({"index.html": PAGE, **FILES})
    assert sources(p) == sources(p)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("b.js", "export const here = import.meta.url;"),
        ("b.js", "export const load = (name) => import(name);"),
        ("b.js", "export const broken = ("),
        ("b.js", "import './gone.js';"),
        ("b.js", "//# sourceURL=elsewhere.js"),
        ("b.js", "import '//example.org/x.js';"),
        ("b.js", f"export const long = '{'x' * page_sources.LONGEST}';"),
        ("b.js", f"export const longer = '{'x' * 600_000}';"),
    ],
    ids=["url", "expression", "syntax", "import", "sourceURL", "scheme", "long", "unread"],
)
def test_what_would_run_otherwise_from_a_text_is_requested(project, name, text):
    p = project({"index.html": PAGE, **FILES, name: text})
    found = set(sources(p))
    assert "/b.js" not in found
    assert "/data.json?import" in found


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        (PAGE, SENT),
        ('<link rel="modulepreload" href="c.js">' + PAGE, SENT - {"/c.js"}),
        ('<script type="module" src="./b.js"></script>' + PAGE, SENT - {"/b.js"}),
        ('<script type="importmap">{"imports": {"c": "/c.js"}}</script>' + PAGE, SENT - {"/c.js"}),
        ('<script type="importmap">{"scopes": {"/x/": {"c": "/c"}}}</script>' + PAGE, set()),
        ('<script type="importmap">{ not JSON</script>' + PAGE, set()),
        ('<base href="/sub/">' + PAGE, set()),
        ('<meta http-equiv="Content-Security-Policy" content="script-src *">' + PAGE, set()),
        ('<script nonce="x">0</script>' + PAGE, set()),
        ("<p>no module</p>", set()),
    ],
)
def test_a_page_gets_what_its_map_can_lead_to(project, page, sent):
    assert set(sources(project({**FILES, "index.html": page}))) == sent


@pytest.mark.parametrize("setting", ["push_sources", "module_cache"])
def test_the_settings_leave_all_to_requests(project, setting):
    assert sources(project({"index.html": PAGE, **FILES}, **{setting: False})) == {}


def test_other_browsers_request_all(project):
    p = project({"index.html": PAGE, **FILES})
    assert "data-hmr-sources" not in page_of(p, takes_sources=False)
    assert not p.env.graph.get_by_url("/b.js")


def test_no_text_ends_the_script_whatever_the_pages_charset(project):
    text = "export const c = '</script><!-- ü 中';"
    p = project({"index.html": PAGE, **FILES, "c.js": text})
    assert sources(p)["/c.js"] == text
    found = SOURCES.search(page_of(p))
    assert found
    assert found[1].isascii()


def test_an_edited_page_is_compared_without_the_sources(project):
    p = project({"index.html": PAGE, **FILES})
    name = page_of(p).partition("<!--hmr-page:")[2].partition("-->")[0]
    assert "data-hmr-sources" not in p.env.served_html(name)


def test_a_page_does_not_wait_for_a_slow_plugin(project, monkeypatch):
    monkeypatch.setattr(eager_modules, "_PATIENCE_S", 0.01)
    released = asyncio.Event()

    class Slow(Plugin):
        async def transform(self, context, code, id):
            if id.endswith("b.js"):
                await released.wait()
            return

    p = project({"index.html": PAGE, **FILES}, plugins=[Slow()])
    try:
        assert set(sources(p)) == {"/data.json?import", "/s.css"}, "a.js imports what nobody knows"
    finally:
        p.runner.run(set_event(released))
    p.load()
    assert set(sources(p)) == SENT


async def set_event(event: asyncio.Event) -> None:
    event.set()


@pytest.mark.parametrize(
    ("agent", "takes"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/133.0.0.0 Safari/537.36", True),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/156.0.0.0 Safari/537.36", True),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/132.0.0.0 Safari", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", False),
        ("curl/8", False),
        ("", False),
    ],
)
def test_browsers_that_take_sources(agent, takes):
    assert takes_sources({"user-agent": agent}) is takes


def test_a_module_that_is_sent_and_requested_as_a_script_is_known(project):
    p = project({"index.html": PAGE, **FILES})
    page_of(p)
    sent = p.env.hashed_modules.sources
    node = p.env.graph.get_by_url("/b.js")
    assert sent.is_sent("/index.html", node)
    assert sent.is_sent("", node)
    assert not sent.is_sent("/other.html", node)
    assert not sent.is_sent("/index.html", p.env.graph.get_by_url("/main.js"))
