"""How propagation grows: from 10 to 10,000 modules in a tree with fan-out 10.

    python bench/propagation.py

For each size: the time to find the boundary of an edited leaf and to invalidate what it ends up in
(the leaf's path to the root), the same for an edited root, the same where all modules import one,
and the memory of the graph. The first has to grow with the depth, not with the size.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable

from hmr_server.graph.module_graph import ModuleGraph, ModuleInfo, ModuleNode
from hmr_server.graph.propagation import update_modules

FAN_OUT = 10
SIZES = (10, 100, 1_000, 3_000, 10_000)
REPEATS = 30


def tree(size: int) -> tuple[ModuleGraph, list[ModuleNode]]:
    """Modules in a tree; the first one is the page's entry and accepts itself."""
    graph = ModuleGraph()
    nodes = [graph.ensure_entry(f"/m{n}.js", f"/r/m{n}.js", f"/r/m{n}.js") for n in range(size)]
    for index, node in enumerate(nodes):
        imported = tuple(nodes[index * FAN_OUT + 1 : index * FAN_OUT + 1 + FAN_OUT])
        graph.update_module_info(node, info(imported, accepts=index == 0))
    return graph, nodes


def star(size: int) -> tuple[ModuleGraph, list[ModuleNode]]:
    """One module that all others import; each of them accepts itself."""
    graph = ModuleGraph()
    nodes = [graph.ensure_entry(f"/m{n}.js", f"/r/m{n}.js", f"/r/m{n}.js") for n in range(size)]
    for node in nodes[1:]:
        graph.update_module_info(node, info((nodes[0],), accepts=True))
    graph.update_module_info(nodes[0], info((), accepts=False))
    return graph, nodes


def info(imported: tuple[ModuleNode, ...], *, accepts: bool) -> ModuleInfo:
    """What analysis would have found."""
    return ModuleInfo(
        imported_modules=imported, static_imports=frozenset(imported), is_self_accepting=accepts
    )


def median_ms(graph: ModuleGraph, node: ModuleNode) -> float:
    """The median time of one edit."""
    times = []
    for repeat in range(REPEATS):
        start = time.perf_counter()
        update_modules(graph, [node], repeat + 1)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def megabytes(build: Callable[[int], object], size: int) -> float:
    """The memory of a graph."""
    tracemalloc.start()
    kept = build(size)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return used / 1e6


def main() -> None:
    """Prints the table."""
    print(
        f"{'modules':>8} {'leaf edit':>12} {'root edit':>12} {'all import it':>14} {'memory':>10}"
    )
    for size in SIZES:
        graph, nodes = tree(size)
        leaf, root = median_ms(graph, nodes[-1]), median_ms(graph, nodes[0])
        wide, wide_nodes = star(size)
        shared = median_ms(wide, wide_nodes[0])
        memory = megabytes(tree, size)
        print(f"{size:>8,} {leaf:>9.3f} ms {root:>9.3f} ms {shared:>11.2f} ms {memory:>7.2f} MB")


if __name__ == "__main__":
    main()
