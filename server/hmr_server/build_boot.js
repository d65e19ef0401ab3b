// Starts the page's Python, as `hmr-server build` has written it down: no client, no server.
const here = new URL(import.meta.url);
const settings = __SETTINGS__;
const { loadPyodide } = await import(new URL(settings.pyodide, here));
const pyodide = await loadPyodide();
const response = await fetch(new URL(settings.modules, here));
if (!response.ok) throw new Error(`${response.url} was answered with ${response.status}`);
pyodide.unpackArchive(await response.arrayBuffer(), "zip", { extractDir: "/home/pyodide" });
for (const wheel of settings.wheels) {
  const archive = await fetch(new URL(wheel, here));
  pyodide.unpackArchive(await archive.arrayBuffer(), "wheel");
}
if (settings.packages.length) {
  await pyodide.loadPackage("micropip");
  await pyodide.pyimport("micropip").install(settings.packages);
}
const [, entry] = /[?&]entry=([^&]+)/.exec(here.search);
const file = `/home/pyodide${decodeURIComponent(entry)}`;
pyodide.globals.set("__file__", file);
pyodide.runPython(`import sys; sys.path.insert(0, __file__.rpartition("/")[0])`);
await pyodide.runPythonAsync(pyodide.FS.readFile(file, { encoding: "utf8" }), { filename: file });
