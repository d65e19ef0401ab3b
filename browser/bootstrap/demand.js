/** What Python there is to run: a page's tag says it, and a worker's script. */
import { handOver, tooOld } from "./interpreter.js";
import { config, hasDocument, here } from "./settings.js";

const withoutQuery = (url) => url.split("?")[0];
const tags = hasDocument ? [...document.querySelectorAll("script[src]")].filter(({ src }) => withoutQuery(src) === withoutQuery(here.href)) : [];
/** The page's tag of this client. */
export const clientTag = tags.find(({ dataset }) => dataset.entry) ?? tags[0];

/** Says what to run: `entry`, `packages`, `attach`. */
export let demand;
/** Whether nothing has been asked for. */
export let isIdle = true;
export const demanded = new Promise((resolve) => (demand = resolve)).finally(() => (isIdle = false));

let settleBooted;
let settleReady;
/** Settles when Python handles hot updates. */
export const booted = new Promise((resolve) => (settleBooted = resolve));
/** Settles when the page's own Python runs as well: with Pyodide, or what went wrong. */
export const ready = new Promise((resolve) => (settleReady = resolve));
for (const promise of [booted, ready]) promise.catch(() => {}); // what goes wrong is reported where it does

/** To be called when the boot has begun, with promises of both. */
export function begins(boot, run) {
  settleBooted(boot);
  settleReady(run);
}

/**
 * Hands over the Pyodide that the page or the worker has booted itself, so that there is one interpreter
 * and not two. A page says so on the tag, `<script type="module" src="/@hmr/client" data-attach></script>`,
 * and calls this when Pyodide is there.
 *
 * @param {object} pyodide What `loadPyodide()` has returned.
 * @param {object} [options] For a worker, what a page's tag says: `entry`, `packages`.
 * @returns {Promise<object>} `ready`.
 */
export function attach(pyodide, options = {}) {
  const isOfUse = handOver(pyodide);
  if (!isOfUse && !hasDocument) return Promise.reject(new Error(tooOld)); // the worker continues without us
  demand({ ...options, attach: true });
  return ready;
}

/**
 * Runs a Python program in this worker, and boots Pyodide for it.
 *
 * @param {string} entry The URL of its first module, which runs as `__main__`.
 * @param {object} [options] `packages`, an array of what micropip installs before.
 * @returns {Promise<object>} `ready`.
 */
export function start(entry, options = {}) {
  if (hasDocument) throw new Error(`start(${JSON.stringify(entry)}) is for workers: a page names its program on the tag, <script type="module" src="${config.base}@hmr/client" data-entry="${entry}"></script>`);
  demand({ ...options, entry });
  return ready;
}
