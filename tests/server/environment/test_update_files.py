"""Files that come and go, and files that are somewhere else."""

import asyncio
from pathlib import Path

import pytest

from hmr_server.exceptions import ModuleNotFound, OutdatedRequest, TransformError
from hmr_server.watch import truncated_file
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import ACCEPT, PAGE, stamped

# --- files that come and go ----------------------------------------------------------------------


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


@pytest.mark.parametrize("imports", ["", "import './a.js';"])
def test_a_file_that_comes_back_concerns_who_imports_it(project, imports):
    """As with a switch of branches: where nobody imports it any more, no page has a module of it."""
    p = project({"index.html": PAGE, "main.js": "import './a.js';" + ACCEPT, "a.js": ""})
    p.load()
    assert p.save({"main.js": ACCEPT, "a.js": None}) == ["js /main.js"]
    p.get("/main.js")
    assert p.save({"a.js": ""}) == []
    p.save({"a.js": None})
    assert p.save({"main.js": imports + ACCEPT, "a.js": ""}) == ["js /main.js"]
    assert ("a.js" in p.get("/main.js")) == bool(imports)


def test_a_script_of_a_page_that_comes_back_reloads(project):
    p = project({"index.html": PAGE, "main.js": ""})
    p.load()
    p.save({"main.js": None})
    assert p.save({"main.js": ""}) == ["reload *"]


def test_a_reload_names_the_file_that_nobody_handles(project):
    p = project(
        {
            "index.html": PAGE,
            "main.js": "import './a.js'; import './b.js';",
            "a.js": ACCEPT,
            "b.js": "",
        }
    )
    p.load()
    files = [p.write(name, ACCEPT) for name in ("a.js", "b.js")]
    [reload] = p.payloads(*(FileChange(ChangeKind.UPDATE, file) for file in files))
    assert reload.triggered_by == files[1].as_posix()


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


# --- symlinks, outside files, close --------------------------------------------------------------


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
    assert p.env.registrations.outside == {shared / "lib.js"}
    (shared / "lib.js").write_text(ACCEPT + "saved")
    assert p.tell(FileChange(ChangeKind.UPDATE, shared / "lib.js")) == [f"js /@fs{shared}/lib.js"]


def test_after_close_requests_are_out_of_date(project):
    p = project({"main.js": ""})
    p.get("/main.js")
    p.runner.run(p.env.close())
    with pytest.raises(OutdatedRequest):
        p.get("/main.js")


# --- files that are being saved ------------------------------------------------------------------


@pytest.fixture
def patient(monkeypatch):
    """However busy the machine is: a file that is empty has been so for a moment only."""
    monkeypatch.setattr(truncated_file, "_LONGEST_S", 60.0)


async def written_meanwhile(p, path, text, handled):
    """What comes of `handled`, which begins while a save has only truncated the file."""
    p.write(path, "")
    handling = asyncio.ensure_future(handled)
    for _ in range(10):
        await asyncio.sleep(0)
    p.write(path, text)
    return await handling


def test_a_python_file_that_is_truncated_again_is_waited_for(project, patient):
    p = project({"main.py": "a = 1"})
    p.env.registrations.register_python([p.root / "main.py"])
    change = FileChange(ChangeKind.UPDATE, p.root / "main.py")

    handled = p.env.updates.handle_file_changes([change])
    (payload,) = p.runner.run(written_meanwhile(p, "main.py", "a = 2", handled))

    assert payload.updates[0].source == "a = 2"


def test_a_module_that_is_truncated_while_it_is_asked_for_is_waited_for(project, patient):
    p = project({"index.html": PAGE, "main.js": ACCEPT})
    p.load()
    p.edit("main.js")

    asked = p.env.transform_request("/main.js")
    answer = p.runner.run(written_meanwhile(p, "main.js", ACCEPT + "again", asked))

    assert b"again" in answer.body
    assert p.edit("main.js") == ["js /main.js"]


def test_a_file_that_was_emptied_is_believed(project):
    p = project({"main.py": "a = 1"})
    p.env.registrations.register_python([p.root / "main.py"])

    p.write("main.py", "")
    (payload,) = p.payloads(FileChange(ChangeKind.UPDATE, p.root / "main.py"))

    assert payload.updates[0].source == ""
