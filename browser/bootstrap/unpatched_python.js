/**
 * The Python that the page runs without this client: files that it has fetched itself, MicroPython's, those of a
 * Pyodide that is too old, and of an old PyScript's workers. It can't be patched, so the page reloads when one of them is saved.
 */
import { tooOld } from "./interpreter.js";
import { hasFetched } from "./loaded_files.js";
import { pyScript, silentWorkers, workerScripts } from "./pyscript_hooks.js";
import { belowBase, hasDocument } from "./settings.js";

const inWorker = "a worker has it, whose Python this PyScript can't patch; PyScript 2024.8 can";

/**
 * Returns why the page has to reload for a Python file, or undefined where the file is unknown here.
 *
 * @param {string} path below the base
 * @param {boolean} isPatched whether the page's own program has it, and patches it
 */
export function whyUnpatched(path, isPatched) {
  const file = decodeURIComponent(path);
  if (isPatched) return mayBeInWorker(file) ? inWorker : undefined;
  if (tooOld) return tooOld;
  if (!hasFetched(path) || workerScripts.has(file)) return undefined;
  if (!pyScript) return "the page fetches and runs it itself; a data-entry is patched instead";
  return isScript(file) ? undefined : "the page fetches it itself, or a worker has it that can't be patched";
}

/** Whether a file is a script of the page's own Python. */
function isScript(file) {
  const scripts = [...document.querySelectorAll("script[type=py][src]:not([worker]), py-script[src]:not([worker])")];
  return scripts.some((script) => belowBase(script.getAttribute("src")) === file);
}

const workerTags = () => [...document.querySelectorAll("script[type=py][worker], py-script[worker]")];

/** Whether an old PyScript's worker may have a file: nobody knows the configuration of one that Python has made. */
function mayBeInWorker(file) {
  if (!silentWorkers?.size || isScript(file)) return false;
  const known = new Set(workerTags().map(({ xworker }) => xworker));
  return [...silentWorkers].some((worker) => !known.has(worker));
}

/** PyScript's scripts that can't be patched, where their files are named, and why it is so. */
export function unpatchedScripts() {
  if (!hasDocument) return [];
  const microPython = [...document.querySelectorAll("script[type=mpy], mpy-script, script[type=mpy-game], script[type=mpy-editor]")];
  return [
    ...microPython.map((script) => described(script, "mpy", 'MicroPython runs it; type="py" can be patched')),
    ...(silentWorkers ? workerTags().map((script) => described(script, "py", inWorker)) : []),
  ];
}

function described(script, type, why) {
  const common = document.querySelector(`${type}-config, script[type=${type}][config]:not([worker]), ${type}-script[config]:not([worker])`);
  const owner = script.hasAttribute("config") ? script : common; // workers have the page's, too
  const isOwn = owner?.localName !== `${type}-config`;
  const written = (isOwn ? owner?.getAttribute("config") : (owner.getAttribute("src") ?? owner.textContent)) ?? "";
  const isUrl = /\.\w+(\?\S*)?$/.test(written.trim()) && !/^\s*[{[]/.test(written);
  const src = script.getAttribute("src");
  return {
    path: src && belowBase(src),
    config: isUrl ? null : written,
    url: isUrl ? new URL(written, document.baseURI).href : location.href,
    why,
  };
}
