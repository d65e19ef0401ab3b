/** From the page's load to a Python that handles its updates. */
import { serverAnswers } from "./answers.js";
import { bridge } from "./bridge.js";
import { openEarly, sinceWhen } from "./connection.js";
import { endOfLoad, lookAgain } from "./cut_off.js";
import { hotData, replayTo } from "./hot_context.js";
import { kept, touched } from "./kept.js";
import { fetchWheel, findPyodide, handOver, placeClient, tooOld } from "./pyodide.js";
import { attachToPyScript, pyScript } from "./pyscript_hooks.js";
import { keepServedText } from "./served_page.js";
import { belowBase, config, hasDocument, here, importPart, parse, prefix } from "./settings.js";
import { fetchArchives, fetchScripts } from "./snapshot.js";
import { unpatchedScripts } from "./unpatched_python.js";
import { view } from "./view.js";

const tags = hasDocument
  ? [...document.querySelectorAll("script[src]")].filter(({ src }) => src.split("?")[0] === here.href.split("?")[0])
  : [];
const mainScripts = "script[type=py]:not([worker]), py-script:not([worker])"; // PyScript's
const tag = tags.find(({ dataset }) => dataset.entry) ?? tags[0];

/** What Python there is to run: a page's tag says it, a worker's script (`attach`, `start`). */
let demand;
let isIdle = true;
const demanded = new Promise((resolve) => (demand = resolve)).finally(() => (isIdle = false));

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

const pageHasLoaded = () =>
  !hasDocument || document.readyState === "complete" || new Promise((resolve) => addEventListener("load", resolve, { once: true }));

/** A moment when the page has run its own scripts and has been painted. */
async function afterThePage() {
  if (!hasDocument) return;
  if (document.readyState === "loading" || document.readyState === "interactive") {
    await new Promise((resolve) => {
      addEventListener("DOMContentLoaded", resolve, { once: true });
      addEventListener("load", resolve, { once: true });
    });
  }
  if (document.visibilityState === "visible") {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }
}

let bootError;

/** Without Python an error can be shown, and a page that Python failed on can be reloaded. */
function onEarlyMessage(text, socket) {
  const payload = parse(text);
  if (payload?.type === "error" && config.overlay && hasDocument) view.overlay.show(payload.err);
  else if (bootError && (payload?.type === "update" || payload?.type === "full-reload")) view.page.reload(undefined, payload.scripts);
  if (hasDocument || !payload?.updates) return;
  // a worker that has asked for no Python needs it once a module of its own has changed
  if (payload.updates.some(({ path }) => hotData.has(path))) demand({});
  else if (isIdle && config.session) {
    const data = { updates: [], sequence: payload.sequence, worker: true };
    socket.send?.(JSON.stringify({ type: "custom", event: "hmr:applied", data })); // no code has to wait for it
  }
}

/** The entry's modules; read once the socket is open, so that no edit falls between. */
async function fetchBundle(entry, { socket }) {
  if (socket.readyState === WebSocket.CONNECTING) {
    await new Promise((resolve) => ["open", "error", "close"].forEach((event) => socket.addEventListener(event, resolve, { once: true })));
  }
  const response = await fetch(new URL(`${config.base}@hmr/python?entry=${encodeURIComponent(entry)}`, here));
  return response.text();
}

const strangerTip =
  "Open the address with a token that the dev server's terminal shows: it lets this machine have hot updates and Python.";

/** A connection that is lost before Python can resume it: a download that was cut with it may never end. */
async function onEarlyLoss() {
  await serverAnswers();
  await Promise.race([booted.catch(() => {}), new Promise((resolve) => setTimeout(resolve, startPatienceMs))]);
  if (!hasStarted) view.page.reload("the dev server was away while Python was started");
}

const startPatienceMs = 15_000; // for a Python that has all that it needs, and takes its time
let hasStarted = false;

async function boot() {
  if (config.token === null) {
    // the page is another machine's, and has its static files only
    const error = new Error("This machine is not known to the dev server.");
    if (tag?.dataset.entry) reportError("Hot updates are off, and Python does not run.", error, strangerTip);
    else console.warn(prefix, "Hot updates are off:", error.message, strangerTip);
    throw error;
  }
  const since = sinceWhen();
  const early = openEarly(onEarlyMessage, typeof since === "string" ? since : await since); // a page's at once
  const isGreeted = () => early.messages.length > 0; // a reload does not help a refused page
  if (hasDocument) early.socket.addEventListener("close", () => !hasStarted && isGreeted() && onEarlyLoss(), { once: true });
  if (hasDocument) {
    const packages = tag?.dataset.packages?.split(/[\s,]+/).filter(Boolean);
    // where all scripts run in workers PyScript boots nothing here
    const byPyScript = pyScript && document.querySelector(mainScripts) !== null;
    demand({ entry: tag?.dataset.entry, packages, attach: tag?.hasAttribute("data-attach") || byPyScript, byPyScript });
  }
  const wanted = await demanded;
  const entry = wanted.entry && belowBase(wanted.entry);
  const bundle = entry && fetchBundle(entry, early);
  bundle?.catch(() => {}); // it is awaited below
  if (entry && !wanted.attach) fetchScripts();
  await afterThePage();
  keepServedText();
  try {
    const runsPython = Boolean(entry || wanted.byPyScript);
    const isWhole = (runsPython || unpatchedScripts().length > 0) && Boolean(config.pythonWheel);
    const path = isWhole ? config.pythonWheel : config.wheel;
    const [pyodide, content, ...parts] = await Promise.all([
      findPyodide(wanted.attach),
      wanted.attach || config.snapshot ? undefined : fetchWheel(path), // another Pyodide may need another one
      ...(runsPython ? ["effects.js", "data_files.js"].map(importPart) : []),
      entry && importPart("kept_code.js").then(({ keptCode }) => keptCode(entry, { client: path, pyodide: config.pyodideVersion })),
    ]);
    if (tooOld && entry) throw new Error(tooOld);
    const byPyScript = wanted.byPyScript && !tooOld;
    await placeClient(pyodide, { path, content }, isWhole ? 1 : 0);
    const python = pyodide.pyimport("hmr_browser.start");
    const packages = [...new Set([...(config.packages ?? []), ...(wanted.packages ?? [])])];
    const tools = Object.assign({}, ...parts);
    const shared = bridge(early, { ...wanted, byPyScript, packages, entry }, pyodide, tools);
    const client = python.start(shared);
    hasStarted = true;
    python.destroy();
    replayTo(client.dispatch.copy()); // it outlives `client`, which lends it
    return { pyodide, client, packages, entry, bundle, code: tools.code, byPyScript };
  } catch (error) {
    bootError = error;
    lookAgain();
    reportError("Hot updates are off: Python could not be started.", error, bootTip);
    if (early.messages.some((text) => parse(text)?.type === "update")) view.page.reload();
    throw error;
  }
}

/** What the page declares for Python, once its hot updates are handled. */
async function runPage({ pyodide, client, packages, entry, bundle, code, byPyScript }) {
  try {
    if (packages.length > 0) await client.install_packages();
    if (entry) await client.run_entry(await bundle, await code);
  } catch (error) {
    reportError(`${entry} could not be run.`, error, "Hot updates are on. Reload the page to try again.");
    throw error;
  } finally {
    if (!byPyScript) client.destroy(); // its scripts come later
    fetchArchives();
  }
  return pyodide;
}

const bootTip =
  "Until this is solved the page is reloaded on each change. Is the dev server still running, " +
  "and does it find Pyodide's files? Its terminal says what is missing.";

function reportError(what, error, tip) {
  console.error(prefix, what, error);
  if (!config.overlay || (hasDocument && !document.body)) return;
  view.overlay.show({ message: `${what}\n${error?.message ?? error}`, stack: error?.stack ?? "", tip });
}

/**
 * Going back in the history shows what the cache holds, unasked: modules from before the last edits,
 * and a token of a server that may be gone. This script is always fetched again, but then.
 */
function isStale() {
  const [navigation] = performance.getEntriesByType("navigation");
  const [script] = performance.getEntriesByName(here.href);
  return hasDocument && navigation?.type === "back_forward" && script?.transferSize === 0;
}

/** Settles when Python handles hot updates and the page's own Python runs: with Pyodide, or what went wrong. */
const booted = isStale() ? new Promise(() => serverAnswers().then(() => location.reload())) : boot();
if (pyScript) attachToPyScript(booted).catch((error) => reportError("PyScript could not be attached to.", error, bootTip));
const scriptsRun = [...(hasDocument ? document.querySelectorAll(mainScripts) : [])].map(
  (script) => new Promise((resolve) => script.addEventListener("py:ready", resolve, { once: true })),
);
export const ready = booted.then(runPage);
Promise.all([ready, pageHasLoaded(), ...(pyScript ? scriptsRun : [])]).then(endOfLoad, () => {});
ready.catch(() => {}); // it was reported
if (kept) {
  const show = (headline) => {
    console.info(prefix, headline);
    if (config.overlay) view.badge.show(JSON.stringify({ headline, lines: [], isPatch: true }));
  };
  importPart("restore.js").then(({ giveBack }) => giveBack(kept, ready, touched, show));
}
