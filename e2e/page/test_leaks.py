"""A day of saves in one page: nothing grows but what the browser itself keeps of each import."""

from e2e.harness.hot_page import HotPage
from e2e.harness.page_socket import spy_on_sockets
from e2e.harness.project import html

UPDATES = 2000
ROUNDS = 5

# Everything that a module can leave behind, in each version.
MODULE = """\
const { hot } = import.meta;
import.meta.hot.accept(() => window.updated());
import.meta.hot.accept("/dep.js", () => {});
import.meta.hot.acceptExports(["a"], () => {});
const listener = () => {};
import.meta.hot.on("app:off", listener);
import.meta.hot.off("app:off", listener);
import.meta.hot.on("app:x", () => {});
import.meta.hot.on("vite:beforeUpdate", async () => {});
import.meta.hot.dispose(async (data) => { data.count = (data.count ?? 0) + 1; });
import.meta.hot.prune(() => {});
import.meta.hot.send("app:y", { a: [1] });
"""

# The same module to the browser, without a hot context.
CONTROL = "const hot = new Proxy({}, { get: () => () => {} });\n" + MODULE.replace(
    "const { hot } = import.meta;\n", ""
).replace("import.meta.hot", "hot")

MEASURE = """\
async ([updates, rounds]) => {
  const { ready } = await import("/@hmr/client");
  const pyodide = await ready;
  const { _module: internal } = pyodide;
  internal.enable_pyproxy_allocation_tracing();
  let timestamp = 1795000000000;
  const update = () => new Promise((resolve) => {
    window.updated = resolve;
    const one = { type: "js-update", path: "/main.js", acceptedPath: "/main.js", timestamp: timestamp++ };
    arrive({ type: "update", updates: [one] }, { type: "custom", event: "app:x", data: { a: [{}] } });
  });
  const measure = () => {
    gc();
    return {
      proxies: internal.pyproxy_alloc_map.size,
      objects: pyodide.runPython("import gc; gc.collect(); len(gc.get_objects())"),
      python: internal.HEAPU8.length,
      nodes: document.querySelectorAll("*").length,
      heap: performance.memory.usedJSHeapSize,
    };
  };
  const rest = () => new Promise((resolve) => setTimeout(resolve, 50));
  const results = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < updates / rounds; i++) await update();
    await rest();
    results.push(measure());
  }
  const before = measure().heap;
  for (let i = 0; i < updates / rounds; i++) await import(`/control.js?t=${timestamp++}`);
  await rest();
  return { results, control: measure().heap - before };
}
"""


def test_two_thousand_updates_leave_nothing_behind(
    project, serve, new_page, browser_type, browser_type_launch_args
):
    project.create(
        {
            "index.html": html(),
            "main.js": MODULE,
            "dep.js": "export {};",
            "control.js": CONTROL,
        }
    )
    # The heap can only be read exactly, and collected, by a browser that was told so.
    flags = ["--js-flags=--expose-gc", "--enable-precise-memory-info"]
    arguments = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *flags]}
    browser = browser_type.launch(**arguments)
    try:
        page = spy_on_sockets(HotPage(browser.new_page())).open(serve(project).url)
        measured = page.page.evaluate(MEASURE, [UPDATES, ROUNDS])
    finally:
        browser.close()
    first, *_, last = warm = measured["results"][1:]
    for name in ("proxies", "python", "nodes"):
        assert {result[name] for result in warm} == {first[name]}, (name, warm)
    assert abs(last["objects"] - first["objects"]) < 50, warm
    per_round = (last["heap"] - first["heap"]) / (len(warm) - 1)
    # The control is what Chromium keeps of a module: source, code, bindings.
    assert per_round < 1.5 * measured["control"], (per_round, measured)
