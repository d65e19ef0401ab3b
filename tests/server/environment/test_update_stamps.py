"""What importers get of a change: stamps, soft invalidation, prune."""

from tests.server.project import ACCEPT, PAGE, stamped

# --- stamps and soft invalidation ----------------------------------------------------------------


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


# --- prune ---------------------------------------------------------------------------------------


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


def test_a_moved_import_does_not_end_in_the_module_that_it_was_moved_from(project):
    files = {"a.js": "import './b.js'", "b.js": "", "main.js": "import './a.js';" + ACCEPT}
    p = project({"index.html": PAGE, **files})
    p.load()
    p.edit("main.js", "import './b.js';" + ACCEPT)
    p.get("/main.js")
    assert p.sent() == ["prune /a.js"]
    assert p.edit("b.js") == ["js /main.js"]
    p.edit("main.js", files["main.js"])  # moved back
    p.load()
    assert p.edit("b.js") == ["js /main.js"]
    assert "/b.js?t=" in p.get(stamped("/a.js", p.stamp("/a.js")))


def test_an_entry_that_is_pruned_keeps_what_it_imports(project):
    page = PAGE.replace("</head>", "") + '<script type="module" src="/a.js"></script>'
    files = {"a.js": "import './b.js'", "b.js": "", "main.js": "import './a.js';" + ACCEPT}
    p = project({"index.html": page, **files})
    p.get("/a.js")
    p.load()
    p.edit("main.js", ACCEPT)
    p.get("/main.js")
    assert p.edit("b.js") == ["reload *"]


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
