/** From the page's load to a Python that handles its updates. */
import { serverAnswers } from "./answers.js";
import { pageIsPainted } from "./arrival.js";
import { bridge } from "./bridge.js";
import { connected, openEarly, sinceWhen } from "./connection.js";
import { endOfLoad, lookAgain, pageHasLoaded } from "./cut_off.js";
import { begins, booted, clientTag, demand, demanded, isIdle, ready } from "./demand.js";
import { forgetEarly } from "./early.js";
import { hotData, replayTo } from "./hot_context.js";
import { tooOld } from "./interpreter.js";
import { kept, touched } from "./kept.js";
import { fetchWheel, findPyodide, placeClient } from "./pyodide.js";
import { hooked, mainScripts, pyScript } from "./pyscript_hooks.js";
import { keepServedText } from "./served_page.js";
import { belowBase, config, hasDocument, here, importPart, parse, prefix } from "./settings.js";
import { fetchArchives, prepare } from "./snapshot.js";
import { isStale } from "./stale.js";
import { unpatchedScripts } from "./unpatched_python.js";
import { view } from "./view.js";

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
async function fetchBundle(entry) {
  await connected;
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
    if (clientTag?.dataset.entry) reportError("Hot updates are off, and Python does not run.", error, strangerTip);
    else console.warn(prefix, "Hot updates are off:", error.message, strangerTip);
    throw error;
  }
  const since = sinceWhen();
  const early = openEarly(onEarlyMessage, typeof since === "string" ? since : await since); // a page's at once
  const isGreeted = () => early.messages.length > 0; // a reload does not help a refused page
  if (hasDocument) early.socket.addEventListener("close", () => !hasStarted && isGreeted() && onEarlyLoss(), { once: true });
  if (hasDocument) {
    const packages = clientTag?.dataset.packages?.split(/[\s,]+/).filter(Boolean);
    // where all scripts run in workers PyScript boots nothing here
    const byPyScript = pyScript && mainScripts.length > 0;
    demand({ entry: clientTag?.dataset.entry, packages, attach: clientTag?.hasAttribute("data-attach") || byPyScript, byPyScript });
  }
  const wanted = await demanded;
  const entry = wanted.entry && belowBase(wanted.entry);
  const bundle = entry && fetchBundle(entry);
  bundle?.catch(() => {}); // it is awaited below
  if (entry && !wanted.attach) prepare();
  await pageIsPainted;
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

const booting = isStale ? new Promise(() => {}) : boot();
begins(booting, booting.then(runPage));
hooked?.catch((error) => reportError("PyScript could not be attached to.", error, bootTip));
const scriptsRun = [...mainScripts].map((script) => new Promise((resolve) => script.addEventListener("py:ready", resolve, { once: true })));
Promise.all([ready, pageHasLoaded(), ...(pyScript ? scriptsRun : [])]).then(endOfLoad, () => {});
if (kept) {
  const show = (headline) => {
    console.info(prefix, headline);
    if (config.overlay) view.badge.show(JSON.stringify({ headline, lines: [], isPatch: true }));
  };
  importPart("restore.js").then(({ giveBack }) => giveBack(kept, ready, touched, show));
}
forgetEarly(); // all rooms have heard it
