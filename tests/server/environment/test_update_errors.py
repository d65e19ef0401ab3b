"""What a module with an error leads to, and its repair."""

import pytest

from hmr_server.exceptions import TransformError
from tests.server.project import ACCEPT, PAGE


def test_a_syntax_error_is_sent_with_place_and_frame(project):
    p = project({"main.js": "const a = 1;\nconst = 3;\n"})
    with pytest.raises(TransformError) as caught:
        p.get("/main.js")
    details = caught.value.details
    assert (details.loc.line, details.loc.column) == (2, 6)
    assert details.loc.file == str(p.root / "main.js")
    assert details.frame == "1  |  const a = 1;\n2  |  const = 3;\n   |        ^\n3  |"
    assert p.sent() == ['error Unexpected "="']


def test_a_module_that_was_fine_recovers_by_an_update(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    assert p.edit("main.js", "const = 3;" + ACCEPT) == ["js /main.js"]
    with pytest.raises(TransformError):
        p.get("/main.js")
    assert p.edit("main.js", ACCEPT) == ["js /main.js"]


def test_a_module_that_was_broken_when_the_page_loaded_reloads_it_when_mended(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": "const = 3"})
    with pytest.raises(TransformError):
        p.load()
    assert p.edit("a.js", "const a = 3") == ["reload *"]
    p.load()
    assert p.edit("a.js", "const a = 4") == ["js /main.js"]


def test_a_new_import_that_is_broken_updates_the_running_boundary_when_mended(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    p.save({"main.js": "import './a.js';" + ACCEPT, "a.js": "const = 3"})
    p.get("/main.js")
    with pytest.raises(TransformError):
        p.get("/a.js")
    assert p.edit("a.js", "const a = 3") == ["js /main.js"]


def test_a_page_that_is_loaded_while_a_module_is_broken_reloads_when_it_is_mended(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    p.edit("a.js", "const = 3")
    with pytest.raises(TransformError):
        p.load()
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


def test_a_file_that_is_not_text_says_so(project):
    p = project({"main.js": b"\xff\xfe\x00"})
    with pytest.raises(TransformError, match="not UTF-8"):
        p.get("/main.js")
