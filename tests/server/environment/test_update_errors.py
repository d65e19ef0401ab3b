"""What a module with an error leads to, and its repair."""

import pytest

from hmr_client.wire.custom_events import ScriptErrorData
from hmr_server.exceptions import TransformError
from tests.server.project import ACCEPT, PAGE


def judge(p, path, line=1, column=7, message="SyntaxError: no"):
    """The browser has asked for a script, and says that it can't read it."""
    p.get(path)
    data = ScriptErrorData(path=path, message=message, line=line, column=column)
    payload = p.env.script_failed(data)
    assert payload is not None
    return payload.err


def test_a_syntax_error_is_shown_with_place_and_frame_once_the_browser_says_so(project):
    p = project({"main.js": "const a = 1;\nconst = 3;\n"})
    assert p.get("/main.js") == "const a = 1;\nconst = 3;\n"
    assert p.sent() == []
    details = judge(p, "/main.js", 2, 7, "SyntaxError: Unexpected token '='")
    assert details.message == "SyntaxError: Unexpected token '='."
    assert (details.loc.line, details.loc.column) == (2, 6)
    assert details.loc.file == str(p.root / "main.js")
    assert details.frame == "1  |  const a = 1;\n2  |  const = 3;\n   |        ^\n3  |"


def test_the_message_says_why_where_the_browser_does_not(project):
    p = project({"main.js": 'const a = "x;\nf()'})
    details = judge(p, "/main.js", 1, 11, "SyntaxError: Invalid or unexpected token")
    assert (
        details.message == "SyntaxError: Invalid or unexpected token. The string is never closed."
    )


def test_the_place_in_the_first_line_is_the_one_on_disk(project):
    p = project({"main.js": "import.meta.hot; const = 3\n", "a.ts": "const a: number = 1"})
    served = p.get("/main.js").partition("\n")[0]
    details = judge(p, "/main.js", 1, served.index("= 3") + 1)
    assert details.frame.split("\n")[1].index("^") == "1  |  import.meta.hot; const = 3".index(
        "= 3"
    )
    assert "has to be compiled" in judge(p, "/a.ts").message


def test_a_page_can_report_only_what_it_has_got(project):
    p = project({"main.js": ""})
    data = ScriptErrorData(path="/main.js", message="SyntaxError: no", line=1, column=1)
    assert p.env.script_failed(data) is None


def test_a_module_that_was_fine_recovers_by_an_update(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    assert p.edit("main.js", "const = 3;" + ACCEPT) == ["js /main.js"]
    judge(p, "/main.js")
    assert p.edit("main.js", ACCEPT) == ["js /main.js"]


@pytest.mark.parametrize(
    "broken", ["import './x.css", "const = import.meta", "`", "import './x.css'; f(", "/*"]
)
def test_a_text_with_an_error_takes_nothing_from_the_page(project, broken):
    """The page runs the old code still: its stylesheet stays, and so does its boundary."""
    main = "import './x.css'; import.meta.hot.accept('./dep.js'); import './dep.js';" + ACCEPT
    p = project({"index.html": PAGE, "main.js": main, "x.css": "", "dep.js": ""})
    p.load()
    assert p.edit("main.js", broken) == ["js /main.js"]
    judge(p, "/main.js")
    assert p.sent() == []
    assert p.edit("main.js", main) == ["js /main.js"]
    p.load()
    assert p.edit("dep.js") == ["js /main.js via /dep.js"]
    p.load()
    p.edit("main.js", ACCEPT)
    p.get("/main.js")
    assert "prune /x.css /dep.js" in p.sent()


def test_a_module_that_was_broken_when_the_page_loaded_reloads_it_when_mended(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": "const = 3"})
    p.load()
    judge(p, "/a.js")
    assert p.edit("a.js", "const a = 3") == ["reload *"]
    p.load()
    assert p.edit("a.js", "const a = 4") == ["js /main.js"]


def test_a_new_import_that_is_broken_updates_the_running_boundary_when_mended(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    p.save({"main.js": "import './a.js';" + ACCEPT, "a.js": "const = 3"})
    p.get("/main.js")
    judge(p, "/a.js")
    assert p.edit("a.js", "const a = 3") == ["js /main.js"]


def test_a_page_that_is_loaded_while_a_module_is_broken_reloads_when_it_is_mended(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    p.edit("a.js", "const = 3")
    p.load()
    judge(p, f"/a.js?t={p.stamp('/a.js')}")
    assert p.edit("a.js", "const a = 3") == ["reload *"]


def test_an_unresolved_import_when_the_page_loads_reloads_it_when_the_file_comes(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT})
    with pytest.raises(TransformError):
        p.load()
    assert p.save({"a.js": ""}) == ["reload *"]


def test_an_error_says_each_time_what_is_wrong(project):
    p = project({"main.js": "import './none.js'"})
    for _ in range(2):
        with pytest.raises(TransformError):
            p.get("/main.js")
    assert len(p.sent()) == 2


def test_a_file_that_is_not_text_is_left_to_the_browser(project):
    p = project({"main.js": b"// \xfc\n1", "a.css": b"a::after { content: '\xfc' }"})
    assert p.get("/main.js") == "// \ufffd\n1"
    assert p.get("/a.css", "text/css") == "a::after { content: 'ü' }"
