/** PyScript's hooks, in pages whose Python it runs. */
import { booted } from "./demand.js";
import { handOver, neverPatch } from "./interpreter.js";
import { belowBase, hasDocument, here, importPart } from "./settings.js";

/** PyScript's script, where the page runs its Python by PyScript. */
export const pyScript =
  hasDocument && document.querySelector("script[type=py], py-script")
    ? [...document.querySelectorAll("script[type=module][src]")].find(({ src }) => /\/core(\.min)?\.js$/.test(new URL(src).pathname))?.src
    : undefined;

/** PyScript's scripts that run in the page itself. */
export const mainScripts = hasDocument ? document.querySelectorAll("script[type=py]:not([worker]), py-script:not([worker])") : [];

/** The scripts of workers that have asked for a client of their own: those of the first PyScripts of 2024 have no way to. */
export const workerScripts = new Set();
/** The workers of such an old PyScript that have not asked; undefined where workers ask. */
export let silentWorkers;

/** Settles when this client is attached to PyScript, where there is one. */
export const hooked = pyScript && attachToPyScript();
hooked?.catch(() => {}); // the rest reports it

/**
 * Attaches to PyScript by its hooks, before any script of the page's runs. What they do is a part of
 * its own, which only these pages load.
 */
async function attachToPyScript() {
  const loading = importPart("pyscript.js");
  const core = await import(/* @vite-ignore */ pyScript);
  const hooks = await hooksOf(core);
  if (!hooks?.main?.onReady) {
    neverPatch("Python is patched from PyScript 2024.1 on, and this page's PyScript is older");
    handOver();
    return;
  }
  if (!("stdlib" in core)) silentWorkers = new Set(); // exported since workers run the hooks
  const page = { belowBase, attach: handOver, booted, client: here.href };
  hooks.main.onReady.add(async (wrap, element) => (await loading).onReady(page, wrap, element));
  // now, and not when the part is there: workers are made from the hooks that there are by then
  hooks.main.onWorker.add((_, worker) => {
    const url = lastFetched;
    silentWorkers?.add(worker);
    worker.sync.hmrRunsAsEver = neverPatch;
    worker.sync.hmrScript = async () => {
      const script = (await loading).describeWorker(page, worker, url);
      workerScripts.add(JSON.parse(script).path);
      return script;
    };
  });
  hooks.worker.onReady.add(runWorkersScript);
  for (const before of [hooks.worker.codeBeforeRun, hooks.worker.codeBeforeRunAsync]) before.add('__import__("js").hmrScriptIsNext()');
  const { fetch } = globalThis;
  let lastFetched; // by PyScript, in the same breath, when a worker is made
  globalThis.fetch = (...args) => {
    lastFetched = args[0];
    return fetch(...args);
  };
  await loading;
}

/** WebKit's import() may come back while the module still waits at its top level (its bug 242740). */
async function hooksOf(core) {
  for (;;) {
    try {
      return core.hooks;
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

/**
 * PyScript takes the text of this function into each of its workers: it can refer to nothing here. The
 * script waits for the worker's own client, and then runs so that it can be replaced.
 */
function runWorkersScript({ interpreter }, { sync }) {
  let isNext = false;
  globalThis.hmrScriptIsNext = () => (isNext = true);
  if (!interpreter.unpackArchive) return; // MicroPython
  for (const name of ["runPython", "runPythonAsync"]) {
    const run = interpreter[name];
    interpreter[name] = function (code, ...rest) {
      if (!isNext) return run.call(this, code, ...rest);
      isNext = false;
      return (async () => {
        const script = JSON.parse(await sync.hmrScript());
        return (await import(script.part)).runInWorker(script, interpreter, code, name === "runPythonAsync", () => run.call(this, code, ...rest));
      })();
    };
  }
}
