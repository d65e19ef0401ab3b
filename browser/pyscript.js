/**
 * PyScript pages: what the client does in PyScript's hooks. Each script is run by the module runner, so
 * that it can be replaced. Should Python not start, scripts run as they always do.
 */

let configured;

/**
 * Takes over the interpreter, and the running of one script.
 *
 * @param page The bootstrap's: `config`, `belowBase`, `attach`, `booted`.
 * @param wrap PyScript's: the interpreter, its configuration, `run` and `runAsync`.
 * @param element The script's.
 */
export async function onReady(page, wrap, element) {
  if (!wrap.interpreter?.unpackArchive) return; // MicroPython
  page.attach(wrap.interpreter);
  const python = await page.booted.then(({ python }) => python, () => undefined);
  if (!python) return;
  configured ??= python.configure_scripts(JSON.stringify(wrap.config ?? {}), configUrl(element), location.href);
  await configured;
  const path = scriptPath(page, element);
  for (const name of ["run", "runAsync"]) {
    const run = wrap[name];
    wrap[name] = (source, ...rest) => {
      const call = `__import__("hmr_browser.start").start.run_script(${JSON.stringify(path)}, ${pythonText(source)})`;
      return run(name === "run" ? `__import__("hmr_client.eager").eager.start(${call})` : `await ${call}`, ...rest);
    };
  }
}

/** Where the configuration was read from: files are relative to it. */
function configUrl(element) {
  const written = element.getAttribute("config") ?? document.querySelector("py-config, script[type=py][config]")?.getAttribute("config") ?? document.querySelector("py-config")?.getAttribute("src");
  return !written || /^\s*[{[]/.test(written) ? location.href : new URL(written, document.baseURI).href;
}

/** A script's path below the base; an inline one has the page's, and its number. */
function scriptPath({ belowBase }, element) {
  const src = element.getAttribute("src");
  if (src) return belowBase(src);
  const inline = [...document.querySelectorAll("script[type=py]:not([src]), py-script:not([src])")];
  return `${belowBase(location.pathname)}${location.pathname.endsWith("/") ? "index.html" : ""}#py-${inline.indexOf(element)}`;
}

/** A text as Python writes it. */
function pythonText(text) {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
