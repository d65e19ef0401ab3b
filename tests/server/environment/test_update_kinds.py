"""Changes of what is no ES module: pages, stylesheets, JSON, assets, Python, data files."""

import pytest

from hmr_server.exceptions import TransformError
from hmr_server.python.project_files import DataFile
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import ACCEPT, PAGE

# --- HTML ----------------------------------------------------------------------------------------


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
    assert p.edit("index.html", INLINE.format(ACCEPT + "run(2)", 2)) == [
        "reload /index.html",
        "js /index.html?html-proxy&index=0.js import",
    ]


def test_an_inline_script_that_accepts_nothing_reloads_its_page_only(project):
    p = project({"index.html": INLINE.format("run()", 1)})
    p.load()
    assert p.edit("index.html", INLINE.format("run(1)", 1)) == ["reload /index.html"]


def test_html_that_is_imported_as_text_is_a_module(project):
    main = "import t from './t.html?raw'; import.meta.hot.accept('./t.html?raw', f)"
    p = project({"index.html": PAGE, "main.js": main, "t.html": "<p>"})
    p.load()
    assert p.edit("t.html") == ["js /main.js via /t.html?raw import"]


# --- CSS, JSON, assets ---------------------------------------------------------------------------


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


# --- Python --------------------------------------------------------------------------------------


def test_python_files_are_pushed_once_a_page_holds_some(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT, "app/main.py": "a = 1", "other/x.py": ""})
    p.load()
    assert p.edit("app/main.py", "a = 2") == []
    p.env.registrations.register_python([p.root / "app/main.py"])
    assert p.edit("app/main.py", "a = 3") == ["py /app/main.py"]
    assert p.edit("other/x.py") == []


def test_python_and_other_files_are_one_payload(project):
    p = project({"index.html": PAGE, "main.js": ACCEPT, "app/main.py": "a = 1"})
    p.load()
    p.env.registrations.register_python([p.root / "app/main.py"])
    (payload,) = p.save({"app/main.py": "a = 2", "main.js": ACCEPT + "//"})
    assert sorted(payload.split(" + ")) == ["js /main.js", "py /app/main.py"]


def test_a_python_update_carries_source_and_hash(project):
    p = project({"main.py": "a = 1"})
    p.env.registrations.register_python([p.root / "main.py"])
    p.write("main.py", "a = 'ü'")
    (payload,) = p.payloads(FileChange(ChangeKind.UPDATE, p.root / "main.py"))
    (update,) = payload.updates
    assert (update.source, update.path, update.accepted_path) == ("a = 'ü'", "/main.py", "/main.py")
    assert update.hash


def test_new_and_deleted_python_files_are_told(project):
    p = project({"app/main.py": "", "tests/t.py": ""})
    p.env.registrations.register_python([p.root / "app/main.py"])
    assert p.save({"app/pkg/new.py": ""}) == ["py /app/pkg/new.py"]
    assert p.save({"app/pkg/new.py": None}) == ["py /app/pkg/new.py gone"]
    assert p.save({"tests/new.py": ""}) == []


def test_a_python_file_that_may_not_be_served_is_not_pushed(project, tmp_path):
    (tmp_path / "outside.py").write_text("SECRET = 1")
    p = project({"app/main.py": "", "app/words.py": ""}, fs_deny=("secrets.py",))
    p.env.registrations.register_python([p.root / "app/main.py", p.root / "app/words.py"])
    link = p.root / "app/link.py"
    link.symlink_to(tmp_path / "outside.py")
    (p.root / "app/words.py").unlink()
    (p.root / "app/words.py").symlink_to(tmp_path / "outside.py")

    assert p.tell(FileChange(ChangeKind.CREATE, link)) == []
    assert p.tell(FileChange(ChangeKind.UPDATE, p.root / "app/words.py")) == []
    assert p.save({"app/secrets.py": "SECRET = 1"}) == []


def test_a_python_file_is_pushed_that_is_saved_while_a_page_reads_the_project(project):
    p = project({"main.py": "", "words.py": "a = 1"})
    with p.env.registrations.reading_python():
        assert p.edit("words.py", "a = 2") == ["py /words.py"]
    assert p.save({"other.py": "a = 1"}) == ["py /other.py"]


# --- data files of Python ------------------------------------------------------------------------


def test_data_files_are_told_once_a_page_has_had_them_listed(project):
    p = project({"app/main.py": "", "data/x.csv": "1", "other.txt": ""})
    assert p.edit("data/x.csv") == []
    p.env.registrations.register_listing({str(p.root / "data/x.csv"): DataFile(1, 0)})

    assert p.edit("data/x.csv") == ["hmr:data-files /data/x.csv"]
    assert p.save({"new/100% #.txt": "1"}) == ["hmr:data-files /new/100% #.txt"]
    assert p.save({"data/x.csv": None}) == ["hmr:data-files /data/x.csv gone"]
    assert (
        p.save({".env": "1", "a.key": "1", "app/.hidden": "1", "app/x.js": "", "app/y.py": ""})
        == []
    )
    assert set(p.env.registrations.listed) == {str(p.root / "new/100% #.txt")}


def test_data_files_of_a_batch_are_one_payload_before_the_modules_that_read_them(project):
    p = project({"app/main.py": "", "a.csv": "", "b.csv": ""})
    p.env.registrations.register_python([p.root / "app/main.py"])
    p.env.registrations.register_listing({})

    told = p.save({"app/main.py": "a = 2", "b.csv": "1", "a.csv": "22"})

    assert told == ["hmr:data-files /b.csv /a.csv", "py /app/main.py"]


def test_a_data_file_is_told_with_its_look(project):
    p = project({"a.csv": ""})
    p.env.registrations.register_data([p.root / "a.csv"])
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
    p.env.registrations.register_listing({})
    assert p.edit("d.json", "[]") == ["hmr:data-files /d.json", "js /main.js"]
    assert p.edit("style.css", "p {}") == ["hmr:data-files /style.css", "js /style.css"]
    assert p.edit("index.html", "<p>") == ["reload /index.html", "hmr:data-files /index.html"]


def test_a_module_that_a_page_has_got_as_a_file_too_is_told_as_both(project):
    p = project({"main.js": "import.meta.hot.accept()", "a.txt": ""})
    p.fetch("/main.js")
    for name in ("main.js", "a.txt"):
        p.env.registrations.register_served(p.root / name)
    assert p.edit("main.js") == ["js /main.js + asset /main.js module"]
    assert p.edit("a.txt") == ["asset /a.txt"]
