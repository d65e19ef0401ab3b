/**
 * Whether the browser can read scripts, before the page is reloaded for them: it would lose its state and not run.
 * The browser reads each one and runs none. Loaded by the first reload that scripts have caused.
 */

const placePatienceMs = 1000;

/** A last import that leads nowhere: the browser reads such a module as a whole, and neither loads nor runs anything. */
const unresolvable = '\nimport "hmr never";';

/**
 * @param {string} url
 * @returns {Promise<undefined | {message?: string, line?: number, column?: number}>} what is wrong; without a message
 *   where the server has shown it. A script that is gone, or can't be fetched or judged, has no error.
 */
export async function errorOf(url) {
  const response = await fetch(url, { headers: { accept: "text/javascript" }, cache: "no-store" }).catch(() => undefined);
  if (response?.status === 500) return {};
  if (!response?.ok) return undefined;
  const text = await response.text();
  if (text.startsWith("\ufffd\ufffd")) return undefined; // a classic script in UTF-16: who runs it can read it
  const module = URL.createObjectURL(new Blob([text, unresolvable], { type: "text/javascript" }));
  try {
    const error = await import(/* @vite-ignore */ module).catch((thrown) => thrown);
    if (!(error instanceof SyntaxError)) return undefined;
    // what only a module forbids may be a classic script, or a classic worker's
    const asClassic = await classicErrorOf(text);
    if (!asClassic) return undefined;
    const asModule = (await placeOf(module)) ?? { message: String(error), line: 1, column: 1 };
    // what it is meant to be can be read further: a module's first import is no classic script's
    return [asModule, asClassic].sort((a, b) => b.line - a.line || b.column - a.column)[0];
  } finally {
    URL.revokeObjectURL(module);
  }
}

/** A worker is where a classic script can be read without leaving anything in the page. It ends at its first statement. */
function classicErrorOf(text) {
  const end = `${/^\s*(["'])use strict\1/.test(text) ? '"use strict";' : ""}throw 0;`;
  const url = URL.createObjectURL(new Blob([end, text], { type: "text/javascript" }));
  return new Promise((resolve) => {
    const worker = new Worker(url);
    worker.onerror = (event) => {
      event.preventDefault();
      const { message, line, column } = described(event);
      resolve(/^SyntaxError/.test(message) ? { message, line, column: line === 1 ? column - end.length : column } : undefined);
    };
  }).finally(() => URL.revokeObjectURL(url));
}

const described = ({ message, lineno, colno }) => ({ message: (message ?? "").replace(/^Uncaught /, ""), line: lineno, column: colno });

/** A failed import() doesn't say where the error is; a script element of the same module does. */
function placeOf(url) {
  return new Promise((resolve) => {
    const script = Object.assign(document.createElement("script"), { type: "module", src: url });
    const listen = (event) => {
      if (event.filename !== url) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // it is reported with the script's own URL
      end(described(event));
    };
    const end = (found) => {
      removeEventListener("error", listen, true);
      script.remove();
      resolve(found);
    };
    addEventListener("error", listen, true);
    setTimeout(end, placePatienceMs);
    document.head.append(script);
  });
}
