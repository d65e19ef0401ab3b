/**
 * PyScript pages: what the client does in PyScript's hooks. Each script is run by the module runner, so
 * that it can be replaced. Should Python not start, scripts run as they always do.
 */

let configured;

/**
 * Takes over the interpreter, and the running of one script.
 *
 * @param page The bootstrap's: `belowBase`, `attach`, `booted`, `client`.
 * @param wrap PyScript's: the interpreter, its configuration, `run` and `runAsync`.
 * @param element The script's.
 */
export async function onReady(page, wrap, element) {
  if (!wrap.interpreter?.unpackArchive) return; // MicroPython
  if (!page.attach(wrap.interpreter)) return; // it is too old
  const { pyodide, client } = await page.booted.catch(() => ({}));
  if (pyodide !== wrap.interpreter) return; // Python did not start, or did before the page had a script
  configured ??= client.configure_scripts(JSON.stringify(wrap.config ?? {}), configUrl(element), location.href);
  await configured;
  const { path, line } = scriptPlace(page, element);
  let isNext = false; // plugins run code of their own before the script's
  element.addEventListener("py:ready", () => (isNext = true), { once: true });
  for (const name of ["run", "runAsync"]) {
    const run = wrap[name];
    wrap[name] = (source, ...rest) => {
      if (!isNext) return run(source, ...rest);
      isNext = false;
      const call = `__import__("hmr_browser.start").start.running.run_script(${JSON.stringify(path)}, ${pythonText(withLines(line, source))}, ${name === "runAsync" ? "True" : "False"})`;
      return run(name === "run" ? `__import__("hmr_client.eager").eager.start(${call})` : `await ${call}`, ...rest);
    };
  }
}

/**
 * Tells a worker what it can't know itself, as JSON text.
 *
 * @param page The bootstrap's.
 * @param worker PyScript's worker.
 * @param url Where its script came from; an inline one's is a blob.
 */
export function describeWorker(page, worker, url) {
  const element = [...document.querySelectorAll("script[worker], py-script[worker]")].find(({ xworker }) => xworker === worker);
  return JSON.stringify({
    ...(element ? scriptPlace(page, element) : { path: page.belowBase(url), line: 1 }),
    configUrl: element ? configUrl(element) : location.href,
    page: location.href,
    client: page.client,
    part: import.meta.url,
  });
}

/**
 * Runs a worker's script by the module runner, in the worker.
 *
 * @param script The result of `describeWorker`.
 * @param interpreter The worker's Pyodide.
 * @param source The script.
 * @param isAsync Whether PyScript awaits what it returns.
 * @param runAsEver Runs it without us, should Python not start.
 */
export async function runInWorker(script, interpreter, source, isAsync, runAsEver) {
  const [{ attach }, { pageRealm }] = await Promise.all([import(script.client), import("./page_realm.js")]);
  const { config, xworker } = interpreter.pyimport("polyscript");
  const page = xworker.window && pageRealm(xworker.window);
  if (xworker.window && !page) console.warn("[hmr] This PyScript reaches the page in a way that is not known here: what a worker's program has put there stays when it restarts.");
  try {
    await attach(interpreter, { byPyScript: true, page });
  } catch {
    xworker.sync.hmrRunsAsEver("a worker runs its Python without the client"); // why, was reported
    return runAsEver();
  }
  const client = interpreter.pyimport("hmr_browser.start").running;
  await client.configure_scripts(JSON.stringify(config ?? {}), script.configUrl, script.page);
  await client.run_script(script.path, withLines(script.line, source), isAsync);
}

/** Where the configuration was read from: files are relative to it. */
function configUrl(element) {
  const written = element.getAttribute("config") ?? document.querySelector("py-config, script[type=py][config]")?.getAttribute("config") ?? document.querySelector("py-config")?.getAttribute("src");
  return !written || /^\s*[{[]/.test(written) ? location.href : new URL(written, document.baseURI).href;
}

/**
 * A script's path below the base, and the line that it starts on. An inline one has its page's path, and
 * its number: the server says which, where it serves the page from a file.
 */
function scriptPlace({ belowBase }, element) {
  const src = element.getAttribute("src");
  if (src) return { path: belowBase(src), line: 1 };
  const [, path, line] = element.dataset.hmrSource?.match(/^(.*):(\d+)$/) ?? [];
  if (path) return { path, line: Number(line) };
  const inline = [...document.querySelectorAll("script[type=py]:not([src]), py-script:not([src])")];
  const named = inline.filter(({ dataset }) => dataset.hmrSource).length;
  const number = named + inline.filter(({ dataset }) => !dataset.hmrSource).indexOf(element);
  return { path: `${belowBase(location.pathname)}${location.pathname.endsWith("/") ? "index.html" : ""}#py-${number}`, line: 1 };
}

/** A script's text with as many empty lines above as its file has. */
function withLines(line, source) {
  return "\n".repeat(line - 1) + source;
}

/** A text as Python writes it: there, two halves of an emoji are two characters. */
function pythonText(text) {
  return JSON.stringify(text).replace(/[\u007f-\u{10ffff}]/gu, (c) => `\\U${c.codePointAt(0).toString(16).padStart(8, "0")}`);
}
