"""What a build reads of pages and scripts."""

from dataclasses import replace
from pathlib import Path

import pytest

from hmr_server.build.output import BuildError
from hmr_server.build.site import build
from hmr_server.config import load_config
from hmr_server.plugins import Plugin

CLIENT = '<script type="module" src="/@hmr/client" data-entry="/main.py"></script>'


def built(root: Path, files: dict[str, str], plugins=()):
    for name, text in files.items():
        (root / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "project" / name).write_text(text)
    return build(replace(load_config(root / "project")), root / "out", None, plugins)


@pytest.mark.parametrize(
    "files",
    [
        {"index.html": f"<!-- <script src='/@hmr/client' data-entry='/old.py'></script> -->{CLIENT}"},
        {"index.html": CLIENT + '<textarea><script src="/@hmr/client" data-entry="/old.py"></script></textarea>'},
        {
            "index.html": CLIENT + '<script type="module" src="w.js"></script>',
            "w.js": 'import { start } from "/@hmr/client";\n// start("/old.py")\n/* attach(p, { entry: "/old.py" }) */',
        },
        {
            "index.html": CLIENT + '<script type="module" src="w.js"></script>',
            "w.js": 'import { start } from "/@hmr/client";\nconst help = \'start("/old.py")\';',
        },
    ],
)  # fmt: skip
def test_what_is_commented_out_starts_nothing(tmp_path, files):
    result = built(tmp_path, {**files, "main.py": "print(1)"})
    assert result.entries == ["/main.py"]


@pytest.mark.parametrize(
    ("call", "packages"),
    [
        ('start("/main.py")', []),
        ("await start('/main.py', { packages: ['rich', `attrs`] })", ["rich", "attrs"]),
        ('hmr.start("/main.py", /* why */ { "packages": ["rich"] })', ["rich"]),
        ('attach(pyodide, { packages: ["rich"], entry: "/main.py" })', ["rich"]),
    ],
)
def test_calls_of_the_client_name_programs(tmp_path, call, packages):
    files = {
        "index.html": '<script type="module" src="w.js"></script>',
        "w.js": f'import * as hmr from "/@hmr/client";\nimport {{ start, attach }} from "/@hmr/client";\n{call};',
        "main.py": "print(1)",
    }
    assert built(tmp_path, files).entries == ["/main.py"]
    script = next((tmp_path / "out").rglob("client.js")).read_text()
    for name in packages:
        assert f'"{name}"' in script


@pytest.mark.parametrize(
    ("page", "is_copied"),
    [
        ('<script>fetch("app.py")</script>', True),
        ("<script>fetch(`${base}/app.py`)</script>", True),
        ('<a href="app.py">source</a>', True),
        ('<script type="py" src="app.py"></script>', True),
        ("<py-script>import app</py-script>", True),
        ('<!-- fetch("app.py") -->', False),
        ('<script>// fetch("app.py")\n</script>', False),
        ("<p>We wrote app.py once.</p>", False),
    ],
)
def test_python_that_a_page_fetches_itself_is_copied(tmp_path, page, is_copied):
    built(tmp_path, {"index.html": page, "app.py": "print(1)"})
    assert (tmp_path / "out" / "app.py").exists() is is_copied


def test_the_client_s_tag_goes_or_names_the_built_script(tmp_path):
    built(tmp_path, {"index.html": f"<p>a</p>\n{CLIENT}\n<p>b</p>", "other.html": '<script src="/@hmr/client"></script>\n<p>c</p>', "main.py": ""})  # fmt: skip
    page = (tmp_path / "out" / "index.html").read_text()
    assert "/@hmr/client" not in page
    assert 'data-entry="/main.py"' in page
    assert page.startswith("<p>a</p>\n<script")
    assert page.endswith("</script>\n<p>b</p>")
    assert (tmp_path / "out" / "other.html").read_text() == "<p>c</p>"


class Shout(Plugin):
    """Compiles `.shout`, has a virtual module, and adds a line to each page."""

    def resolve_id(self, context, specifier, importer):
        return "\0words" if specifier == "virtual:words" else None

    async def load(self, context, id):
        return "export const words = 'made'" if id == "\0words" else None

    def transform(self, context, code, id):
        if "WRONG" in code:
            context.error("too loud", line=1)
        return code.lower() if id.endswith(".shout") else None

    def transform_index_html(self, html, url):
        return html + f"<!-- {url} -->"


def test_plugins_make_the_modules_of_a_build(tmp_path):
    files = {
        "index.html": '<script type="module" src="main.shout"></script>'
        '<script type="module">import "./b.js"; import "virtual:words"</script>',
        "main.shout": "IMPORT './DIR/A.SHOUT'; IMPORT './b.js'; IMPORT 'virtual:words'",
        "dir/a.shout": "IMPORT '../main.shout'",
        "b.js": "export const b = 1",
        "sub/page.html": "<p>",
    }
    built(tmp_path, files, [Shout()])
    out = tmp_path / "out"
    [virtual] = (out / "assets").glob("module-*.js")
    assert virtual.read_text() == "export const words = 'made'"
    page = (out / "index.html").read_text()
    assert '<script type="module" src="/main.shout.js"></script>' in page
    assert f'import "/b.js"; import "/assets/{virtual.name}"' in page
    assert page.endswith("<!-- /index.html -->")
    assert (out / "sub/page.html").read_text() == "<p><!-- /sub/page.html -->"
    assert (out / "main.shout.js").read_text() == (
        f'import "/dir/a.shout.js"; import "/b.js"; import "/assets/{virtual.name}"'
    )
    assert (out / "dir/a.shout.js").read_text() == 'import "/main.shout.js"'


def test_a_plugin_that_fails_ends_the_build_and_names_the_place(tmp_path):
    files = {"index.html": '<script type="module" src="a.shout"></script>', "a.shout": "WRONG"}
    with pytest.raises(BuildError, match=r"a\.shout:1: too loud"):
        built(tmp_path, files, [Shout()])
