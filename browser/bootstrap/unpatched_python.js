/**
 * The Python that the page runs without this client: files that it has fetched itself, MicroPython's, and those
 * of a Pyodide that is too old. It can't be patched, so the page reloads when one of them is saved.
 */
import { hasFetched } from "./loaded_files.js";
import { tooOld } from "./pyodide.js";
import { pyScript, workerScripts } from "./pyscript_hooks.js";
import { belowBase, hasDocument } from "./settings.js";

/** Returns why the page has to reload for a Python file, or undefined where the file is unknown here. */
export function whyUnpatched(path) {
  if (tooOld) return tooOld;
  const file = decodeURIComponent(path);
  if (!hasFetched(path) || workerScripts.has(file)) return undefined;
  if (!pyScript) return "the page fetches and runs it itself; a data-entry is patched instead";
  const scripts = [...document.querySelectorAll("script[type=py][src]:not([worker]), py-script[src]:not([worker])")];
  if (scripts.some((script) => belowBase(script.getAttribute("src")) === file)) return undefined;
  return "the page fetches it itself, or a worker has it that can't be patched";
}

/** MicroPython's scripts, and where their files are named. */
export function microPython() {
  if (!hasDocument) return [];
  const common = document.querySelector("mpy-config, script[type=mpy][config]:not([worker]), mpy-script[config]:not([worker])");
  return [...document.querySelectorAll("script[type=mpy], mpy-script, script[type=mpy-game], script[type=mpy-editor]")].map((script) => {
    const owner = script.hasAttribute("config") || script.hasAttribute("worker") ? script : common;
    const isOwn = owner?.localName !== "mpy-config";
    const written = (isOwn ? owner?.getAttribute("config") : (owner.getAttribute("src") ?? owner.textContent)) ?? "";
    const isUrl = /\.\w+(\?\S*)?$/.test(written.trim()) && !/^\s*[{[]/.test(written);
    const src = script.getAttribute("src");
    return {
      path: src && belowBase(src),
      config: isUrl ? null : written,
      url: isUrl ? new URL(written, document.baseURI).href : location.href,
    };
  });
}
