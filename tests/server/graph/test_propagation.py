"""Boundaries of a change: example graphs, and invariants over random ones."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.graph.module_graph import ModuleGraph, ModuleInfo, ModuleNode
from hmr_server.graph.propagation import (
    DeadEnd,
    propagate_update,
    update_modules,
    within_circular_imports,
)


def build(
    imports: dict[str, str], accepts: dict[str, str] | None = None, unloaded: str = ""
) -> tuple[ModuleGraph, dict[str, ModuleNode]]:
    """A graph of one-letter modules: what each imports, and what it accepts (itself included)."""
    accepts = accepts or {}
    names = sorted({*imports, *"".join(imports.values()), *accepts, *"".join(accepts.values())})
    graph = ModuleGraph()
    nodes = {name: graph.ensure_entry(f"/{name}", f"/r/{name}", f"/r/{name}") for name in names}
    for name in names:
        if name in unloaded:
            continue
        imported = tuple(nodes[other] for other in imports.get(name, ""))
        accepted = accepts.get(name, "")
        info = ModuleInfo(
            imported_modules=imported,
            static_imports=frozenset(imported),
            accepted_deps=frozenset(nodes[other] for other in accepted if other != name),
            is_self_accepting=name in accepted,
        )
        graph.update_module_info(nodes[name], info)
    if "m" in nodes:
        nodes["m"].is_entry = True
    return graph, nodes


def found(imports, accepts, changed, unloaded="", first=None):
    """The boundaries as `boundary<accepted` (with `*` in a circle), or why there is a dead end."""
    graph, nodes = build(imports, accepts, unloaded)
    first = f"/{first}" if first else None
    result = update_modules(graph, [nodes[n] for n in changed], 7, first_invalidated_by=first)
    if isinstance(result, DeadEnd):
        return result
    return [
        f"{b.module.url[1:]}<{b.accepted_via.url[1:]}{'*' * b.is_within_circular_import}"
        for b in result
    ]


@pytest.mark.parametrize(
    ("imports", "accepts", "changed", "expected"),
    [
        ({"m": ""}, {"m": "m"}, "m", ["m<m"]),
        ({"m": ""}, {}, "m", DeadEnd()),
        ({"m": "a", "a": "b"}, {"m": "m"}, "b", ["m<m"]),
        ({"m": "a", "a": "b"}, {"m": "a"}, "b", ["m<a"]),
        ({"m": "a", "a": "b"}, {"m": "b"}, "b", DeadEnd()),
        ({"m": "ab", "a": "c", "b": "c"}, {"a": "a", "b": "b"}, "c", ["a<a", "b<b"]),
        ({"m": "ab", "a": "c", "b": "c"}, {"a": "a"}, "c", DeadEnd()),
        ({"m": "ab", "a": "c", "b": "c"}, {"m": "m"}, "c", ["m<m"]),
        ({"m": "ab", "a": "c", "b": "c"}, {"m": "ab"}, "c", ["m<a", "m<b"]),
        ({"m": "ab"}, {"a": "a", "b": "b"}, "ab", ["a<a", "b<b"]),
        ({"m": "ab"}, {"a": "a"}, "ab", DeadEnd()),
        ({"m": "ab"}, {"b": "b"}, "ab", DeadEnd()),
        ({"m": ""}, {}, "", DeadEnd()),
        # circles
        ({"m": "a", "a": "b", "b": "a"}, {"a": "a"}, "b", ["a<a*"]),
        ({"m": "a", "a": "b", "b": "a"}, {"b": "b"}, "b", ["b<b*"]),
        ({"m": "a", "a": "b", "b": "c", "c": "b"}, {"a": "a"}, "c", ["a<a"]),
        ({"m": "a", "a": "a"}, {"a": "a"}, "a", ["a<a"]),
        ({"m": "a", "a": "bm", "b": ""}, {"a": "a"}, "b", ["a<a*"]),
        ({"m": "a", "a": "m"}, {}, "a", DeadEnd()),  # Vite sends nothing
        ({"m": "m"}, {}, "m", DeadEnd()),
        ({"m": "", "a": "b", "b": "a"}, {}, "a", []),  # left from old imports: nobody has them
    ],
)
def test_boundaries(imports, accepts, changed, expected):
    assert found(imports, accepts, changed) == expected


def test_a_module_that_was_never_analysed_stops_propagation():
    assert found({"m": "a", "a": "b"}, {}, "b", unloaded="b") == []
    assert found({"m": "a", "a": "b"}, {"m": "m"}, "a", unloaded="b") == ["m<m"]


def test_a_second_module_stops_where_the_first_has_been():
    assert found({"m": "a", "a": "bc"}, {"a": "a"}, "bc") == ["a<a"]
    assert found({"m": "a", "a": "b"}, {"m": "m"}, "ab") == ["m<m"]
    assert found({"m": "a", "a": "b", "b": "a"}, {"m": "m"}, "ab") == ["m<m"]


def test_an_update_that_comes_back_to_who_invalidated_it_is_a_dead_end():
    graph = {"m": "a", "a": "b", "b": "a"}
    assert found(graph, {"a": "a", "b": "b"}, "a", first="a") == DeadEnd(
        "circular import invalidate"
    )
    assert found(graph, {"a": "a", "b": "b"}, "b", first="a") == ["b<b*"]


def test_depth_has_no_limit():
    graph = ModuleGraph()
    nodes = [graph.ensure_entry(f"/{n}", f"/r/{n}", f"/r/{n}") for n in range(20_000)]
    for node, dependency in itertools.pairwise(nodes):
        imported = (dependency,)
        info = ModuleInfo(imported_modules=imported, static_imports=frozenset(imported))
        graph.update_module_info(node, info)
    graph.update_module_info(nodes[-1], ModuleInfo())
    graph.update_module_info(
        nodes[0], ModuleInfo(imported_modules=(nodes[1],), is_self_accepting=True)
    )
    (boundary,) = update_modules(graph, [nodes[-1]], 7)
    assert boundary.module is nodes[0]
    assert all(node.last_hmr_timestamp == 7 for node in nodes)


LETTERS = "abcdefgm"
modules = st.sets(st.sampled_from(LETTERS), max_size=4).map(lambda found: "".join(sorted(found)))
graphs = st.tuples(
    st.dictionaries(st.sampled_from(LETTERS), modules, min_size=1),
    st.dictionaries(st.sampled_from(LETTERS), modules, max_size=4),
    st.sets(st.sampled_from(LETTERS), max_size=2).map("".join),
)


def naive(node, traversed, boundaries, chain):
    """The reference's recursion, word for word."""
    if node in traversed:
        return False
    traversed.add(node)
    if node.is_self_accepting is None:
        return False
    if node.is_self_accepting:
        boundaries.append((node, node, naive_circular(node, chain, [node], set())))
        return False
    if not node.importers:
        return True
    for importer in node.importers:
        sub = [*chain, importer]
        if node in importer.accepted_deps:
            circular = naive_circular(importer, sub, [importer], set())
            boundaries.append((importer, node, circular))
        elif importer not in chain and naive(importer, traversed, boundaries, sub):
            return True
    return False


def naive_circular(node, chain, current, traversed):
    if node in traversed:
        return False
    traversed.add(node)
    for importer in node.importers:
        if importer is node:
            continue
        if importer in chain:
            return True
        if importer not in current and naive_circular(
            importer, chain, [*current, importer], traversed
        ):
            return True
    return False


@given(graphs, st.data())
def test_propagation_is_the_reference_s(description, data):
    _, nodes = build(*description)
    changed = nodes[data.draw(st.sampled_from(sorted(nodes)))]
    expected: list[tuple[ModuleNode, ModuleNode, bool]] = []
    has_dead_end = naive(changed, set(), expected, [changed])
    result = propagate_update(changed, set())
    if has_dead_end:
        assert result is None
        return
    if result is None:  # where the reference sends nothing: the entry in a circle, no boundary
        assert not expected
        assert any(node.is_entry for node in ancestors(changed))
        above = ancestors(changed)
        assert all(node.is_self_accepting is False for node in above)
        assert all(node.importers for node in above)
        return
    assert [(b.module, b.accepted_via) for b in result] == [pair[:2] for pair in expected]
    circular = within_circular_imports(b.module for b in result)
    assert [b.module in circular for b in result] == [entry[2] for entry in expected]


def ancestors(node):
    seen = {node}
    stack = [node]
    while stack:
        for importer in stack.pop().importers:
            if importer not in seen:
                seen.add(importer)
                stack.append(importer)
    return seen


@given(graphs, st.data())
def test_who_gets_a_stamp(description, data):
    graph, nodes = build(*description)
    changed = nodes[data.draw(st.sampled_from(sorted(nodes)))]
    update_modules(graph, [changed], 7)
    expected = {changed}
    stack = [changed]
    while stack:
        node = stack.pop()
        for importer in node.importers:
            if importer not in expected and node not in importer.accepted_deps:
                expected.add(importer)
                stack.append(importer)
    assert {node for node in nodes.values() if node.last_hmr_timestamp} == expected


@given(graphs, st.data())
def test_edges_run_both_ways_after_any_updates(description, data):
    graph, nodes = build(*description)
    for _ in range(data.draw(st.integers(0, 4))):
        node = nodes[data.draw(st.sampled_from(sorted(nodes)))]
        before = dict.fromkeys(node.imported_modules)
        imported = tuple(
            nodes[name] for name in data.draw(st.sets(st.sampled_from(sorted(nodes)), max_size=3))
        )
        pruned = graph.update_module_info(node, ModuleInfo(imported_modules=imported))
        assert set(pruned) == {old for old in before if old not in imported and not old.importers}
    for node in nodes.values():
        assert all(node in dependency.importers for dependency in node.imported_modules)
        assert all(node in importer.imported_modules for importer in node.importers)
