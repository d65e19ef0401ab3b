"""The plugin protocol: order, hooks, errors."""

import pytest

from hmr_server.exceptions import TransformError
from hmr_server.plugins import Plugin, PluginError
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
    from hmr_client.payloads import Custom

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
