"""Stylesheets as links and as modules."""

import pytest

from hmr_server.exceptions import TransformError


def test_a_stylesheet_by_link_and_by_import(project):
    p = project({"sub/a.css": 'a{content:"\\201c"}'})
    assert p.answer("/sub/a.css", "text/css,*/*;q=0.1").content_type == "text/css; charset=utf-8"
    assert p.get("/sub/a.css", "text/css,*/*;q=0.1") == 'a{content:"\\201c"}'
    code = p.get("/sub/a.css")
    assert code.startswith(
        'import { createHotContext as __vite__createHotContext } from "/@hmr/client";'
    )
    assert code.split(";", 2)[2] == (
        "import { updateStyle as __vite__updateStyle, removeStyle as __vite__removeStyle } "
        'from "/@hmr/client"\n'
        f'const __vite__id = "{p.root}/sub/a.css"\n'
        'const __vite__css = "a{content:\\"\\\\201c\\"}"\n'
        "__vite__updateStyle(__vite__id, __vite__css)\n"
        "import.meta.hot.accept()\n"
        "import.meta.hot.prune(() => __vite__removeStyle(__vite__id))\n"
    )


def test_a_stylesheet_under_a_base(project):
    p = project({"a.css": "a{b:url(i.png)}", "i.png": ""}, base="/app/")
    code = p.get("/a.css")
    assert 'from "/app/@hmr/client"\n' in code
    assert 'url(\\"/app/i.png\\")' in code


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("url(i.png)", 'url("/css/i.png")'),
        ("url('./i.png')", 'url("/css/i.png")'),
        ("url(../other/i.png?x=1#y)", 'url("/other/i.png?x=1#y")'),
        ("url(i.svg#part)", 'url("/css/i.svg#part")'),
        ("url(/css/i.png)", 'url("/css/i.png")'),
        ("url(none.png)", 'url("/css/none.png")'),
        ("url(/none.png)", 'url("/none.png")'),
        ("url(#x)", 'url("#x")'),
        ("url(https://x.org/i.png)", 'url("https://x.org/i.png")'),
        ("url(//x.org/i.png)", 'url("//x.org/i.png")'),
        ("url(data:image/png;base64,AA)", 'url("data:image/png;base64,AA")'),
        ("url('größe x.png')", 'url("/css/gr%C3%B6%C3%9Fe%20x.png")'),
        ("url()", 'url("")'),
    ],
)
def test_urls_become_absolute(project, url, expected):
    files = ["css/i.png", "css/i.svg", "other/i.png", "css/größe x.png"]
    p = project({"css/a.css": f"a{{b:{url}}}", **dict.fromkeys(files, "")})
    assert p.get("/css/a.css", "text/css") == f"a{{b:{expected}}}"


def test_an_updated_file_is_stamped_in_its_url(project):
    p = project({"a.css": "a{b:url(i.png?x=1)}", "i.png": ""})
    p.get("/a.css", "text/css")
    assert p.edit("i.png") == ["css /a.css?direct"]
    (entry,) = p.env.graph.get_by_file(str(p.root / "i.png"))
    url = f"/i.png?t={entry.last_hmr_timestamp}&x=1"
    assert p.get("/a.css", "text/css") == f'a{{b:url("{url}")}}'


def test_imports_are_put_in_place(project):
    p = project(
        {
            "a.css": "@charset \"utf-8\";@import 'sub/b.css' screen;@import 'https://x.org/x.css';a{}",
            "sub/b.css": "@import './c.css' layer(l);b{c:url(i.png)}",
            "sub/c.css": "@import '../a.css';c{}",
            "sub/i.png": "",
        }
    )
    assert p.get("/a.css", "text/css") == (
        "@import 'https://x.org/x.css';\n"
        '@media screen{@layer l{c{}\n}b{c:url("/sub/i.png")}\n}a{}'
    )


def test_a_missing_import_is_an_error_and_recovers(project):
    page = '<link rel="stylesheet" href="/a.css">'
    p = project({"index.html": page, "a.css": "a{}\n  @import './b.css';"})
    with pytest.raises(TransformError) as caught:
        p.load()
    details = caught.value.details
    assert (
        details.message == 'Failed to resolve import "./b.css" from "a.css". Does the file exist?'
    )
    assert (details.plugin, details.loc.line, details.loc.column) == ("hmr:css", 2, 2)
    assert details.loc.file == str(p.root / "a.css")
    assert p.save({"b.css": "b{}"}) == ["reload *"]
    assert "b{}" in p.get("/a.css", "text/css")


def test_a_missing_import_in_an_imported_sheet_names_that_sheet(project):
    p = project({"a.css": "@import './b.css';", "b.css": "\n@import './c.css';"})
    with pytest.raises(TransformError) as caught:
        p.get("/a.css")
    details = caught.value.details
    assert (details.loc.file, details.loc.line) == (str(p.root / "b.css"), 2)
    assert details.frame.startswith("1  |\n2  |  @import './c.css';\n   |  ^")


def test_a_css_module_exports_its_names(project):
    p = project({"a.module.css": ".card{} .two-words{}"})
    code = p.get("/a.module.css")
    assert 'export const card = "_card_' in code
    assert '"two-words": "_two-words_' in code
    assert "hot.accept()" not in code
    assert "hot.prune(" in code


def test_names_of_another_css_module_are_a_dependency(project):
    p = project(
        {"main.js": "import './a.module.css'; import.meta.hot.accept()", "b.module.css": ".b{}",
         "a.module.css": ".a{composes: b from './b.module.css'}"}
    )  # fmt: skip
    p.fetch("/main.js")
    assert p.edit("b.module.css", ".b{x:y}") == ["js /main.js"]
    assert "{x:y}" in p.get("/a.module.css")


@pytest.mark.parametrize(
    ("query", "expected"),
    [("?inline", 'export default "a{}";\n'), ("?raw", 'export default "a{}";\n'),
     ("?url", 'export default "/a.css";\n')],
)  # fmt: skip
def test_a_stylesheet_as_text_or_url(project, query, expected):
    assert project({"a.css": "a{}"}).get(f"/a.css{query}") == expected
