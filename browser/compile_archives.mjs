// Run by hmr-server (`pyodide/bytecode.py`) and by the Vite plugin (`compiled_archives.js`) in Node.js:
// `node compile_archives.mjs PYODIDE_DIRECTORY STDLIB [library|client SOURCE TARGET]...`.
// Writes archives with bytecode beside each source, where zipimport looks. Only Pyodide's own
// Python can make it; another one that a page may have of its own passes it over and takes the source.
// The bytecode is not checked against its source (PEP 552): both are ours. What each page reads to
// boot is stored, and the rest deflated.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [directory, stdlib, ...work] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(resolve(directory), "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: resolve(directory), stdLibURL: resolve(stdlib) });
const compileArchive = pyodide.runPython(`
import importlib.util, io, marshal, sys, zipfile

UNCHECKED_HASH = (1).to_bytes(4, "little")
# where the page has them, which is what tracebacks name
PLACES = {
    "library": next(path for path in sys.path if path.endswith(".zip")),
    "client": "/lib/hmr_client.whl",
}
BOOT = {getattr(getattr(module, "__spec__", None), "origin", None) for module in sys.modules.values()}

def compiled(path, source):
    code = compile(source, path, "exec", dont_inherit=True)
    key = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + key + marshal.dumps(code)

def add(archive, name, content, method=zipfile.ZIP_DEFLATED):
    # without a time: the same bytes each time
    archive.writestr(zipfile.ZipInfo(name), content, method)

def compile_archive(kind, archive):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive.to_py())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            add(new, name, content)
            if name.endswith(".py"):
                path = f"{PLACES[kind]}/{name}"
                try:
                    bytecode = compiled(path, content)
                except SyntaxError:
                    if kind == "client":
                        raise
                    continue  # the library holds templates that are no Python
                is_read = kind == "client" or path in BOOT
                add(new, name + "c", bytecode, zipfile.ZIP_STORED if is_read else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()

compile_archive
`);
while (work.length > 0) {
  const [kind, source, target] = work.splice(0, 3);
  writeFileSync(target, compileArchive(kind, new Uint8Array(readFileSync(source))).toJs());
}
process.exit(0);
