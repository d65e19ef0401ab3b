"""After any edits, what is served is what a server that has just been started would serve."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from hmr_server.exceptions import ModuleNotFound, ServerError
from hmr_server.files.access import AccessDenied
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import Project

NAMES = ("a.js", "b.js", "c.js", "d.css", "e.json")
STAMP = re.compile(r"\?t=\d{13}|&t=\d{13}|, \d{13}(?=\))")


@st.composite
def texts(draw, name):
    if name == "d.css":
        return draw(st.sampled_from(["", "a{}", "@import './f.css';", "a{b:url(./g.png)}"]))
    if name == "e.json":
        return draw(st.sampled_from(["1", '{"a": 1}', "{"]))
    imports = draw(st.lists(st.sampled_from(NAMES), max_size=3))
    accepts = draw(st.lists(st.sampled_from(NAMES), max_size=1))
    code = "".join(f"import './{other}';" for other in imports)
    code += "".join(f"import.meta.hot.accept('./{other}');" for other in accepts)
    code += draw(
        st.sampled_from(["", "", "import.meta.hot.accept();", "const = 1;", "import('./a.js');"])
    )
    return code + f"run({draw(st.integers(0, 9))});"


@st.composite
def batches(draw):
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    return {name: draw(st.none() | texts(name)) for name in names}


def served(project, name):
    try:
        return STAMP.sub("", project.get(f"/{name}"))
    except ModuleNotFound:
        return "not found"
    except (ServerError, AccessDenied) as error:
        return f"{type(error).__name__}: {error}"


@settings(max_examples=150, deadline=None)
@given(
    first=st.fixed_dictionaries({name: texts(name) for name in NAMES}),
    edits=st.lists(st.tuples(batches(), st.lists(st.sampled_from(NAMES), max_size=4)), max_size=6),
)
def test_nothing_that_is_served_is_stale(tmp_path_factory, first, edits):
    project = Project(tmp_path_factory.mktemp("p"), {**first, "f.css": "f{}", "g.png": ""})
    fresh = None
    try:
        for batch, asked in edits:
            for name in asked:
                served(project, name)
            changes = []
            for name, text in batch.items():
                file = project.root / name
                existed = file.exists()
                if text is not None:
                    project.write(name, text)
                    changes.append(
                        FileChange(ChangeKind.UPDATE if existed else ChangeKind.CREATE, file)
                    )
                elif existed:
                    file.unlink()
                    changes.append(FileChange(ChangeKind.DELETE, file))
            if changes:
                project.tell(*changes)
        fresh = Project(tmp_path_factory.mktemp("q"), {})
        for file in project.root.iterdir():
            fresh.write(file.name, file.read_bytes())
        for name in NAMES:
            assert served(project, name).replace(str(project.root), "") == served(
                fresh, name
            ).replace(str(fresh.root), "")
        for node in project.env.graph:
            if node.code is None or node.id is None:
                continue
            twin = fresh.env.graph.get_by_url(node.url)
            assert twin is not None
            imported, expected = (
                {n.file.rpartition("/")[2] for n in x.imported_modules} for x in (node, twin)
            )
            # what a module with an error imported before, a page may hold still
            if node.problem is not None:
                assert imported >= expected
                continue
            assert imported == expected
            assert node.is_self_accepting == twin.is_self_accepting
    finally:
        project.close()
        if fresh is not None:
            fresh.close()
