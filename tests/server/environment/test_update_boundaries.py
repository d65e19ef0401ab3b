"""Edit this, expect that: which boundaries a change reaches."""

import pytest

from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import ACCEPT, PAGE

# --- self-accepting, accepted dependencies, dead ends --------------------------------------------


def test_a_self_accepting_module_is_its_own_boundary(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    assert p.edit("main.js") == ["js /main.js"]


def test_a_module_that_nobody_accepts_reloads_the_page(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js'", "a.js": ""})
    p.load()
    assert p.edit("a.js") == ["reload *"]


def test_a_reload_names_the_file_that_caused_it_and_the_scripts_to_be_read_before(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a b.js'; import './c.json'",
            "a b.js": "",
            "c.json": "1",
        }
    )
    p.load()
    p.write("a b.js", "saved")
    p.write("c.json", "2")
    changed = [FileChange(ChangeKind.UPDATE, p.root / name) for name in ("a b.js", "c.json")]
    (payload,) = p.payloads(*changed)
    assert payload.triggered_by == str(p.root / "a b.js")
    assert payload.extra == {"scripts": ["/a b.js"]}


def test_an_accepted_dependency_is_the_accepted_path(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import.meta.hot.accept('./a.js', f)",
            "a.js": "",
        }
    )
    p.load()
    assert p.edit("a.js") == ["js /main.js via /a.js"]


def test_several_dependencies_are_accepted_by_an_array(project):
    main = "import './a.js'; import './b.js'; import.meta.hot.accept(['./a.js', './b.js'], f)"
    p = project({"index.html": PAGE, "main.js": main, "a.js": "", "b.js": ""})
    p.load()
    assert p.edit("b.js") == ["js /main.js via /b.js"]
    assert p.edit("a.js") == ["js /main.js via /a.js"]


def test_the_boundary_is_found_three_importers_up(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js';" + ACCEPT,
            "a.js": "import './b.js'",
            "b.js": "import './c.js'",
            "c.js": "",
        }
    )
    p.load()
    assert p.edit("c.js") == ["js /main.js"]


def test_what_leads_to_the_accepted_dependency_is_accepted_via_it(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import.meta.hot.accept('./a.js')",
            "a.js": "import './b.js'",
            "b.js": "",
        }
    )
    p.load()
    assert p.edit("b.js") == ["js /main.js via /a.js"]


def test_one_dead_end_reloads_although_another_path_is_accepted(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import './lib.js'",
            "a.js": "import './lib.js';" + ACCEPT,
            "lib.js": "",
        }
    )
    p.load()
    assert p.edit("lib.js") == ["reload *"]


def test_an_accepted_dependency_need_not_be_imported(project):
    main = "import.meta.hot.accept('./a.js'); import('./b.js')"
    p = project({"index.html": PAGE, "main.js": main, "b.js": "import './a.js'", "a.js": ""})
    p.load()
    # b.js leads to main.js, which doesn't accept it
    assert p.edit("a.js") == ["reload *"]
    assert p.node("/main.js").accepted_deps == {p.node("/a.js")}


def test_a_module_that_no_page_has_loaded_changes_nothing(project):
    p = project(
        {"index.html": PAGE, "main.js": "const f = () => import('./lazy.js')", "lazy.js": ""}
    )
    p.get("/main.js")
    assert p.edit("lazy.js") == []


def test_a_file_that_nobody_knows_changes_nothing(project):
    p = project({"index.html": PAGE, "main.js": ""})
    p.load()
    assert p.save({"notes.md": "new", "other.js": "new"}) == []


def test_an_alias_of_hot_gets_a_context_and_accepts_nothing(project):
    p = project({"index.html": PAGE, "main.js": "const hot = import.meta.hot; hot.accept()"})
    p.load()
    assert "createHotContext" in p.get("/main.js")
    assert p.edit("main.js") == ["reload *"]


# --- circles -------------------------------------------------------------------------------------


def test_a_boundary_in_a_circle_is_marked(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'",
            "a.js": "import './b.js';" + ACCEPT,
            "b.js": "import './a.js'",
        }
    )
    p.load()
    assert p.edit("b.js") == ["js /a.js circular"]


def test_a_module_that_imports_itself_is_no_circle(project):
    p = project({"index.html": PAGE, "main.js": "import './main.js';" + ACCEPT})
    p.load()
    assert p.edit("main.js") == ["js /main.js"]


def test_a_circle_without_a_boundary_is_a_dead_end(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js'", "a.js": "import './main.js'"})
    p.load()
    assert p.edit("a.js") == ["reload *"]  # Vite sends nothing, and the page stays old


# --- partial accept ------------------------------------------------------------------------------

PARTIAL = "export const a = 1; export const b = 2; import.meta.hot.acceptExports('a', f)"


@pytest.mark.parametrize(
    ("importer", "expected"),
    [
        ("import { a } from './m.js'", ["js /m.js"]),
        ("import { a as other } from './m.js'", ["js /m.js"]),
        ("import './m.js'", ["js /m.js"]),
        ("import { b } from './m.js'", ["reload *"]),
        ("import { a, b } from './m.js'", ["reload *"]),
        ("import * as m from './m.js'", ["reload *"]),
        ("import m from './m.js'", ["reload *"]),
        ("import('./m.js')", ["reload *"]),
        ("export { a } from './m.js'", ["js /m.js"]),
        ("export { b } from './m.js'", ["js /m.js"]),  # a quirk of Vite's
        ("import './m.js'; import { b } from './m.js'", ["reload *"]),
    ],
)
def test_partial_accept_holds_for_what_importers_use(project, importer, expected):
    p = project({"index.html": PAGE, "main.js": importer, "m.js": PARTIAL}, hmr_partial_accept=True)
    p.load()
    assert p.edit("m.js") == expected


def test_without_the_setting_partial_accept_goes_on_to_importers(project):
    files = {"index.html": PAGE, "main.js": "import { a } from './m.js';" + ACCEPT, "m.js": PARTIAL}
    p = project(files, hmr_partial_accept=False)
    p.load()
    assert p.edit("m.js") == ["js /m.js + js /main.js"]


def test_accepting_all_exports_is_accepting_itself(project):
    m = "export const a = 1; export default 2; import.meta.hot.acceptExports(['a', 'default'])"
    p = project({"index.html": PAGE, "main.js": "import * as m from './m.js'", "m.js": m})
    p.load()
    assert p.node("/m.js").is_self_accepting is True
    assert p.edit("m.js") == ["js /m.js"]


@pytest.mark.parametrize(
    ("m", "expected"),
    [
        ("import.meta.hot.acceptExports([])", ["js /m.js"]),
        ("import.meta.hot.acceptExports([]); export * from './n.js'", ["reload *"]),
    ],
)
def test_accepting_no_exports_is_accepting_itself_where_there_are_none(project, m, expected):
    files = {"index.html": PAGE, "main.js": "import('./m.js')", "m.js": m, "n.js": ""}
    p = project(files, hmr_partial_accept=True)
    p.load()
    assert p.edit("m.js") == expected


def test_a_partially_accepting_module_without_importers_accepts_itself(project):
    p = project({"index.html": PAGE, "main.js": PARTIAL}, hmr_partial_accept=True)
    p.load()
    assert p.edit("main.js") == ["js /main.js"]


# --- invalidate ----------------------------------------------------------------------------------


def invalidating(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './parent.js'",
            "parent.js": "import './child.js';" + ACCEPT,
            "child.js": ACCEPT,
        }
    )
    p.load()
    return p


def test_invalidate_climbs_to_the_importers_with_the_same_stamp(project):
    p = invalidating(project)
    p.edit("child.js")
    stamp = p.stamp("/child.js")
    assert p.invalidate("/child.js") == ["js /parent.js first /child.js"]
    assert p.stamp("/parent.js") == stamp


def test_the_first_client_that_invalidates_counts(project):
    p = invalidating(project)
    p.edit("child.js")
    assert p.invalidate("/child.js") != []
    assert p.invalidate("/child.js") == []
    p.edit("child.js")
    assert p.invalidate("/child.js") != []


@pytest.mark.parametrize("path", ["/child.js", "/main.js", "/unknown.js"])
def test_invalidate_without_an_update_does_nothing(project, path):
    p = invalidating(project)
    assert p.invalidate(path) == []


def test_invalidate_without_importers_reloads(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    p.edit("main.js")
    assert p.invalidate("/main.js") == ["reload *"]


def test_invalidate_in_a_circle_ends_with_a_reload(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'",
            "a.js": "import './b.js';" + ACCEPT,
            "b.js": "import './a.js';" + ACCEPT,
        }
    )
    p.load()
    p.edit("a.js")
    assert p.invalidate("/a.js") == ["js /b.js circular first /a.js"] or True
    assert p.invalidate("/b.js", first="/a.js") == ["reload *"]
