"""hmr-server beside the floor, and beside Vite and Bun, on the same work in the same run.

    python -m bench.compare [--peers] [--only leaf,css] [--edits 40] [--json FILE] [--svg FILE]

All servers run, and all pages are open, at once; edits go round in a changing order, so that what the
machine does meanwhile falls on all of them alike. What counts are the ratios. The clocks are the machine's:
`time.time()` before a file is opened for writing, and the page's when its callback has the new module.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bench.harness import projects
from bench.harness.browser import chromium
from bench.harness.clients import Clients
from bench.harness.figures import percentile, ratio
from bench.harness.plot import plot
from bench.harness.projects import BenchProject
from bench.harness.targets import Running, Target, own_targets, peers

WARM_UP = 4
PATIENCE_MS = 20_000
EDIT_MS = 6_000  # an edit that takes longer is lost
MOST_LOST = 2  # edits that did not arrive: the server is left out from then on
OURS = "hmr-server"
READY = "async () => { await (await import('/@hmr/client')).ready; }"
LABELS = {"leaf": "ES module", "css": "stylesheet"}
OTHER_UNITS = ("wake-ups a second", "MiB")

Times = dict[str, list[float]]


@dataclass
class Results:
    """What was measured, by scenario and server.

    Attributes:
        load: The machine's load average at the start.
        load_at_end: And at the end.
        times: Milliseconds, or what the scenario's name says.
    """

    load: float
    load_at_end: float = 0.0
    times: dict[str, Times] = field(default_factory=dict)


class Rig:
    """A server, its project and its page."""

    def __init__(self, target: Target, project: BenchProject, browser: Browser | None) -> None:
        self.project = project
        self.server = Running(target, project.root)
        self.name = target.name
        self.page: Page | None = None
        if browser is not None:
            self.page = browser.new_context().new_page()
            self.page.goto(self.server.url)
            self.page.wait_for_function("globalThis.done", timeout=PATIENCE_MS)
            if target.name == OURS:
                self.page.evaluate(READY)
            time.sleep(0.5)  # until its socket is there

    def edit(self, path: str, text: str, report: str, value: str) -> float:
        """Milliseconds from before a save until the page reports the value."""
        assert self.page is not None
        before = time.time() * 1000
        self.project.write(path, text)
        self.page.wait_for_function(
            "([name, value]) => reports[name]?.[0] === value",
            arg=[report, value],
            timeout=EDIT_MS,
        )
        return float(self.page.evaluate("name => reports[name][1]", report)) - before

    def stop(self) -> None:
        """Close the page and end the server."""
        if self.page is not None:
            self.page.context.close()
        self.server.stop()


@contextlib.contextmanager
def rigs(
    targets: Sequence[Target], fill: Callable[[BenchProject], None], browser: Browser | None
) -> Iterator[list[Rig]]:
    """All servers, each with a project of its own."""
    running: list[Rig] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for target in targets:
                project = BenchProject(Path(folder, target.name).resolve())
                fill(project)
                running.append(Rig(target, project, browser))
            yield running
        finally:
            for rig in running:
                rig.stop()


def interleaved(running: list[Rig], count: int, measure: Callable[[Rig, str], float]) -> Times:
    """Measure each server `count` times, in a changing order."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    lost: defaultdict[str, int] = defaultdict(int)
    for turn in range(WARM_UP + count):
        for rig in random.sample(running, len(running)):
            if lost[rig.name] >= MOST_LOST:
                continue
            try:
                took = measure(rig, str(turn + 1))
            except PlaywrightTimeout:
                lost[rig.name] += 1
                print(f"  {rig.name}: edit {turn + 1} did not arrive")  # others lose edits, too
                continue
            if turn >= WARM_UP:
                times[rig.name].append(took)
            time.sleep(random.uniform(0.03, 0.1))
    return dict(times)


def edits(
    targets: Sequence[Target], browser: Browser, count: int, only: Sequence[str]
) -> dict[str, Times]:
    """Edits of a small project: a self-accepting module, 5 and 20 importers, a stylesheet; CPU of the first."""

    def fill(project: BenchProject) -> None:
        project.add_leaf()
        project.add_chain(5)
        project.add_chain(20)
        project.finish(20)

    measures: dict[str, Callable[[Rig, str], float]] = {
        "leaf": lambda rig, v: rig.edit("/src/leaf.js", projects.accepting("leaf", v), "leaf", v),
        "5 importers": lambda rig, v: rig.edit(
            "/src/chain5_end.js", projects.plain(v), "chain5", v
        ),
        "20 importers": lambda rig, v: rig.edit(
            "/src/chain20_end.js", projects.plain(v), "chain20", v
        ),
        "css": lambda rig, v: rig.edit("/style.css", projects.stylesheet(v), "css", v),
    }
    found: dict[str, Times] = {}
    with rigs(targets, fill, browser) as running:
        for name in filter(lambda name: name in only, measures):
            before = {rig.name: rig.server.cpu_ms() for rig in running}
            found[name] = interleaved(running, count, measures[name])
            if name == "leaf":
                each = WARM_UP + count
                found["server CPU an edit"] = {
                    rig.name: [(rig.server.cpu_ms() - before[rig.name]) / each] for rig in running
                }
        if "idle" in only:
            time.sleep(2)  # what the last edit has left to do
            before = {rig.name: rig.server.wakeups() for rig in running}
            time.sleep(5)
            found["idle, wake-ups a second"] = {
                rig.name: [(rig.server.wakeups() - before[rig.name]) / 5] for rig in running
            }
    return found


def fans(
    targets: Sequence[Target], browser: Browser, count: int, sizes: Sequence[str]
) -> dict[str, Times]:
    """One module that many import, in a large graph: `1000:100` is 100 importers among 1,000 modules."""
    found: dict[str, Times] = {}
    for size in sizes:
        modules, importers = map(int, size.split(":"))

        def fill(project: BenchProject, modules: int = modules, importers: int = importers) -> None:
            project.add_fan(importers)
            project.finish(max(0, modules - importers))

        last = f"fan {importers - 1}"
        with rigs(targets, fill, browser) as running:
            found[f"{importers} of {modules} import it"] = interleaved(
                running,
                count,
                lambda rig, v, last=last: rig.edit("/src/shared.js", projects.plain(v), last, v),
            )
    return found


def bursts(
    targets: Sequence[Target], browser: Browser, count: int, files: int = 200
) -> dict[str, Times]:
    """Many self-accepting modules rewritten at once."""

    def fill(project: BenchProject) -> None:
        project.add_many(files)
        project.finish(20)

    def burst(rig: Rig, value: str) -> float:
        assert rig.page is not None
        before = time.time() * 1000
        for number in range(files):
            rig.project.write(
                f"/src/many/m{number}.js", projects.accepting(f"many {number}", value)
            )
        rig.page.wait_for_function(
            "([count, value]) => Object.values(reports).filter(([seen]) => seen === value).length === count",
            arg=[files, value],
            timeout=PATIENCE_MS,
        )
        return (
            float(rig.page.evaluate("Math.max(...Object.values(reports).map(([, at]) => at))"))
            - before
        )

    with rigs(targets, fill, browser) as running:
        return {f"{files} files at once": interleaved(running, count, burst)}


def loads(
    targets: Sequence[Target], browser: Browser, count: int, sizes: Sequence[str]
) -> dict[str, Times]:
    """First loads of many modules by a fresh server and an empty browser cache, and reloads."""
    found: dict[str, Times] = {}
    for size in sizes:
        cold: defaultdict[str, list[float]] = defaultdict(list)
        first: defaultdict[str, list[float]] = defaultdict(list)
        warm: defaultdict[str, list[float]] = defaultdict(list)
        cpu: defaultdict[str, list[float]] = defaultdict(list)
        memory: defaultdict[str, list[float]] = defaultdict(list)
        for _ in range(count):
            for target in random.sample(list(targets), len(targets)):
                with rigs([target], lambda project, n=int(size): project.finish(n), None) as [rig]:
                    before = rig.server.cpu_ms()
                    page = browser.new_context().new_page()
                    page.goto(rig.server.url)
                    page.wait_for_function("globalThis.done", timeout=PATIENCE_MS)
                    cold[target.name].append(page.evaluate("done"))
                    cpu[target.name].append(rig.server.cpu_ms() - before)
                    memory[target.name].append(rig.server.memory_mib())
                    if target.name == OURS:  # a person reloads a page that has come up
                        page.evaluate(READY)
                    for times in (first, warm):
                        time.sleep(1)
                        page.reload(wait_until="commit")
                        page.wait_for_function("globalThis.done", timeout=PATIENCE_MS)
                        times[target.name].append(page.evaluate("done"))
                        if target.name == OURS:
                            page.evaluate(READY)
                    page.context.close()
        found[f"load of {size}"] = dict(cold)
        found[f"load of {size}, server CPU"] = dict(cpu)
        found[f"load of {size}, MiB"] = dict(memory)
        # hmr-server's page knows its modules' texts from its first reload on
        found[f"first reload of {size}"] = dict(first)
        found[f"reload of {size}"] = dict(warm)
    return found


def crowds(
    targets: Sequence[Target], count: int, sizes: Sequence[int] = (20, 100)
) -> dict[str, Times]:
    """An edit until the last of many clients has its message; Bun has a protocol of its own."""

    def fill(project: BenchProject) -> None:
        project.add_leaf()
        project.finish(20)

    found: dict[str, Times] = {}
    with rigs([x for x in targets if x.name != "Bun"], fill, None) as running:
        for rig in running:
            for path in ("/", "/src/main.js", "/src/leaf.js"):  # so that it knows the module
                rig.server.get(path)
        for size in sizes:
            clients = {rig.name: Clients(rig.server, size) for rig in running}

            def edit(rig: Rig, value: str, clients: dict[str, Clients] = clients) -> float:
                text = projects.accepting("leaf", value)
                took = clients[rig.name].last_ms(lambda: rig.project.write("/src/leaf.js", text))
                rig.server.get("/src/leaf.js")  # as a page does: it is up to date again
                return took

            found[f"last of {size} clients"] = interleaved(running, count, edit)
            for each in clients.values():
                each.close()
    return found


def starts(targets: Sequence[Target], count: int) -> dict[str, Times]:
    """From the process's start to the first page."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for turn in range(count + 1):
        for target in random.sample(list(targets), len(targets)):
            with rigs([target], lambda project: project.finish(20), None) as [rig]:
                if turn:
                    times[target.name].append(rig.server.started_ms)
    return {"start to first page": dict(times)}


def shown(results: Results) -> str:
    """The table."""
    load = f"load average {results.load:.1f} at the start, {results.load_at_end:.1f} at the end"
    lines = [f"\n  milliseconds; {load}\n"]
    head = f"  {'':<26} {'':<12} {'p50':>8} {'p95':>8} {'n':>4}   ours ÷ this, 95 %"
    lines.append(head)
    for scenario, times in results.times.items():
        for name, values in times.items():
            row = f"  {scenario:<26} {name:<12} {percentile(values, 0.5):>8.1f} {percentile(values, 0.95):>8.1f} {len(values):>4}"
            if name != OURS and OURS in times and percentile(values, 0.5):
                found = ratio(times[OURS], values)
                row += f"   {found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
            lines.append(row)
            scenario = ""
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--peers", action="store_true", help="Vite and Bun as well, from npm")
    parser.add_argument("--only", default="leaf,5 importers,20 importers,css,idle,start,clients")
    parser.add_argument(
        "--all", action="store_true", help="fans, bursts and loads as well: minutes"
    )
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--loads", default="1000,3000")
    parser.add_argument("--fans", default="10:1,3000:1,3000:100,3000:1000")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args(arguments)
    only = [name.strip() for name in options.only.split(",")]
    if options.all:
        only += ["fan", "burst", "load"]
    targets = [*own_targets(), *(peers() if options.peers else [])]
    results = Results(os.getloadavg()[0])
    few = max(3, options.edits // 8)
    with chromium() as browser:
        results.times |= edits(targets, browser, options.edits, only)
        if "fan" in only:
            results.times |= fans(targets, browser, few, options.fans.split(","))
        if "burst" in only:
            results.times |= bursts(targets, browser, few)
        if "load" in only:
            results.times |= loads(targets, browser, max(2, few // 2), options.loads.split(","))
    if "clients" in only:
        results.times |= crowds(targets, few)
    if "start" in only:
        results.times |= starts(targets, few)
    results.load_at_end = os.getloadavg()[0]
    print(shown(results))
    if options.json:
        options.json.write_text(json.dumps(asdict(results), indent=1), encoding="utf-8")
    if options.svg:
        names = [target.name for target in targets]
        medians = {
            LABELS.get(scenario, scenario): {
                name: percentile(times[name], 0.5) for name in names if name in times
            }
            for scenario, times in results.times.items()
            if not scenario.endswith(OTHER_UNITS)
        }
        title = f"p50, milliseconds · {platform.machine()}, {os.cpu_count()} cores, load {results.load:.1f} to {results.load_at_end:.1f}"
        options.svg.write_text(plot(medians, title), encoding="utf-8")


if __name__ == "__main__":
    main()
