"""Files whose names mean something in URLs or in quotes: their saves arrive like all others."""

from urllib.parse import quote

from e2e.harness.project import html

NAMES = [
    "a?b",
    "a#b",
    "%41",
    "50%",
    "with space",
    "it\"s 'so'",
    "a&b=c",
    "ünïcode",
    "a+b",
    "x;y,z",
    "[id]",
]


def url(name: str) -> str:
    return quote(f"/{name}")


def test_odd_names_are_pushed_and_applied(project, serve, open_page):
    linked = "".join(f'<link rel="stylesheet" href="{url(name)}.css" />' for name in NAMES)
    scripts = tuple(f"{url(name)}.js" for name in NAMES)
    project.create(
        {
            "index.html": html(
                head=linked,
                body="".join(f'<p id="n{number}"></p>' for number in range(len(NAMES))),
                modules=(*scripts, "/importer.js"),
            ),
            "importer.js": "".join(f'import ".{url(name)}.css?inline";\n' for name in NAMES)
            + "".join(
                f'import imported{number} from ".{url(name)}.json";\n'
                for number, name in enumerate(NAMES)
            )
            + "window.imported = ["
            + ", ".join(f"imported{number}.value" for number in range(len(NAMES)))
            + "];\nimport.meta.hot.accept();\n",
        }
        | {
            f"{name}.js": f"(window.ran ??= {{}})[{number}] = 'one';\nimport.meta.hot.accept();\n"
            for number, name in enumerate(NAMES)
        }
        | {
            f"{name}.css": f"#n{number} {{ color: rgb(1, 0, 0); }}\n"
            for number, name in enumerate(NAMES)
        }
        | {f"{name}.json": '{ "value": "one" }\n' for name in NAMES}
    )
    page = open_page(serve(project).url)
    for number, name in enumerate(NAMES):
        page.wait_for(f"window.ran?.[{number}] === 'one'")
        page.css(f"#n{number}", "color", "rgb(1, 0, 0)")
        project.edit(f"{name}.js", "one", "two")
        page.wait_for(f"window.ran[{number}] === 'two'")
        project.edit(f"{name}.css", "rgb(1,", "rgb(2,")
        page.css(f"#n{number}", "color", "rgb(2, 0, 0)")
        project.edit(f"{name}.json", "one", "two")
        page.wait_for(f"window.imported[{number}] === 'two'")
    page.assert_not_reloaded()
