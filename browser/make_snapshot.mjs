// Run by hmr-server (`pyodide/snapshot.py`) in Node.js: `node make_snapshot.mjs PYODIDE_DIRECTORY STDLIB WHEEL TARGET`.
// Writes what the memory of Pyodide holds once Python has started and has imported the client: what a page can continue
// from (`bootstrap/snapshot.js`, which knows the format). What is zero, and what each Pyodide has in its memory
// before Python starts, is left out: two thirds of 30 MB.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const MAGIC = 0x53524d48; // "HMRS"
const STRETCH = 1024;
const PLACE = "/lib/hmr_client.whl"; // as in pages
// Where Pyodide 314.0.7 has the C function behind `run_sync`: one that raises an error, or one that suspends the stack.
// It chooses when it starts, by what its JavaScript engine can do. (Of the memory before the heap all that differs
// between Node.js and Chromium was looked at: this, Python's trampoline, counts and addresses.)
const SUSPENDING = { address: 3149588, no: 41, yes: 42 };

const [directory, stdlib, wheel, target] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(join(directory, "pyodide.mjs")));
const { default: create } = await import(pathToFileURL(join(directory, "pyodide.asm.mjs")));
let before; // the memory before anything has run
const pyodide = await loadPyodide({
  indexURL: directory,
  stdLibURL: stdlib,
  // what a page has, and what `wake` does not change
  _sysExecutable: "./this.program",
  env: { LANG: "en_US.UTF-8" },
  fsInit: (FS) => FS.writeFile(PLACE, readFileSync(wheel)),
  _makeSnapshot: true,
  createPyodideModule(settings) {
    settings.preRun.unshift((module) => (before = module.HEAPU8.slice()));
    return create(settings);
  },
});
pyodide.runPython(`
import sys
sys.path.remove("")  # the page's loadPyodide adds it again
sys.path.append("${PLACE}")
import hmr_browser.snapshot
hmr_browser.snapshot.prepare()
`);

/** Offsets and lengths of what `isWanted` says so of. */
function stretches(memory, isWanted) {
  const found = [];
  for (let start = 0; start < memory.length; start += STRETCH) {
    const part = memory.subarray(start, start + STRETCH);
    if (!isWanted(part, start)) continue;
    const last = found.at(-1);
    if (last && last[0] + last[1] === start) last[1] += part.length;
    else found.push([start, part.length]);
  }
  return found;
}

const snapshot = pyodide.makeMemorySnapshot();
const headLength = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 2)[1]; // Pyodide's own head
const memory = snapshot.subarray(headLength);
if (memory.length !== before.length) throw new Error("Python needs more memory than a page has to begin with");
const isZero = (part) => part.every((byte) => byte === 0);
const isAsBefore = (part, start) => Buffer.compare(part, before.subarray(start, start + part.length)) === 0;
const kept = stretches(memory, (part, start) => !isZero(part) && isAsBefore(part, start));
const changed = stretches(memory, (part, start) => !isZero(part) && !isAsBefore(part, start));

const { address, no, yes } = SUSPENDING;
const { HEAP32, jspiSupported, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET, wasmTable } = pyodide._module;
if (HEAP32[address >> 2] !== (jspiSupported ? yes : no)) throw new Error("this Pyodide has `run_sync` elsewhere");
// Python's trampoline, where the runtime can compile it
const own = HEAP32[(__PyRuntime + HEAP32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2]) >> 2] ? 1 : 0;
const head = [MAGIC, memory.length, wasmTable.length - own, statSync(stdlib).size, statSync(wheel).size, address, no, yes, headLength];
const numbers = new Uint32Array([...head, kept.length, changed.length, ...kept.flat(), ...changed.flat()]);
const parts = changed.map(([start, length]) => memory.subarray(start, start + length));
writeFileSync(target, Buffer.concat([new Uint8Array(numbers.buffer), snapshot.subarray(0, headLength), ...parts]));
process.exit(0);
