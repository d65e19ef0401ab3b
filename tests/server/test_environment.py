"""Edit this, expect that: one test for each fact of how files become payloads."""

from pathlib import Path

import pytest

from hmr_server.exceptions import ModuleNotFound, OutdatedRequest, TransformError
from hmr_server.file_change import ChangeKind, FileChange
from hmr_server.project_files import DataFile
from tests.server.project import stamped

PAGE = '<!doctype html><html><head></head><body><script type="module" src="/main.js"></script>'
ACCEPT = "import.meta.hot.accept();"


# --- self-accepting, accepted dependencies, dead ends ----------------------------------------------


def test_a_self_accepting_module_is_its_own_boundary(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    assert p.edit("main.js") == ["js /main.js"]


def test_a_module_that_nobody_accepts_reloads_the_page(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js'", "a.js": ""})
    p.load()
    assert p.edit("a.js") == ["reload *"]


def test_a_reload_names_the_file_that_caused_it(project):
    p = project({"index.html": PAGE, "main.js": ""})
    p.load()
    (payload,) = p.payloads(FileChange(ChangeKind.UPDATE, p.root / "main.js"))
    assert payload.triggered_by == str(p.root / "main.js")


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


# --- circles --------------------------------------------------------------------------------------


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


# --- partial accept -------------------------------------------------------------------------------

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


def test_a_partially_accepting_module_without_importers_accepts_itself(project):
    p = project({"index.html": PAGE, "main.js": PARTIAL}, hmr_partial_accept=True)
    p.load()
    assert p.edit("main.js") == ["js /main.js"]


# --- stamps and soft invalidation -----------------------------------------------------------------


def test_importers_get_the_stamp_of_what_changed(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    assert '"/a.js"' in p.get("/main.js")
    p.edit("a.js")
    assert f'"/a.js?t={p.stamp("/a.js")}"' in p.get("/main.js")
    assert p.stamp("/a.js") == p.stamp("/main.js")


def test_stamps_rise_through_self_accepting_modules_to_the_roots(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'",
            "a.js": "import './b.js';" + ACCEPT,
            "b.js": "",
        }
    )
    p.load()
    assert p.edit("b.js") == ["js /a.js"]
    assert p.stamp("/main.js") == p.stamp("/a.js") == p.stamp("/b.js") > 0


def test_accepting_importers_are_not_invalidated(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import.meta.hot.accept('./a.js')",
            "a.js": "",
        }
    )
    p.load()
    before = p.get("/main.js")
    p.edit("a.js")
    assert p.stamp("/main.js") == 0
    assert p.get("/main.js") == before


def test_every_batch_has_a_later_stamp_although_the_clock_stands(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    stamps = []
    for _ in range(3):
        p.now = 0
        p.edit("main.js")
        stamps.append(p.stamp("/main.js"))
    assert stamps == sorted(set(stamps))


def test_files_saved_together_are_one_payload_with_one_stamp(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import './b.css'",
            "a.js": ACCEPT,
            "b.css": "",
        }
    )
    p.load()
    assert p.save({"a.js": ACCEPT + "//", "b.css": "a{}"}) == ["js /a.js + js /b.css"]
    assert p.stamp("/a.js") == p.stamp("/b.css")


def test_one_dead_end_in_a_batch_is_one_reload(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import './b.js'",
            "a.js": ACCEPT,
            "b.js": "",
        }
    )
    p.load()
    assert p.save({"a.js": ACCEPT + "//", "b.js": "//"}) == ["reload *"]


def test_five_hundred_files_are_one_payload(project):
    names = [f"m{number}.js" for number in range(500)]
    files = dict.fromkeys(names, ACCEPT)
    main = "".join(f"import './{name}';" for name in names)
    p = project({"index.html": PAGE, "main.js": main, **files})
    p.load()
    (payload,) = p.save(dict.fromkeys(names, ACCEPT + "//"))
    assert payload.count("js /m") == 500


def test_two_queries_of_one_file_are_two_modules_and_both_are_updated(project):
    main = "import './a.js'; import './a.js?other'"
    p = project({"index.html": PAGE, "main.js": main, "a.js": ACCEPT})
    p.load()
    assert p.edit("a.js") == ["js /a.js + js /a.js?other"]


def test_a_stamp_that_is_none_names_another_module(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.get("/main.js")
    p.get("/main.js?t=1")
    p.get("/main.js?t=1700000000000")
    assert p.edit("main.js") == ["js /main.js + js /main.js?t=1"]


def test_urls_of_one_file_are_one_module_under_its_first_url(project):
    p = project({"a.js": ACCEPT})
    p.get("/a")
    p.get("/a.js")
    assert p.edit("a.js") == ["js /a"]


# --- prune ----------------------------------------------------------------------------------------


def test_a_module_that_is_no_longer_imported_is_pruned_when_the_importer_is_fetched(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js';" + ACCEPT,
            "a.js": "import './b.js'",
            "b.js": "",
        }
    )
    p.load()
    assert p.edit("main.js", ACCEPT) == ["js /main.js"]
    assert p.sent() == []
    p.get(stamped("/main.js", p.stamp("/main.js")))
    assert p.sent() == ["prune /a.js"]


def test_a_pruned_module_gets_a_new_stamp_so_that_it_runs_again(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    p.edit("main.js", ACCEPT)
    p.get("/main.js")
    first = p.stamp("/a.js")
    assert first > p.stamp("/main.js")
    p.edit("main.js", "import './a.js';" + ACCEPT)
    assert f"/a.js?t={first}" in p.get("/main.js")


def test_a_module_with_another_importer_is_not_pruned(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import './b.js';" + ACCEPT,
            "a.js": "import './b.js'",
            "b.js": "",
        }
    )
    p.load()
    p.edit("main.js", "import './a.js';" + ACCEPT)
    p.get("/main.js")
    assert p.sent() == []


def test_css_dependencies_are_not_pruned(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.css'",
            "a.css": "@import './b.css'",
            "b.css": "",
        }
    )
    p.load()
    p.edit("a.css", "a{}")
    p.get("/a.css")
    assert p.sent() == []


def test_a_module_without_imports_prunes_too(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js'", "a.js": ""})
    p.load()
    p.edit("main.js", "")
    p.get("/main.js")
    assert p.sent() == ["prune /a.js"]


# --- files that come and go -----------------------------------------------------------------------


def test_a_deleted_module_updates_its_boundary_and_is_404(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js'", "a.js": ACCEPT})
    p.load()
    assert p.save({"a.js": None}) == ["js /a.js"]
    with pytest.raises(ModuleNotFound):
        p.get(stamped("/a.js", p.stamp("/a.js")))


def test_a_deleted_module_that_nobody_accepts_reloads(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js'", "a.js": ""})
    p.load()
    assert p.save({"a.js": None}) == ["reload *"]


def test_the_importer_of_a_deleted_module_says_what_is_missing(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    assert p.save({"a.js": None}) == ["js /main.js"]
    with pytest.raises(TransformError, match="Failed to resolve import"):
        p.get("/main.js")
    assert p.sent() == [
        'error Failed to resolve import "./a.js" from "main.js". Does the file exist?'
    ]


def test_a_restored_module_updates_the_boundary_that_missed_it(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    p.save({"a.js": None})
    with pytest.raises(TransformError):
        p.get("/main.js")
    assert p.save({"a.js": "back"}) == ["js /main.js"]
    assert "/a.js?t=" in p.get("/main.js")


def test_a_deleted_module_leaves_the_importers_of_what_it_imported(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import './b.js';" + ACCEPT,
            "a.js": "import './b.js'",
            "b.js": "",
        }
    )
    p.load()
    p.save({"a.js": None})
    assert list(p.node("/b.js").importers) == [p.node("/main.js")]


def test_a_pruned_file_that_is_deleted_reloads(project):
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    p.edit("main.js", ACCEPT)
    p.get("/main.js")
    assert p.save({"a.js": None}) == ["reload *"]


def test_a_missing_import_is_found_when_its_file_comes(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    p.edit("main.js", "import './a.js';" + ACCEPT)
    with pytest.raises(TransformError):
        p.get("/main.js")
    assert p.save({"other.js": ""}) == []  # better than Vite: it tells whether this is the file
    assert p.save({"a.js": ""}) == ["js /main.js"]


def test_a_directory_that_is_renamed_is_one_payload(project):
    main = "import './old/a.js';" + ACCEPT
    p = project(
        {"index.html": PAGE, "main.js": main, "old/a.js": "import './b.js'", "old/b.js": ""}
    )
    p.load()
    changes = {"old/a.js": None, "old/b.js": None, "new/a.js": "import './b.js'", "new/b.js": ""}
    assert p.save({**changes, "main.js": "import './new/a.js';" + ACCEPT}) == ["js /main.js"]
    assert p.fetch(stamped("/main.js", p.stamp("/main.js")))[1:] == ["/new/a.js", "/new/b.js"]


# --- errors and recovery --------------------------------------------------------------------------


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


# --- invalidate -----------------------------------------------------------------------------------


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


# --- HTML -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["index.html", "sub/index.html", "sub/größe x.html"])
def test_a_page_that_changes_comes_or_goes_reloads_itself(project, path):
    p = project({"index.html": PAGE, "main.js": "", "sub/index.html": PAGE})
    p.load()
    text = PAGE + "<p>"
    assert p.save({path: text}) == [f"reload /{path}"]
    assert p.save({path: text + "<p>"}) == [f"reload /{path}"]
    assert p.save({path: None}) == [f"reload /{path}"]


def test_a_page_and_a_module_saved_together_are_both_told(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT, "other.html": PAGE})
    p.load()
    assert p.save({"other.html": "<p>", "main.js": ACCEPT + "//"}) == [
        "reload /other.html",
        "js /main.js",
    ]


INLINE = '<head></head><script type="module">{}</script><p>{}</p>'


def test_an_inline_script_that_accepts_a_dependency_is_a_boundary(project):
    script = "import './a.js'; import.meta.hot.accept('./a.js')"
    p = project({"index.html": INLINE.format(script, 1), "a.js": ""})
    p.load()
    assert p.edit("a.js") == ["js /index.html?html-proxy&index=0.js via /a.js"]


def test_an_inline_script_that_accepts_itself_is_updated_when_only_it_changes(project):
    p = project({"index.html": INLINE.format(ACCEPT, 1)})
    p.load()
    assert p.edit("index.html", INLINE.format(ACCEPT + "run(1)", 1)) == [
        "js /index.html?html-proxy&index=0.js import"
    ]
    assert "run(1)" in p.get("/index.html?html-proxy&index=0.js")
    assert p.edit("index.html", INLINE.format(ACCEPT + "run(2)", 2)) == ["reload /index.html"]


def test_an_inline_script_that_accepts_nothing_reloads_its_page_only(project):
    p = project({"index.html": INLINE.format("run()", 1)})
    p.load()
    assert p.edit("index.html", INLINE.format("run(1)", 1)) == ["reload /index.html"]


def test_html_that_is_imported_as_text_is_a_module(project):
    main = "import t from './t.html?raw'; import.meta.hot.accept('./t.html?raw', f)"
    p = project({"index.html": PAGE, "main.js": main, "t.html": "<p>"})
    p.load()
    assert p.edit("t.html") == ["js /main.js via /t.html?raw import"]


# --- CSS, JSON, assets ----------------------------------------------------------------------------


def test_a_sheet_that_is_linked_and_imported_is_two_modules_in_one_payload(project):
    page = '<head><link rel="stylesheet" href="/a.css"></head>' + PAGE
    p = project({"index.html": page, "main.js": "import './a.css'", "a.css": ""})
    p.load()
    assert p.edit("a.css") == ["css /a.css?direct + js /a.css"]


def test_the_query_of_a_linked_sheet_is_kept(project):
    page = '<head><link rel="stylesheet" href="/a.css?param=required"></head>'
    p = project({"index.html": page, "a.css": ""})
    p.load()
    assert p.edit("a.css") == ["css /a.css?direct&param=required"]


@pytest.mark.parametrize("dependency", ["@import './b.css';", "a { background: url(./b.css) }"])
def test_what_a_sheet_depends_on_updates_it(project, dependency):
    page = '<head><link rel="stylesheet" href="/a.css"></head>'
    p = project({"index.html": page, "a.css": dependency, "b.css": ""})
    p.load()
    assert p.edit("b.css") == ["css /a.css?direct"]


def test_a_file_that_no_sheet_depends_on_any_more_changes_nothing(project):
    page = '<head><link rel="stylesheet" href="/a.css"></head>'
    p = project({"index.html": page, "a.css": "@import './b.css';", "b.css": ""})
    p.load()
    p.edit("a.css", "a{}")
    p.load()
    assert p.edit("b.css") == []


def test_a_dependency_of_a_dependency_updates_the_sheet(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.css'",
            "a.css": "@import './b.css'",
            "b.css": "@import './c.css'",
            "c.css": "old{}",
        }
    )
    p.load()
    assert p.edit("c.css", "new{}") == ["js /a.css"]
    assert "new{}" in p.get("/a.css")


def test_a_css_module_goes_to_its_importers(project):
    p = project(
        {"index.html": PAGE, "main.js": "import './a.module.css';" + ACCEPT, "a.module.css": ".a{}"}
    )
    p.load()
    assert p.edit("a.module.css") == ["js /main.js"]


def test_inline_css_goes_to_its_importers(project):
    p = project({"index.html": PAGE, "main.js": "import './a.css?inline';" + ACCEPT, "a.css": ""})
    p.load()
    assert p.edit("a.css") == ["js /main.js"]


@pytest.mark.parametrize("name", ["d.json", "d.txt", "d.png", "d.svg"])
def test_what_is_not_javascript_is_accepted_with_an_explicit_import(project, name):
    main = f"import d from './{name}'; import.meta.hot.accept('./{name}', f)"
    p = project({"index.html": PAGE, "main.js": main, name: "{}"})
    p.load()
    assert p.edit(name) == [f"js /main.js via /{name} import"]


def test_the_url_of_an_updated_asset_is_stamped(project):
    p = project({"index.html": PAGE, "main.js": "import './d.png';" + ACCEPT, "d.png": ""})
    p.load()
    p.edit("d.png")
    assert p.get("/d.png?import") == f'export default "/d.png?t={p.stamp("/d.png")}";\n'
    assert f'"/d.png?import&t={p.stamp("/d.png")}"' in p.get("/main.js")


def test_broken_json_is_an_error_with_its_place_and_recovers(project):
    p = project({"index.html": PAGE, "main.js": "import './d.json';" + ACCEPT, "d.json": "{}"})
    p.load()
    assert p.edit("d.json", '{\n "a": }') == ["js /main.js"]
    with pytest.raises(TransformError) as caught:
        p.get("/d.json?import")
    assert (caught.value.details.loc.line, caught.value.details.plugin) == (2, "hmr:json")
    assert p.edit("d.json", "{}") == ["js /main.js"]


# --- Python ---------------------------------------------------------------------------------------


def test_python_files_are_pushed_once_a_page_holds_some(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT, "app/main.py": "a = 1", "other/x.py": ""})
    p.load()
    assert p.edit("app/main.py", "a = 2") == []
    p.env.register_python_files([p.root / "app/main.py"])
    assert p.edit("app/main.py", "a = 3") == ["py /app/main.py"]
    assert p.edit("other/x.py") == []


def test_python_and_other_files_are_one_payload(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT, "app/main.py": "a = 1"})
    p.load()
    p.env.register_python_files([p.root / "app/main.py"])
    (payload,) = p.save({"app/main.py": "a = 2", "main.js": ACCEPT + "//"})
    assert sorted(payload.split(" + ")) == ["js /main.js", "py /app/main.py"]


def test_a_python_update_carries_source_and_hash(project):
    p = project({"main.py": "a = 1"})
    p.env.register_python_files([p.root / "main.py"])
    p.write("main.py", "a = 'ü'")
    (payload,) = p.payloads(FileChange(ChangeKind.UPDATE, p.root / "main.py"))
    (update,) = payload.updates
    assert (update.source, update.path, update.accepted_path) == ("a = 'ü'", "/main.py", "/main.py")
    assert update.hash


def test_new_and_deleted_python_files_are_told(project):
    p = project({"app/main.py": "", "tests/t.py": ""})
    p.env.register_python_files([p.root / "app/main.py"])
    assert p.save({"app/pkg/new.py": ""}) == ["py /app/pkg/new.py"]
    assert p.save({"app/pkg/new.py": None}) == ["py /app/pkg/new.py gone"]
    assert p.save({"tests/new.py": ""}) == []


# --- data files of Python ------------------------------------------------------------------------


def test_data_files_are_told_once_a_page_has_had_them_listed(project):
    p = project({"app/main.py": "", "data/x.csv": "1", "other.txt": ""})
    assert p.edit("data/x.csv") == []
    p.env.register_data_listing({str(p.root / "data/x.csv"): DataFile(1, 0)})

    assert p.edit("data/x.csv") == ["hmr:data-files /data/x.csv"]
    assert p.save({"new/100% #.txt": "1"}) == ["hmr:data-files /new/100% #.txt"]
    assert p.save({"data/x.csv": None}) == ["hmr:data-files /data/x.csv gone"]
    assert (
        p.save({".env": "1", "a.key": "1", "app/.hidden": "1", "app/x.js": "", "app/y.py": ""})
        == []
    )
    assert set(p.env.listed_data_files) == {str(p.root / "new/100% #.txt")}


def test_data_files_of_a_batch_are_one_payload_before_the_modules_that_read_them(project):
    p = project({"app/main.py": "", "a.csv": "", "b.csv": ""})
    p.env.register_python_files([p.root / "app/main.py"])
    p.env.register_data_listing({})

    told = p.save({"app/main.py": "a = 2", "b.csv": "1", "a.csv": "22"})

    assert told == ["hmr:data-files /b.csv /a.csv", "py /app/main.py"]


def test_a_data_file_is_told_with_its_look(project):
    p = project({"a.csv": ""})
    p.env.register_data_files([p.root / "a.csv"])
    file = p.write("a.csv", "22")

    (payload,) = p.payloads(FileChange(ChangeKind.UPDATE, file))

    modified = file.stat().st_mtime_ns // 1_000_000
    assert payload.data == {
        "files": [{"path": "/a.csv", "deleted": False, "size": 2, "modified": modified}]
    }


def test_a_data_file_that_modules_and_pages_use_is_theirs_too(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './d.json'; import './style.css';" + ACCEPT,
            "d.json": "{}",
            "style.css": "",
        }
    )
    p.load()
    p.env.register_data_listing({})
    assert p.edit("d.json", "[]") == ["hmr:data-files /d.json", "js /main.js"]
    assert p.edit("style.css", "p {}") == ["hmr:data-files /style.css", "js /style.css"]
    assert p.edit("index.html", "<p>") == ["reload /index.html", "hmr:data-files /index.html"]


# --- symlinks, outside files, close ---------------------------------------------------------------


def test_a_symlink_is_the_module_it_leads_to(project, tmp_path: Path):
    p = project({"index.html": PAGE, "main.js": "import './link.js'", "real.js": ACCEPT})
    (p.root / "link.js").symlink_to(p.root / "real.js")
    p.load()
    assert '"/real.js"' in p.get("/main.js")
    assert p.edit("real.js") == ["js /real.js"]


def test_a_symlink_that_leads_elsewhere_updates_who_imported_it(project):
    p = project({"main.js": "import './link.js';" + ACCEPT, "one.js": "", "two.js": ""})
    link = p.root / "link.js"
    link.symlink_to(p.root / "one.js")
    p.fetch("/main.js")
    link.unlink()
    link.symlink_to(p.root / "two.js")
    assert p.tell(FileChange(ChangeKind.UPDATE, link)) == ["js /main.js"]
    assert '"/two.js"' in p.get("/main.js")


def test_a_file_outside_of_the_root_is_served_by_its_path_and_watched(project, tmp_path: Path):
    shared = tmp_path.resolve() / "shared"
    shared.mkdir()
    (shared / "lib.js").write_text(ACCEPT)
    p = project({"index.html": PAGE, "main.js": "import '../shared/lib.js'"}, fs_allow=(shared,))
    p.load()
    assert p.watched == [shared / "lib.js"]
    assert p.env.watched_files() == {shared / "lib.js"}
    assert p.tell(FileChange(ChangeKind.UPDATE, shared / "lib.js")) == [f"js /@fs{shared}/lib.js"]


def test_after_close_requests_are_out_of_date(project):
    p = project({"main.js": ""})
    p.get("/main.js")
    p.runner.run(p.env.close())
    with pytest.raises(OutdatedRequest):
        p.get("/main.js")
