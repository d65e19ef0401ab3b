// Runs pytest in Pyodide under Node.js:
//
//   node scripts/test_in_pyodide.mjs PYODIDE PROJECT WHEELS REPORTS ARGUMENT…
//
// PYODIDE is the folder of pyodide.mjs, PROJECT the folder that holds pyproject.toml and tests/,
// WHEELS a folder of pure wheels (the one under test, pytest and what it needs), REPORTS where
// pytest's report is written; the rest goes to pytest. Its exit code is ours.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, project, wheels, reports, ...args] = process.argv.slice(2);
const bytes = (path) => new Uint8Array(readFileSync(path)); // unpackArchive refuses a Buffer

const { loadPyodide } = await import(pathToFileURL(resolve(pyodideFolder, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: resolve(pyodideFolder) });

const sitePackages = pyodide.runPython("import site; site.getsitepackages()[0]");
for (const name of readdirSync(wheels).filter((file) => file.endsWith(".whl"))) {
  pyodide.unpackArchive(bytes(join(wheels, name)), "wheel", { extractDir: sitePackages });
}

// A project of its own in memory, where pytest finds its settings and hypothesis may write; only
// the tests come from the disk.
pyodide.FS.mkdir("/project");
pyodide.FS.writeFile("/project/pyproject.toml", bytes(join(project, "pyproject.toml")));
pyodide.mountNodeFS("/project/tests", resolve(project, "tests"));
pyodide.mountNodeFS("/reports", resolve(reports));

pyodide.globals.set("arguments", pyodide.toPy(args));
try {
  process.exitCode = pyodide.runPython(`
import os, sys, pytest
os.chdir("/project")
sys.path.insert(0, "/project/tests/pyodide")
# The cache provider would write into the mounted tests.
options = ["-p", "no:cacheprovider", "-p", "blocking_loop", "--junitxml=/reports/pyodide.xml"]
int(pytest.main([*options, *arguments]))
`);
} catch (error) {
  console.error(error.message); // the stack would print a megabyte of pyodide.asm.mjs
  process.exitCode = 3;
}
