/** The Pyodide that the client runs in: the page's own, or one that is booted here. */
import { config, here } from "./settings.js";

let resolveAttached;
const attached = new Promise((resolve) => (resolveAttached = resolve));

/** Says which interpreter it is, where the page or PyScript has booted one. */
export function handOver(pyodide) {
  resolveAttached(pyodide);
}

export async function findPyodide(isHandedOver) {
  const own = globalThis.pyodide;
  if (own?.unpackArchive) return own;
  if (isHandedOver) return attached;
  const indexURL = new URL(config.pyodide, here).href;
  const booted = import(/* @vite-ignore */ `${indexURL}pyodide.mjs`).then(({ loadPyodide }) => loadPyodide({ indexURL }));
  const watch = new AbortController();
  try {
    return await Promise.race([attached, booted, reasonForHanging(`${indexURL}pyodide.asm.wasm`, watch.signal)]);
  } finally {
    watch.abort();
  }
}

/**
 * loadPyodide waits for ever when its WebAssembly can't be had, or comes as anything but
 * application/wasm. When the boot takes long, have a look; reject only if that is why.
 */
async function reasonForHanging(wasm, stopped) {
  await new Promise((resolve) => setTimeout(resolve, 5000));
  if (!stopped.aborted) {
    const { ok, status, headers } = await fetch(wasm, { method: "HEAD" });
    const type = headers.get("Content-Type");
    if (!ok) throw new Error(`${wasm} was answered with ${status}`);
    if (type && !type.startsWith("application/wasm")) {
      throw new Error(`${wasm} was served as ${type}, and browsers only take application/wasm`);
    }
  }
  return new Promise(() => {}); // it is there: a slow machine, or a slow line
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
 */
export function placeClient(pyodide, wheel) {
  let place = "/lib/hmr_client";
  if (config.bytecode && pyodide.version === config.pyodideVersion) {
    pyodide.FS.writeFile((place += ".whl"), wheel);
  } else {
    pyodide.unpackArchive(wheel, "wheel", { extractDir: place });
  }
  pyodide.runPython(`__import__("sys").path.append("${place}")`);
}
