"""Answers to requests for modules: caching, sharing, stamps, headers."""

import asyncio
import os

import pytest

from hmr_server.environment import transform
from hmr_server.exceptions import ModuleNotFound, TransformError
from hmr_server.files.access import AccessDenied
from hmr_server.plugins import Plugin
from hmr_server.watch import truncated_file
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import ACCEPT, until

CLASSIC = {"sec-fetch-dest": "script", "sec-fetch-mode": "no-cors"}
FETCH = {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}


class Counting(Plugin):
    """Counts transforms, and holds them while its gate is shut."""

    def __init__(self):
        self.seen = []
        self.gate = None

    async def transform(self, context, code, id):
        self.seen.append(id.rpartition("/")[2])
        if self.gate is not None:
            await self.gate.wait()


def test_an_answer_has_its_headers(project):
    answer = project({"main.js": "const a = 1"}).answer("/main.js")
    assert answer.body == b"const a = 1"
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.cache_control == "no-cache"
    assert answer.etag.startswith('W/"')


def test_the_same_answer_is_not_sent_twice(project):
    p = project({"main.js": "a", "a.css": ""})
    for url, accept in (("/main.js", "*/*"), ("/a.css", "text/css")):
        etag = p.answer(url, accept).etag
        again = p.answer(url, accept, if_none_match=f'"other", {etag}')
        assert (again.not_modified, again.body, again.etag) == (True, b"", etag)
        assert not p.answer(url, accept, if_none_match='"other"').not_modified


def test_another_text_has_another_etag(project):
    p = project({"main.js": "a"})
    before = p.answer("/main.js").etag
    p.edit("main.js", "b")
    assert p.answer("/main.js").etag != before
    p.edit("main.js", "a")
    assert p.answer("/main.js").etag == before


def test_a_module_is_transformed_once(project):
    plugin = Counting()
    p = project({"main.js": "import './a.js'", "a.js": ""}, plugins=[plugin])
    p.fetch("/main.js")
    p.fetch("/main.js")
    assert plugin.seen == ["main.js", "a.js"]


def test_importers_of_a_changed_module_are_neither_loaded_nor_transformed(project):
    plugin = Counting()
    p = project({"main.js": "import './a.js'", "a.js": ""}, plugins=[plugin])
    p.fetch("/main.js")
    plugin.seen.clear()
    p.edit("a.js")
    p.write("main.js", "broken (")
    assert f'"/a.js?t={p.stamp("/a.js")}"' in p.get("/main.js")
    p.get("/a.js")
    assert plugin.seen == ["a.js"]


def test_the_importer_of_a_watched_file_is_transformed_again(project):
    class Banner(Plugin):
        def transform(self, context, code, id):
            if id.endswith("main.js"):
                context.add_watch_file(context.environment.config.root / "banner.txt")
                return f"// {(context.environment.config.root / 'banner.txt').read_text()}\n{code}"
            return None

    p = project({"main.js": ACCEPT, "banner.txt": "old"}, plugins=[Banner()])
    p.get("/main.js")
    assert p.edit("banner.txt", "new") == ["js /main.js"]
    assert "// new" in p.get("/main.js")


def test_soft_updates_have_one_order_in_the_query(project):
    p = project({"main.js": "import './d.json'; import './a.js'", "d.json": "1", "a.js": ""})
    p.fetch("/main.js")
    p.edit("d.json")
    hard = p.get("/main.js")
    p.edit("a.js")
    assert f'"/d.json?import&t={p.stamp("/d.json")}"' in hard
    assert f'"/d.json?import&t={p.stamp("/d.json")}"' in p.get("/main.js")


def test_an_old_stamp_is_replaced(project):
    p = project({"main.js": "import './a.js'", "a.js": ""})
    p.fetch("/main.js")
    for _ in range(2):
        p.edit("a.js")
        assert p.get("/main.js") == f'import "/a.js?t={p.stamp("/a.js")}"'


def test_parallel_requests_share_one_transform(project):
    plugin = Counting()
    p = project({"main.js": "a"}, plugins=[plugin])

    async def both():
        plugin.gate = asyncio.Event()
        requests = [asyncio.create_task(p.env.transform_request("/main.js")) for _ in range(3)]
        await until(lambda: plugin.seen)
        plugin.gate.set()
        return await asyncio.gather(*requests)

    first, *others = p.runner.run(both())
    assert all(other is first for other in others)
    assert plugin.seen == ["main.js"]


def test_a_request_after_an_edit_does_not_get_the_transform_that_began_before(project):
    plugin = Counting()
    p = project({"main.js": "1"}, plugins=[plugin])
    p.get("/main.js")

    async def race():
        plugin.gate = asyncio.Event()
        os.utime(p.root / "main.js", ns=(1, 1))
        await p.env.updates.handle_file_changes([FileChange(ChangeKind.UPDATE, p.root / "main.js")])
        plugin.seen.clear()
        first = asyncio.create_task(p.env.transform_request("/main.js"))
        await until(lambda: plugin.seen)
        p.write("main.js", "2")
        await p.env.updates.handle_file_changes([FileChange(ChangeKind.UPDATE, p.root / "main.js")])
        second = asyncio.create_task(p.env.transform_request("/main.js"))
        await until(lambda: len(plugin.seen) == 2)
        plugin.gate.set()
        return (await first).body, (await second).body

    assert p.runner.run(race()) == (b"1", b"2")
    plugin.gate = None
    assert p.get("/main.js") == "2"


def test_a_late_transform_does_not_overwrite_what_is_known_of_the_new_text(project):
    class Slow(Plugin):
        """Lets the first transform end last."""

        def __init__(self):
            self.gates = []

        async def transform(self, context, code, id):
            if id.endswith("main.js"):
                gate = asyncio.Event()
                self.gates.append(gate)
                await gate.wait()

    plugin = Slow()
    p = project({"main.js": "import './a.js'", "a.js": "", "b.js": ""}, plugins=[plugin])

    async def race():
        first = asyncio.create_task(p.env.transform_request("/main.js"))
        await until(lambda: plugin.gates)
        p.write("main.js", "import './b.js';" + ACCEPT)
        await p.env.updates.handle_file_changes([FileChange(ChangeKind.UPDATE, p.root / "main.js")])
        second = asyncio.create_task(p.env.transform_request("/main.js"))
        await until(lambda: len(plugin.gates) == 2)
        plugin.gates[1].set()
        await second
        plugin.gates[0].set()
        await first

    p.runner.run(race())
    main = p.node("/main.js")
    assert list(main.imported_modules) == [p.node("/b.js")]
    assert main.is_self_accepting is True
    assert p.sent() == []


def test_a_client_that_hangs_up_leaves_the_others_their_answer(project):
    plugin = Counting()
    p = project({"main.js": "a"}, plugins=[plugin])

    async def hang_up():
        plugin.gate = asyncio.Event()
        first = asyncio.create_task(p.env.transform_request("/main.js"))
        second = asyncio.create_task(p.env.transform_request("/main.js"))
        await until(lambda: plugin.seen)
        first.cancel()
        await asyncio.sleep(0)
        plugin.gate.set()
        return await second

    assert p.runner.run(hang_up()).body == b"a"


def test_failures_are_not_cached(project):
    p = project({"main.js": "import './none.js'"})
    with pytest.raises(TransformError):
        p.get("/main.js")
    p.write("main.js", "const a = 1")
    assert p.get("/main.js") == "const a = 1"


@pytest.mark.parametrize(
    "url", ["/none.js", "/dir", "/none", "/@id/virtual:none", "/@id/__x00__none"]
)
def test_what_is_not_there_is_not_found(project, url):
    p = project({"main.js": "", "dir/x.txt": ""})
    with pytest.raises(ModuleNotFound):
        p.get(url)


@pytest.mark.parametrize(
    "url",
    [
        "/.env",
        "/../outside.js",
        "/%2e%2e/outside.js",
        "/@fs/etc/passwd",
        "/a%00.js",
        "/secret.pem?raw",
        "/.env?import&raw",
        "/.git/config?raw&import",
        "/link.js",
        "/@fs/etc/hostname?raw&import",
    ],
)
def test_what_may_not_be_served_is_denied(project, tmp_path, url):
    p = project({".env": "S=1", "secret.pem": "", ".git/config": ""})
    (tmp_path / "outside.js").write_text("")
    (p.root / "link.js").symlink_to(tmp_path / "outside.js")
    with pytest.raises(AccessDenied):
        p.get(url)


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        ("/main.js", {}, True),
        ("/main.js", {"sec-fetch-dest": "document"}, False),
        ("/main.mjs?t=1700000000000", {}, True),
        ("/style.css", {}, True),
        ("/style.css", {"accept": "text/css"}, True),
        ("/logo.png", {}, False),
        ("/logo.png?import", {}, True),
        ("/data.json", {}, False),
        ("/data.json?import", {}, True),
        ("/main.py", {}, False),
        ("/index.html", {}, False),
        ("/index.html?html-proxy&index=0.js", {}, True),
        ("/@id/virtual:x", {}, True),
        ("/", {}, False),
        ("/main", {}, True),
        ("/about", {"accept": "text/html"}, False),
        ("/about", {}, False),
        ("/about", {"sec-fetch-dest": "script", "accept": "*/*"}, True),
        ("/dir/", {}, False),
        ("/LICENSE", {}, False),
        ("/main.js", CLASSIC, False),
        ("/main.js", FETCH, False),
        ("/main.ts", FETCH, False),
        ("/style.css", FETCH, False),
        ("/main.ts", {**FETCH, "accept": "text/javascript"}, True),
        ("/main.ts", {**FETCH, "accept": "text/javascript, */*; q=0.01"}, False),
        ("/main.js?import", FETCH, True),
        ("/main.js?raw", FETCH, True),
        ("/style.css", {"sec-fetch-dest": "style", "sec-fetch-mode": "no-cors"}, True),
        ("/data.json", {"sec-fetch-dest": "json", "sec-fetch-mode": "cors"}, False),
        ("/data.json?import", {"sec-fetch-dest": "json", "sec-fetch-mode": "cors"}, False),
        ("/worker.js", {"sec-fetch-dest": "worker", "sec-fetch-mode": "same-origin"}, True),
        ("/main.js", {"sec-fetch-dest": "empty", "sec-fetch-mode": "navigate"}, False),
    ],
)
def test_which_requests_are_for_modules(project, url, headers, expected):
    p = project({"main.js": "", "LICENSE": ""})
    assert p.env.module_requests.is_module_request(url, headers) is expected


def test_what_a_service_worker_passes_on_is_told_by_who_imports_it(project):
    """All of it looks like `fetch()`: the page's tags and the module graph know better."""
    page = '<script type="module" src="./main.js?v=1"></script>'
    files = {"sub/index.html": page, "sub/main.js": "import './dep.js'; import '../a.css'"}
    p = project({**files, "sub/dep.js": "", "a.css": "", "data.js": "", "w.js": ""})
    p.page("/sub/index.html")
    modules = ["/sub/main.js?v=1", "/sub/dep.js", "/a.css"]
    p.get(modules[0])
    assert not any(p.env.module_requests.is_module_request(url, FETCH) for url in modules)
    p.env.module_requests.note_navigation("/sub/", is_passed_on=True)
    assert all(p.env.module_requests.is_module_request(url, FETCH) for url in modules)
    assert not p.env.module_requests.is_module_request("/data.js", FETCH)
    assert p.env.module_requests.is_module_request(
        "/w.js", {**FETCH, "sec-fetch-mode": "same-origin"}
    )
    assert not p.env.module_requests.is_module_request(
        "/sub/dep.js", {**FETCH, "sec-fetch-mode": "no-cors"}
    )
    p.env.module_requests.note_navigation("/sub/", is_passed_on=False)
    assert not any(p.env.module_requests.is_module_request(url, FETCH) for url in modules)


@pytest.mark.parametrize(
    "name",
    [
        "größe.js",
        "a b.js",
        "a%20b.js",
        "a#b.js",
        "日本/語.js",
        "a+b.js",
        "a&b=c.js",
        "a'b\".js",
        "a?b.js",
    ],
)
def test_any_file_name_can_be_imported_and_updated(project, name):
    specifier = "./" + name.replace("%", "%25").replace("#", "%23").replace("?", "%3F").replace(
        '"', '\\"'
    )
    p = project({"main.js": f'import "{specifier}"; {ACCEPT}', name: "export {}"})
    asked = p.fetch("/main.js")
    assert len(asked) == 2
    assert p.edit(name) == ["js /main.js"]
    assert len(p.fetch("/main.js")) == 2
    assert len([node for node in p.env.graph if node.file == str(p.root / name)]) == 1


def test_a_base_is_written_and_never_part_of_a_module_url(project):
    p = project(
        {
            "main.js": "import './a.js'; import.meta.hot.accept('./a.js'); import.meta.env.BASE_URL",
            "a.js": "",
        },
        base="/app/",
    )
    p.fetch("/app/main.js")
    code = p.get("/main.js")
    assert 'import "/app/a.js"' in code
    assert 'from "/app/@hmr/client"' in code
    assert '__vite__createHotContext("/main.js")' in code
    assert 'accept("/a.js")' in code
    assert '"BASE_URL": "/app/"' in code
    assert p.edit("a.js") == ["js /main.js via /a.js"]


def test_stylesheets_are_read_in_their_encoding(project):
    p = project({"a.css": ""})
    sheet = '@import "b.css"; p::before { content: "é" }'
    p.root.joinpath("a.css").write_bytes(sheet.encode("utf-16"))
    p.root.joinpath("b.css").write_bytes('@charset "koi8-r"; q { content: "я" }'.encode("koi8-r"))
    served = p.answer("/a.css?direct", "text/css").body.decode()
    assert "é" in served
    assert "я" in served


def test_a_file_that_is_truncated_just_before_it_is_read_is_read_again(project, monkeypatch):
    p = project({"main.js": "one"})
    real = transform.read_with_look
    writes = iter([lambda: p.write("main.js", "two")])

    def read(file):
        if (write := next(writes, None)) is not None:
            p.write("main.js", "")
            asyncio.get_running_loop().call_later(0.02, write)
        return real(file)

    monkeypatch.setattr(transform, "read_with_look", read)
    monkeypatch.setattr(truncated_file, "_LONGEST_S", 10.0)
    assert p.get("/main.js") == "two"
