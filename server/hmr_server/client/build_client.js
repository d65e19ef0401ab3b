// What `/@hmr/client` is in a built project: it starts the Python of pages and workers as the dev
// server's client does, and nothing is hot.
const here = new URL(import.meta.url);
const settings = __SETTINGS__;
const tag = globalThis.document?.querySelector(`script[src$="${here.pathname.split("/").at(-1)}"][data-entry]`);

let done;
/** Settles when the program runs: with Pyodide. */
export const ready = new Promise((resolve) => (done = resolve));

/** Boots Pyodide and runs a program in it. */
export async function start(entry, options = {}) {
  const { loadPyodide } = await import(new URL(settings.pyodide, here));
  return attach(await loadPyodide(), { ...options, entry });
}

/** Runs a program in a Pyodide that is there already. */
export async function attach(pyodide, { entry = tag?.dataset.entry, packages = [] } = {}) {
  if (entry) await run(pyodide, entry, packages);
  done(pyodide);
  return pyodide;
}

async function run(pyodide, entry, declared) {
  pyodide.unpackArchive(await load(settings.modules), "zip", { extractDir: "/home/pyodide" });
  if (settings.files.length) {
    const { dataFiles } = await import(new URL("data_files.js", here));
    dataFiles(pyodide.FS, new URL("..", here).href).add(JSON.stringify(settings.files));
  }
  for (const wheel of settings.wheels) pyodide.unpackArchive(await load(wheel), "wheel");
  const packages = [...new Set([...settings.packages, ...declared])].filter((name) => !settings.installed.includes(name));
  if (packages.length) {
    await pyodide.loadPackage("micropip");
    await pyodide.pyimport("micropip").install(packages);
  }
  const { pathname } = new URL(entry, globalThis.document?.baseURI ?? location.href);
  const path = pathname.startsWith(settings.base) ? `/${pathname.slice(settings.base.length)}` : pathname;
  const file = `/home/pyodide${decodeURIComponent(path)}`;
  pyodide.globals.set("__file__", file);
  pyodide.runPython(`import sys; sys.path.insert(0, __file__.rpartition("/")[0])`);
  await pyodide.runPythonAsync(pyodide.FS.readFile(file, { encoding: "utf8" }), { filename: file });
}

async function load(name) {
  const response = await fetch(new URL(name, here));
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status}`);
  return response.arrayBuffer();
}

if (tag && !tag.hasAttribute("data-attach")) await start(tag.dataset.entry);
