/** The Pyodide that the client runs in: the page's own, or one that is booted here. */
import { attached, canPatch } from "./interpreter.js";
import { config, headQuery, here, prefix } from "./settings.js";
import { continueFromSnapshot } from "./snapshot.js";
import { view } from "./view.js";

/** The Pyodide that has come with the client in it. */
let continued;

async function startPython(indexURL) {
  if (config.snapshot) {
    try {
      return (continued = await continueFromSnapshot());
    } catch (error) {
      console.debug(`${prefix} Python can't continue from its snapshot, and is started:`, error);
    }
  }
  const { loadPyodide } = await import(/* @vite-ignore */ `${indexURL}pyodide.mjs`);
  return loadPyodide({ indexURL });
}

export async function findPyodide(isHandedOver) {
  const own = globalThis.pyodide;
  if (own?.unpackArchive && canPatch(own)) return own;
  if (isHandedOver) {
    const given = await attached;
    if (given) return given;
  }
  checkPolicy();
  const indexURL = new URL(config.pyodide, here).href;
  const starting = startPython(indexURL);
  const watch = new AbortController();
  try {
    return await Promise.race([attached.then((given) => given ?? starting), starting, reasonForHanging(`${indexURL}pyodide.asm.wasm`, watch.signal)]);
  } finally {
    watch.abort();
  }
}

/** Where a page's policy allows no WebAssembly loadPyodide waits for ever. */
function checkPolicy() {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); // an empty one
  } catch (cause) {
    throw new Error("The page's Content-Security-Policy allows no WebAssembly: script-src needs 'wasm-unsafe-eval'.", { cause });
  }
}

/**
 * loadPyodide waits for ever when its WebAssembly can't be had, is cut off, or comes as anything but
 * application/wasm. As long as the boot takes, have a look; reject only if that is why.
 */
async function reasonForHanging(wasm, stopped) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    if (stopped.aborted) return;
    const { ok, status, headers } = await fetch(`${wasm}${headQuery}`, { method: "HEAD" });
    const type = headers.get("Content-Type");
    if (!ok) throw new Error(`${wasm} was answered with ${status}`);
    if (type && !type.startsWith("application/wasm")) {
      throw new Error(`${wasm} was served as ${type}, and browsers only take application/wasm`);
    }
    // none yet on a slow line; 0 where another server does not say it
    const size = performance.getEntriesByName(wasm)[0]?.encodedBodySize;
    if (size && size < headers.get("Content-Length")) view.page.loadAgain(wasm);
  }
}

export async function fetchWheel(path) {
  const response = await fetch(new URL(path, here));
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Puts the client where Python imports it, and out of the program's sight: not into its working directory. A
 * wheel with bytecode for this Python stays as it is, which saves the unpacking. From one without, each
 * source would be compiled twice.
 *
 * @param pyodide The interpreter.
 * @param wheel The wheel's `path`, and its `content` if that is there already.
 * @param index Which wheel it is: 0 for every page, 1 for pages with Python modules.
 */
export async function placeClient(pyodide, wheel, index) {
  if (pyodide === continued) return;
  const magic = pyodide.runPython('__import__("importlib.util").util.MAGIC_NUMBER.hex()');
  const compiled = config.bytecode?.[magic]?.[index];
  const path = compiled ?? wheel.path;
  const content = (path === wheel.path && wheel.content) || (await fetchWheel(path));
  const place = compiled ? "/lib/hmr_client.whl" : "/lib/hmr_client";
  if (compiled) pyodide.FS.writeFile(place, content);
  else pyodide.unpackArchive(content, "wheel", { extractDir: place });
  pyodide.runPython(`__import__("sys").path.append("${place}")`);
}
