// Run by bytecode.py in Node.js:
// `node compile_archives.mjs PYODIDE_DIRECTORY STDLIB [library|client SOURCE TARGET]...`.
// Writes archives anew, with bytecode beside each source: where zipimport looks in the standard
// library's; in __pycache__ in the client's, so that another Python that a page may have of its own
// passes it over and takes the source. Only Pyodide's own Python can make it. The bytecode is not
// checked against its source (PEP 552): both are ours.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [directory, stdlib, ...work] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(resolve(directory), "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: resolve(directory), stdLibURL: resolve(stdlib) });
const compileArchive = pyodide.runPython(`
import importlib.util, io, marshal, site, sys, zipfile

UNCHECKED_HASH = (1).to_bytes(4, "little")
# where the page has them, which is what tracebacks name
PLACES = {
    "library": next(path for path in sys.path if path.endswith(".zip")),
    "client": site.getsitepackages()[0],
}

def compiled(path, source):
    code = compile(source, path, "exec", dont_inherit=True)
    key = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + key + marshal.dumps(code)

def add(archive, name, content):
    # without a time: the same bytes each time
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

def compile_archive(kind, archive):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive.to_py())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            add(new, name, content)
            if name.endswith(".py"):
                try:
                    bytecode = compiled(f"{PLACES[kind]}/{name}", content)
                except SyntaxError:
                    if kind == "client":
                        raise
                    continue  # the library holds templates that are no Python
                cached = importlib.util.cache_from_source(name)
                add(new, name + "c" if kind == "library" else cached, bytecode)
    return buffer.getvalue()

compile_archive
`);
while (work.length > 0) {
  const [kind, source, target] = work.splice(0, 3);
  writeFileSync(target, compileArchive(kind, new Uint8Array(readFileSync(source))).toJs());
}
process.exit(0);
