"""Pages as they are served."""

import pytest

from hmr_server.builtin_plugins.python import inline_script

CLIENT = '<script type="module" src="/@hmr/client"></script>'


@pytest.mark.parametrize(
    ("html", "served"),
    [
        ("<html><head><title>x</title></head>", f"<html><head>{CLIENT}<title>x</title></head>"),
        ("<p>x", f"{CLIENT}<p>x"),
        (
            '<head><script type="importmap">{}</script></head>',
            f'<head><script type="importmap">{{}}</script>{CLIENT}</head>',
        ),
        (
            '<head><script type="module" src="/@hmr/client" data-entry="/main.py"></script></head>',
            '<head><script type="module" src="/@hmr/client" data-entry="/main.py"></script></head>',
        ),
        ('<script type="module" src="/@vite/client"></script>', None),
    ],
)
def test_the_client_is_added_once(project, html, served):
    assert project({"index.html": html}).page() == (served or html)


def test_what_was_updated_is_stamped(project):
    html = (
        '<link rel="stylesheet" href="a.css"><link rel="stylesheet" href="/a.css?v=1"><script type="module" src="/main.js"></script>'
        '<script type="module" src="./other.js?x=1"></script><img src="logo.png?v=1"><img src="b.png">'
    )
    files = {
        "main.js": "import './logo.png?v=1'",
        "other.js": "",
        "a.css": "",
        "logo.png": "",
        "b.png": "",
    }
    p = project({"index.html": html, **files})
    p.load()
    assert p.page() == CLIENT + html
    p.save(dict.fromkeys(files, " "))
    stamp = p.stamp("/main.js")
    page = p.page()
    assert f'href="a.css?t={stamp}"' in page
    assert f'href="/a.css?v=1&amp;t={stamp}"' in page
    assert f'src="/main.js?t={stamp}"' in page
    assert f'src="./other.js?t={stamp}&amp;x=1"' in page
    assert f'src="logo.png?t={stamp}&amp;v=1"' in page
    assert 'src="b.png"' in page


@pytest.mark.parametrize(
    ("value", "url", "served"),
    [
        ("main.js", "/index.html", "main.js"),
        ("main.js", "/", "main.js"),
        ("./main.js", "/foo/", "/main.js"),
        ("main.js", "/foo/bar", "/main.js"),
        ("/main.js", "/foo/", "/main.js"),
        ("https://x.org/a.js", "/foo/", "https://x.org/a.js"),
        ("#x", "/foo/", "#x"),
    ],
)
def test_a_page_that_is_served_for_another_path_keeps_its_files(project, value, url, served):
    p = project({"index.html": f'<img src="{value}">'})
    assert p.page("/index.html", url) == f'{CLIENT}<img src="{served}">'


def test_a_base_is_put_before_root_absolute_urls(project):
    p = project(
        {"index.html": '<img src="/a.png"><img src="b.png"><img src="/app/c.png">'}, base="/app/"
    )
    client = CLIENT.replace("/@", "/app/@")
    assert p.page() == f'{client}<img src="/app/a.png"><img src="b.png"><img src="/app/c.png">'


def test_inline_module_scripts_become_modules(project):
    html = '<head></head><script type="module" async>\nimport "./a.js";\n</script>'
    p = project({"sub/page.html": html, "sub/a.js": ""})
    assert p.page("/sub/page.html") == (
        f'<head>{CLIENT}</head><script type="module" async '
        'src="/sub/page.html?html-proxy&amp;index=0.js">\n\n</script>'
    )
    assert p.get("/sub/page.html?html-proxy&index=0.js") == '\nimport "/sub/a.js";\n'


def test_an_inline_script_is_made_again_each_time_its_page_is_served(project):
    p = project({"index.html": '<script type="module">a</script>'})
    p.load()
    p.write("index.html", '<script type="module">b</script>')
    p.load()
    assert p.get("/index.html?html-proxy&index=0.js") == "b"


def test_an_inline_script_is_found_although_its_page_was_never_served(project):
    p = project({"index.html": '<script type="module">a</script>'})
    assert p.get("/index.html?html-proxy&index=0.js") == "a"


def test_inline_styles_are_transformed_and_watched(project):
    html = '<head></head><style media="print">@import "./b.css"; a{background:url(./i.png)}</style>'
    p = project({"sub/page.html": html, "sub/b.css": "b{}", "sub/i.png": ""})
    assert p.page("/sub/page.html") == (
        f'<head>{CLIENT}</head><style media="print">b{{}} a{{background:url("/sub/i.png")}}</style>'
    )
    p.edit("sub/b.css", "c{}")
    assert "c{}" in p.page("/sub/page.html")


def test_a_broken_inline_style_is_served_as_it_is_and_reported(project):
    p = project({"index.html": "<style>@import './none.css'</style>"})
    assert "<style>@import './none.css'</style>" in p.page()
    assert len(p.sent()) == 1


def test_a_page_in_an_old_encoding_is_served_as_utf_8(project):
    p = project({"index.html": "<p>größe".encode("cp1252")})
    assert p.page().endswith("<p>größe")


def test_a_page_that_is_gone_is_an_error_of_the_disk(project):
    with pytest.raises(FileNotFoundError):
        project({}).page()


def test_a_page_of_another_application_gets_client_and_stamps(project):
    p = project({"main.js": "x()"}, base="/app/")
    text = '<head></head><script type="module">inline()</script><script type="module" src="/main.js"></script>'
    p.get("/main.js")
    p.edit("main.js", "y()")
    client = CLIENT.replace("/@", "/app/@")
    page = p.runner.run(p.env.transform_html_text(text, "/users/1", again=True))
    assert page == (
        f'<head>{client}</head><script type="module">inline()</script>'
        f'<script type="module" src="/app/main.js?t={p.stamp("/main.js")}"></script>'
    )


INLINE = '<script type="py">\nprint("one")\n</script><script type="py" src="x.py"></script>'


def watch(p, number=0):
    p.env.registrations.register_python([inline_script(p.root / "index.html", number)])


def test_inline_python_is_told_its_name_and_line(project):
    page = project({"index.html": f"<p>\n{INLINE}"}).page(url="/other/")
    assert '<script data-hmr-source="/index.html#py-0:2" type="py">' in page
    assert page.count("data-hmr-source") == 1


def test_inline_python_that_a_page_runs_is_updated(project):
    p = project({"index.html": INLINE, "x.py": "", "other.html": INLINE})
    p.page()
    watch(p)
    assert p.edit("index.html", INLINE.replace("one", "two")) == ["py /index.html#py-0"]
    assert p.edit("index.html", INLINE.replace("one", "three")) == ["py /index.html#py-0"]
    assert p.edit("index.html", INLINE.replace('"py">', '"py" async>')) == [
        "reload /index.html",
        "py /index.html#py-0",
    ]
    assert p.edit("other.html", INLINE.replace("one", "two")) == ["reload /other.html"]


def test_inline_python_that_nobody_runs_is_a_reload(project):
    p = project({"index.html": INLINE * 2})
    p.page()
    watch(p, 1)
    assert p.edit("index.html", INLINE.replace("one", "two") + INLINE) == ["reload /index.html"]


def test_inline_python_of_a_page_that_was_not_served_is_a_reload(project):
    p = project({"index.html": INLINE})
    watch(p)
    assert p.edit("index.html", INLINE.replace("one", "two")) == ["reload /index.html"]


def test_inline_python_and_a_module_saved_together_are_one_payload(project):
    p = project({"index.html": INLINE, "x.py": ""})
    p.page()
    watch(p)
    p.env.registrations.register_python([p.root / "x.py"])
    files = {"index.html": INLINE.replace("one", "two"), "x.py": "1"}
    assert p.save(files) == ["py /index.html#py-0 + py /x.py"]
