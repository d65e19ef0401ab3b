"""Texts that are nearly programs: pieces of a language, in any order, with anything between."""

from collections.abc import Sequence

from hypothesis import strategies as st

JAVASCRIPT = (
    *(
        "import ",
        "export ",
        "default ",
        "from ",
        "'./a.js'",
        '"b"',
        "`c`",
        "* as x",
        "{ y, z as w }",
    ),
    *("import(", "import.meta", ".hot", ".accept(", "with { type: 'json' }", "async ", "await "),
    *(
        "function f() {",
        "class A {",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "=>",
        ";",
        "\n",
        "//",
        "/*",
        "*/",
    ),
    *("${", "`", "'", '"', "\\", "/re/g", "0x", "#!", "<!--", "-->", "\u2028", "\ufeff", "\0", "é"),
)
CSS = (
    *("@import ", "url(", ")", "'a.css'", '"b.css"', "layer(x)", "supports(", "@media ", "{", "}"),
    *(":global(", ":local", ".a", "#b", "composes: c from 'd.css';", "--x:", ";", "/*", "*/", "\\"),
    *(
        "@layer ",
        "@charset ",
        "image-set(",
        "\\26 ",
        "\n",
        "\0",
        "\ufeff",
        "<!--",
        "é",
        "{{",
        "(((",
    ),
)
HTML = (
    *(
        "<!doctype html>",
        "<html>",
        "<head>",
        "</head>",
        "<body ",
        "<script",
        "</script>",
        "<style>",
    ),
    *("</style>", " src=", " href='a'", ' type="module"', " type=importmap", " nonce=x", ">", "/>"),
    *('{"imports": {"a": "b"}}', "<py-script>", "</py-script>", "<!--", "-->", "<![CDATA[", "]]>"),
    *("<title>", "</title>", "<textarea>", "&amp;", "&#0;", "&#x110000;", "<svg>", "<template>"),
    *("<img src=x>", "<link rel=stylesheet href=a>", "<", "</", "\0", "\n", "'", '"', "=", "é"),
)
PYTHON = (
    *(
        "import a",
        "from . import b",
        "from a import *",
        "def f(x=1):",
        "    return x",
        "class A(B):",
    ),
    *(
        "    def m(self):",
        "        pass",
        "async def g():",
        "    await x",
        "x = 1",
        "x: int",
        "y = [x]",
    ),
    *(
        "@decorated",
        "if x:",
        "    y = 2",
        "else:",
        "    z = 3",
        "try:",
        "except E:",
        "with a as b:",
    ),
    *("lambda: x", "'''", '"', "#", "\\", "    ", "\t", "\n", "\n\n", "match x:", "    case _:"),
    *(
        "type T = int",
        "del x",
        "global x",
        "print(x)",
        "\0",
        "\ufeff",
        "é = 1",
        "f'{x}'",
        "((((",
        "*",
    ),
)


def pieces(vocabulary: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts of these pieces, of lines of them, and of what else there is."""
    piece = st.sampled_from(vocabulary)
    anything = st.text(max_size=8)
    return st.lists(piece | piece.map("{}\n".format) | anything, max_size=40).map("".join)
