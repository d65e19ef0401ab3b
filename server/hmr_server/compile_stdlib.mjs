// Run by bytecode.py in Node.js: `node compile_stdlib.mjs PYODIDE_DIRECTORY ARCHIVE`.
// Writes the standard library's archive anew, with bytecode beside each source. Only Pyodide's own
// Python can make it. The bytecode is not checked against its source (PEP 552): both are ours.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [directory, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(resolve(directory), "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: resolve(directory) });
const archive = pyodide.runPython(`
import importlib.util, io, marshal, sys, zipfile

UNCHECKED_HASH = (1).to_bytes(4, "little")

def compiled(path, source):
    code = compile(source, path, "exec", dont_inherit=True)
    key = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + key + marshal.dumps(code)

library = next(path for path in sys.path if path.endswith(".zip"))
buffer = io.BytesIO()
with zipfile.ZipFile(library) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
    for name in sorted(old.namelist()):
        content = old.read(name)
        new.writestr(name, content)
        if name.endswith(".py"):
            try:
                bytecode = compiled(f"{library}/{name}", content)
            except SyntaxError:
                continue  # the library holds templates that are no Python
            new.writestr(name + "c", bytecode)
buffer.getvalue()
`);
writeFileSync(target, archive.toJs());
process.exit(0);
