"""The plugin protocol: order, hooks, errors."""

import asyncio
import base64
import json
from pathlib import Path

import pytest

from hmr_server.environment.plugin_container import PluginContainer
from hmr_server.exceptions import TransformError
from hmr_server.plugins import (
    HotUpdateContext,
    HtmlTag,
    Plugin,
    PluginContext,
    PluginError,
    TagPlace,
    Transformed,
)
from hmr_server.watch.file_change import ChangeKind
from tests.server.project import ACCEPT


class Mark(Plugin):
    """Appends its name."""

    def __init__(self, name, enforce=None):
        self.name = name
        self.enforce = enforce

    def transform(self, context, code, id):
        return f"{code}/*{self.name}*/"


def test_plugins_are_asked_in_their_order(project):
    plugins = [Mark("post", "post"), Mark("normal"), Mark("pre", "pre"), Mark("normal2")]
    p = project({"main.js": "x", "a.css": "a{}"}, plugins=plugins)
    assert p.get("/main.js") == "x/*pre*//*normal*//*normal2*//*post*/"
    code = p.get("/a.css")
    assert 'css = "a{}/*pre*//*normal*//*normal2*/"' in code  # stylesheets until here
    assert code.endswith("/*post*/")  # JavaScript from there on


def test_the_first_answer_counts(project):
    class Answer(Plugin):
        def __init__(self, text, enforce=None):
            self.text = text
            self.enforce = enforce

        def resolve_id(self, context, specifier, importer):
            return f"\0{self.text}" if specifier == "virtual:x" else None

        async def load(self, context, id):
            return f"export default '{self.text}'" if id.startswith("\0") else None

    p = project({"main.js": "import 'virtual:x'"}, plugins=[Answer("b"), Answer("a", "pre")])
    assert p.get("/main.js") == 'import "/@id/__x00__a"'
    assert p.get("/@id/__x00__a") == "export default 'a'"


def test_a_compiler_is_a_plugin(project):
    class Upper(Plugin):
        """Compiles a language whose keywords are shouted."""

        name = "shout"

        def transform(self, context, code, id):
            if not id.endswith(".shout"):
                return None
            for number, line in enumerate(code.split("\n"), 1):
                if "whisper" in line:
                    context.error("Louder!", line=number, column=line.index("whisper"))
            return code.lower()

    files = {"index.html": '<script type="module" src="/main.js"></script>',
             "main.js": "import './a.shout';" + ACCEPT, "a.shout": "IMPORT './b.js'", "b.js": ""}  # fmt: skip
    p = project(files, plugins=[Upper()])
    p.load()
    assert p.get("/a.shout?import") == 'import "/b.js"'
    assert p.edit("b.js") == ["js /main.js"]
    assert p.edit("a.shout", "LET A\n  whisper") == ["js /main.js"]
    with pytest.raises(TransformError) as caught:
        p.get("/a.shout?import")
    details = caught.value.details
    assert (details.message, details.plugin, details.loc.line, details.loc.column) == (
        "Louder!",
        "shout",
        2,
        2,
    )
    assert details.frame == "1  |  LET A\n2  |    whisper\n   |    ^"
    assert p.edit("a.shout", "LET A") == ["js /main.js"]


@pytest.mark.parametrize("hook", ["resolve_id", "load", "transform"])
def test_a_plugin_that_raises_is_named(project, hook):
    def fail(*_):
        raise KeyError("oops")

    plugin = type("Faulty", (Plugin,), {hook: fail})()
    p = project({"main.js": "import './a.js'", "a.js": ""}, plugins=[plugin])
    with pytest.raises(TransformError) as caught:
        p.get("/main.js")
    details = caught.value.details
    assert details.message == f"The plugin \"Faulty\" failed in {hook}(): KeyError: 'oops'"
    assert details.plugin == "Faulty"
    assert "at fail" in details.stack or "fail (" in details.stack


def test_an_error_of_a_plugin_can_be_in_another_file(project):
    class Includes(Plugin):
        def transform(self, context, code, id):
            raise PluginError("wrong", line=2, column=1, file="/x/inc.txt", source="one\ntwo")

    p = project({"main.js": "x"}, plugins=[Includes()])
    with pytest.raises(TransformError) as caught:
        p.get("/main.js")
    assert caught.value.details.loc.file == "/x/inc.txt"
    assert caught.value.details.frame == "1  |  one\n2  |  two\n   |   ^"


def test_hot_updates_can_be_narrowed_widened_and_handled(project):
    class Handler(Plugin):
        result = None
        seen = ()

        async def handle_hot_update(self, context):
            self.seen = (
                context.file.name,
                context.kind.value,
                [m.url for m in context.modules],
                context.read(),
            )
            return self.result

    plugin = Handler()
    p = project(
        {"main.js": "import './a.js';" + ACCEPT, "a.js": "", "data.txt": ""}, plugins=[plugin]
    )
    p.fetch("/main.js")
    assert p.edit("a.js", "new") == ["js /main.js"]
    assert plugin.seen == ("a.js", "update", ["/a.js"], "new")
    plugin.result = []
    assert p.edit("a.js") == []
    plugin.result = [p.node("/a.js")]
    assert p.edit("data.txt") == ["js /main.js"]


def test_a_failing_hot_update_hook_is_an_error_and_the_rest_is_told(project):
    class Faulty(Plugin):
        def handle_hot_update(self, context):
            if context.file.suffix == ".txt":
                raise RuntimeError("oops")

    p = project({"main.js": ACCEPT, "data.txt": ""}, plugins=[Faulty()])
    p.fetch("/main.js")
    error, update = p.save({"data.txt": "new", "main.js": ACCEPT + "//"})
    assert error.startswith('error The plugin "Faulty" failed in handle_hot_update()')
    assert update == "js /main.js"


def test_a_plugin_can_send_from_a_hot_update(project):
    from hmr_client.wire.payloads import Custom

    class Sends(Plugin):
        def handle_hot_update(self, context):
            context.send(Custom(event="x", data=1))
            return []

    p = project({"main.js": ACCEPT}, plugins=[Sends()])
    p.fetch("/main.js")
    p.write("main.js", "new()")
    from hmr_server.watch.file_change import ChangeKind, FileChange

    assert p.payloads(FileChange(ChangeKind.UPDATE, p.root / "main.js")) == [
        Custom(event="x", data=1)
    ]


def test_resolving_for_a_plugin_asks_all(project):
    class Inline(Plugin):
        async def transform(self, context, code, id):
            found = await context.resolve("./a", id) if id.endswith("main.js") else None
            return f"// {found}" if found else None

    p = project({"main.js": "x", "a.js": ""}, plugins=[Inline()])
    assert p.get("/main.js") == f"// {p.root}/a.js"


def test_a_module_is_reloaded_on_demand(project):
    p = project({"main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.fetch("/main.js")
    p.runner.run(p.env.updates.reload_module(p.node("/a.js")))
    assert p.sent() == ["js /main.js"]


def test_a_plugin_asks_the_others_while_it_resolves(project):
    class Alias(Plugin):
        """Names files of `lib/` with a sign in front; what is there is for the others to say."""

        def __init__(self, sign):
            self.sign = sign

        async def resolve_id(self, context, specifier, importer):
            return await context.resolve(specifier.replace(self.sign, "/lib/"), importer)

    files = {"main.js": "import '~a.js'; import '!a.js'", "lib/a.js": ""}
    p = project(files, plugins=[Alias("~"), Alias("!")])
    assert p.get("/main.js") == 'import "/lib/a.js"; import "/lib/a.js"'


@pytest.mark.parametrize(
    ("hook", "result", "named"),
    [
        ("resolve_id", 1, "returned int from resolve_id(), where a str or None"),
        ("load", b"code", "returned bytes from load(), where a str, a Transformed or None"),
        ("transform", ["code"], "returned list from transform(), where a str, a Transformed"),
        ("handle_hot_update", "no modules", "returned str from handle_hot_update(), where"),
        (
            "transform_index_html",
            3,
            "returned int from transform_index_html(), where a str, a list",
        ),
        ("transform_index_html", ["x"], "returned str from transform_index_html()"),
    ],
)
def test_a_hook_that_returns_a_wrong_type_is_named(hook, result, named):
    wrong = type("Wrong", (Plugin,), {hook: lambda self, *_: result})()
    container = PluginContainer([wrong])
    arguments = {
        "resolve_id": (PluginContext(None), "x", None),
        "load": (PluginContext(None), "x"),
        "transform": (PluginContext(None), "code", "x"),
        "handle_hot_update": (HotUpdateContext(Path("x"), ChangeKind.UPDATE, 1, (), None),),
        "transform_index_html": ("<p>", "/"),
    }
    with pytest.raises(TransformError) as caught:
        asyncio.run(getattr(container, hook)(*arguments[hook]))
    assert caught.value.details.message.startswith('The plugin "Wrong" ' + named)
    assert caught.value.details.plugin == "Wrong"


def test_a_page_gets_what_plugins_add(project):
    class Tags(Plugin):
        async def transform_index_html(self, html, url):
            return [
                HtmlTag("meta", {"name": "page", "content": f'"{url}"'}),
                HtmlTag("script", {"src": "/a.js", "defer": True}, place=TagPlace.BODY_END),
            ]

    class Words(Plugin):
        def transform_index_html(self, html, url):
            return html.replace("one", "two")

    p = project({"index.html": "<head></head><body>one</body>"}, plugins=[Tags(), Words()])
    page = p.page()
    assert '<meta name="page" content="&quot;/index.html&quot;">' in page
    assert page.endswith('two<script src="/a.js" defer></script></body>')


def test_source_maps_of_plugins_are_chained_and_served(project):
    """The second plugin's map leads into the first one's code, and that to the file."""

    class Lines(Plugin):
        """Puts lines in front, and says so."""

        def __init__(self, count):
            self.count = count

        def transform(self, context, code, id):
            mappings = ";" * self.count + "AAAA" + ";AACA" * code.count("\n")
            return Transformed(
                "//\n" * self.count + code,
                {"version": 3, "sources": ["main.js"], "names": [], "mappings": mappings},
            )

    p = project({"main.js": "one()\ntwo()"}, plugins=[Lines(1), Lines(2)])
    code, _, comment = p.get("/main.js").rpartition("//# sourceMappingURL=")
    assert code == "//\n//\n//\none()\ntwo()\n"
    source_map = json.loads(base64.b64decode(comment.partition("base64,")[2]))
    assert source_map["mappings"] == ";;;AAAA;AACA"
    assert source_map["sources"] == ["main.js"]
