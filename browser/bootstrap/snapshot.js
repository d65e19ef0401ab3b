/**
 * A Python that has started already. The dev server keeps what Pyodide's memory holds once Python runs and has imported
 * the client (`make_snapshot.mjs`), and the page continues from there. Pyodide can load a snapshot of its own making:
 * what it does not check is checked here, and where anything does not fit the page starts a Python as ever.
 *
 * The standard library and the client lie in Python's file system as archives that it has imported from already. They
 * are fetched after the program has started, or when it imports from them what the snapshot does not hold.
 */
import { openStore, readNote, writeNote } from "./notes.js";
import { config, hasDocument, here, importPart, prefix } from "./settings.js";

const MAGIC = 0x53524d48;
const headNumbers = 11;
const libraryNote = "library";
const store = "hmr-snapshot";
const laterMs = 1000; // by then the program has started

async function fetchBytes(url) {
  const response = await fetch(new URL(url, here));
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status}`);
  return response.arrayBuffer();
}

/** The snapshot: from where an earlier visit has kept it (`later_visits.js`), else from the server. */
async function readSnapshot(url) {
  const cache = await openStore(store);
  const found = await cache?.match(url);
  try {
    return parseSnapshot(await (found ? found.arrayBuffer() : fetchBytes(url)));
  } catch (error) {
    if (found) await cache.delete(url);
    throw error;
  }
}

/** Pairs of an offset and a length. */
function* pairs(numbers) {
  for (let index = 0; index < numbers.length; index += 2) yield [numbers[index], numbers[index + 1]];
}

function parseSnapshot(buffer) {
  const numbersOfHead = new Uint32Array(buffer, 0, headNumbers);
  const [magic, size, functions, librarySize, clientSize, suspending, cannot, can, headLength, same, changed] = numbersOfHead;
  if (magic !== MAGIC) throw new Error("this is no snapshot");
  const numbers = new Uint32Array(buffer, numbersOfHead.byteLength, 2 * (same + changed));
  const [sameParts, changedParts] = [numbers.subarray(0, 2 * same), numbers.subarray(2 * same)];
  const ownHead = numbersOfHead.byteLength + numbers.byteLength;
  const head = new Uint8Array(buffer, ownHead, headLength);
  const content = new Uint8Array(buffer, ownHead + headLength);
  const length = [...pairs(changedParts)].reduce((sum, [, part]) => sum + part, 0);
  if (content.length !== length) throw new Error("the snapshot is not whole");
  return { size, functions, librarySize, clientSize, suspending, cannot, can, head, sameParts, changedParts, content };
}

/**
 * Makes the memory of a Pyodide that has not started yet the snapshot's: what each Pyodide begins with stays where the
 * snapshot has it, too, the rest is zero, or comes from there.
 */
function restore(module, { size, functions, suspending, cannot, can, sameParts, changedParts, content }) {
  const { HEAP32, HEAPU32, HEAPU8 } = module;
  // Python calls C through a function that it compiles for the browser at hand, and whose place in the table of
  // functions the memory holds. It is the only one that is added before Python starts.
  const address = (module.__PyRuntime + HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2]) >> 2;
  const own = HEAP32[address];
  if (own === undefined || module.wasmTable.length - (own ? 1 : 0) !== functions || HEAPU8.length !== size) {
    throw new Error("the snapshot is another Pyodide's");
  }
  const used = HEAPU32[module._emscripten_get_sbrk_ptr() >> 2]; // nothing has been written beyond
  let end = 0;
  for (const [offset, length] of pairs(sameParts)) {
    HEAPU8.fill(0, end, offset);
    end = offset + length;
  }
  if (end < used) HEAPU8.fill(0, end, used);
  let at = 0;
  for (const [offset, length] of pairs(changedParts)) {
    HEAPU8.set(content.subarray(at, at + length), offset);
    at += length;
  }
  HEAP32[address] = own;
  HEAP32[suspending >> 2] = module.jspiSupported ? can : cannot; // `run_sync`
}

let afterStart = () => {};
let startsSooner = async () => {};

/** Fetches the library and the client, now that the program has started, and prepares later visits. */
export function fetchArchives() {
  afterStart();
  setTimeout(() => startsSooner().catch(() => {}), laterMs);
}

/** Whether this page's program has read the library while it started, the last time. */
const needsLibrary = async () => hasDocument && (await readNote(libraryNote)) === location.pathname;

async function noteNeed(isNeeded) {
  if (!hasDocument) return; // a worker's would take the page's place
  if (isNeeded) await writeNote(libraryNote, location.pathname);
  else if (await needsLibrary()) await writeNote(libraryNote);
}

/**
 * Puts files where Python has seen them before: their content comes when they are opened, or by `fetchArchives`.
 *
 * @param {ArrayBuffer} [content] the library's, if it is there
 */
function layArchives({ FS }, dataFiles, library, client, content) {
  let wasRead = false;
  const archives = [library, client].map(({ url, place, size }) => {
    const end = url.lastIndexOf("/") + 1;
    const opened = () => (wasRead ||= place === library.place);
    const files = dataFiles(FS, url.slice(0, end), { prefix, opened });
    files.add(JSON.stringify([[place, url.slice(end), size, 0]]));
    return { url, fill: (bytes) => files.fill(place, new Uint8Array(bytes)) };
  });
  if (content) archives[0].fill(content);
  afterStart = () => {
    noteNeed(wasRead).catch(() => {}); // the program waits for it the next time, too
    for (const { url, fill } of content ? archives.slice(1) : archives) fetchBytes(url).then(fill).catch(() => {}); // or when it is opened
  };
}

let prepared;

/**
 * Has all come that a Python which continues needs, beside what the page does: of the page's own time it takes nothing
 * worth mentioning until `continueFromSnapshot` asks for it.
 */
export function prepare() {
  if (!prepared && config.snapshot) {
    let ask;
    const isAskedFor = new Promise((resolve) => (ask = resolve));
    prepared = { starting: startFromSnapshot(isAskedFor), ask };
    prepared.starting.catch(() => {}); // it is awaited when it is needed
  }
  return prepared;
}

/**
 * Starts Pyodide from the snapshot.
 *
 * @returns {Promise<object>} Pyodide, which has the client already.
 */
export function continueFromSnapshot() {
  const { starting, ask } = prepare();
  ask();
  return starting;
}

/** @param {Promise<void>} isAskedFor Before that nothing is compiled, and nothing runs. */
async function startFromSnapshot(isAskedFor) {
  const indexURL = new URL(config.pyodide, here).href;
  // `loadPyodide`'s script, and the one that it imports; browsers compile them beside the page's own work
  const [main, runtime] = ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => import(/* @vite-ignore */ `${indexURL}${name}`));
  const libraryUrl = `${indexURL}python_stdlib.zip`;
  const clientUrl = new URL(config.pythonWheel, here).href;
  const snapshotUrl = new URL(config.snapshot, here).href;
  const parsed = readSnapshot(snapshotUrl);
  const tools = importPart("data_files.js");
  const library = needsLibrary().then((isNeeded) => (isNeeded ? fetchBytes(libraryUrl) : undefined));
  for (const promise of [runtime, parsed, tools, library]) promise.catch(() => {}); // they are awaited below
  const { loadPyodide } = await main;
  const ownHead = new Uint8Array(4096); // what Pyodide itself reads; the memory would come after it
  const pyodide = await loadPyodide({
    indexURL,
    stdLibURL: `${indexURL}pyodide-lock.json`, // it fetches that in any case: the library comes later
    _loadSnapshot: ownHead,
    async createPyodideModule(settings) {
      const { default: create } = await runtime;
      await isAskedFor;
      const module = await create(settings);
      const snapshot = await parsed;
      restore(module, snapshot);
      ownHead.set(snapshot.head);
      new Uint32Array(ownHead.buffer)[1] = ownHead.length;
      const place = `/lib/python${module.API.pyVersionTuple.slice(0, 2).join("")}.zip`;
      module.FS.unlink(place);
      layArchives(
        module,
        (await tools).dataFiles,
        { url: libraryUrl, place, size: snapshot.librarySize },
        { url: clientUrl, place: "/lib/hmr_client.whl", size: snapshot.clientSize },
        await library,
      );
      return module;
    },
  });
  const python = pyodide.pyimport("hmr_browser.snapshot");
  python.wake(navigator.language);
  python.destroy();
  startsSooner = async () => {
    const { keepAnswer, keepCompiled } = await importPart("later_visits.js");
    await Promise.allSettled([keepAnswer(store, snapshotUrl), keepCompiled(pyodide, `${indexURL}pyodide.asm.wasm`, { readNote, writeNote })]);
  };
  return pyodide;
}
