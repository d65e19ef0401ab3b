"""The graph's bookkeeping, and soft and hard invalidation."""

import pytest

from hmr_server.graph.module_code import ModuleCode, TransformResult
from hmr_server.graph.module_graph import ModuleGraph, ModuleInfo, ModuleType


def linked(*edges, accepts=()):
    """Modules from edges like `("a.js", "b.js")`; all have been transformed."""
    graph = ModuleGraph()
    nodes = {}
    for name in dict.fromkeys(name for edge in edges for name in edge):
        nodes[name] = graph.ensure_entry(f"/{name}", f"/r/{name}", f"/r/{name.split('?')[0]}")
    for name, node in nodes.items():
        imported = tuple(nodes[other] for one, other in edges if one == name)
        accepted = frozenset(nodes[other] for one, other in accepts if one == name)
        static = frozenset(imported)
        graph.update_module_info(
            node,
            ModuleInfo(imported_modules=imported, static_imports=static, accepted_deps=accepted),
        )
        node.code = ModuleCode(("text",))
        node.answer = TransformResult(b"text", "", "")
    return graph, nodes


def state(node):
    if node.answer is not None:
        return "fresh"
    return "soft" if node.code is not None else "hard"


def test_one_module_by_url_id_and_file():
    graph = ModuleGraph()
    node = graph.ensure_entry("/a", "/r/a.js", "/r/a.js")
    assert graph.ensure_entry("/a.js", "/r/a.js", "/r/a.js") is node
    query = graph.ensure_entry("/a.js?x", "/r/a.js?x", "/r/a.js")
    assert (node.url, graph.get_by_url("/a.js"), graph.get_by_id("/r/a.js")) == ("/a", node, node)
    assert graph.get_by_file("/r/a.js") == (node, query)
    assert len(graph) == 2
    graph.forget_urls()
    assert graph.get_by_url("/a.js") is None
    assert graph.get_by_url("/a") is node


def test_a_linked_sheet_is_css_and_what_it_depends_on_an_asset():
    graph = ModuleGraph()
    assert graph.ensure_entry("/a.css?direct", "/r/a.css?direct", "/r/a.css").type is ModuleType.CSS
    assert graph.ensure_entry("/a.css", "/r/a.css", "/r/a.css").type is ModuleType.JS
    entry = graph.ensure_file_only_entry("/r/b.css")
    assert (entry.type, entry.id, entry.url) == (ModuleType.ASSET, None, "/@fs/r/b.css")
    assert graph.ensure_file_only_entry("/r/b.css") is entry
    assert graph.get_by_file("/r/b.css") == (entry,)


def test_the_changed_module_is_hard_its_importers_are_soft():
    graph, n = linked(("m.js", "a.js"), ("a.js", "b.js"))
    graph.invalidate(n["b.js"], timestamp=7)
    assert [state(n[name]) for name in ("b.js", "a.js", "m.js")] == ["hard", "soft", "soft"]


def test_an_importer_that_accepts_stays_fresh():
    graph, n = linked(("m.js", "a.js"), ("a.js", "b.js"), accepts=[("m.js", "a.js")])
    graph.invalidate(n["b.js"], timestamp=7)
    assert [state(n[name]) for name in ("b.js", "a.js", "m.js")] == ["hard", "soft", "fresh"]
    assert n["m.js"].last_hmr_timestamp == 0


def test_linked_sheets_and_what_depends_on_a_watched_file_are_hard():
    graph, n = linked(("x.css?direct", "y.css"), ("m.js", "w.js"))
    n["m.js"].static_imports = frozenset()  # a file that it watches
    graph.invalidate(n["y.css"])
    graph.invalidate(n["w.js"])
    assert state(n["x.css?direct"]) == state(n["m.js"]) == "hard"


@pytest.mark.parametrize("order", [("a.js", "m.js"), ("m.js", "a.js")])
def test_hard_wins_over_soft_in_one_transaction(order):
    graph, n = linked(("m.js", "a.js"))
    seen = set()
    for name in order:
        graph.invalidate(n[name], seen=seen, timestamp=7)
    assert state(n["m.js"]) == "hard"


def test_a_module_without_code_cannot_be_soft():
    graph, n = linked(("m.js", "a.js"))
    n["m.js"].code = n["m.js"].answer = None
    graph.invalidate(n["a.js"])
    assert state(n["m.js"]) == "hard"


def test_invalidation_ends_in_circles():
    graph, n = linked(("a.js", "b.js"), ("b.js", "a.js"), ("c.js", "c.js"))
    graph.invalidate(n["a.js"], timestamp=7)
    graph.invalidate(n["c.js"], timestamp=7)
    assert [state(n[name]) for name in ("a.js", "b.js", "c.js")] == ["hard", "soft", "hard"]
    assert all(node.last_hmr_timestamp == 7 for node in n.values())


def test_without_a_stamp_it_is_no_update():
    graph, n = linked(("m.js", "a.js"))
    n["m.js"].invalidation_received = True
    generation = n["m.js"].generation
    graph.invalidate(n["a.js"])
    assert n["m.js"].last_hmr_timestamp == 0
    assert n["m.js"].invalidation_received
    assert n["m.js"].generation > generation


def test_a_deleted_file_leaves_what_it_imported_but_keeps_its_importers():
    graph, n = linked(("m.js", "a.js"), ("a.js", "b.js"))
    graph.cut("/r/a.js")
    assert list(n["b.js"].importers) == []
    assert list(n["a.js"].importers) == [n["m.js"]]
    assert list(n["a.js"].imported_modules) == [n["b.js"]]


def test_unresolved_modules_are_known_until_they_are_not():
    graph, n = linked(("m.js", "a.js"))
    graph.mark_unresolved(n["m.js"], ["./x"])
    assert graph.unresolved == (n["m.js"],)
    graph.mark_unresolved(n["m.js"], [])
    assert graph.unresolved == ()
