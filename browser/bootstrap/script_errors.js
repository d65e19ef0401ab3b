/**
 * Scripts that the browser can't read. The browser decides whether JavaScript is valid: the server sends every script,
 * and this module sends it the browser's errors, so that page and terminal show them with the code around.
 */
import { connected, sendEarly } from "./connection.js";
import { errors } from "./early.js";
import { dispatch } from "./hot_context.js";
import { config, hasDocument, here, importPart } from "./settings.js";
import { withoutTexts } from "./sources.js";

const eventName = "hmr:script-error";

if (config.session) {
  errors.each(({ error, message, filename, lineno, colno }) => {
    const said = /^(?:Uncaught )?(SyntaxError: .+)/.exec(message ?? "")?.[1];
    const file = withoutTexts(filename ?? "");
    if (!said || !file.startsWith(here.origin) || (error && hasFrames(error))) return;
    const { pathname, search } = new URL(file);
    if (!pathname.startsWith(config.base)) return;
    report(`/${pathname.slice(config.base.length)}${search}`, { message: said, line: lineno, column: colno });
  });
}

/**
 * @param {string} path the script's URL below the base
 * @param {object} said the browser's `message`, `line` and `column`
 */
async function report(path, said) {
  const data = { path, ...said };
  await connected;
  if (!sendEarly(eventName, data)) dispatch("forward", eventName, JSON.stringify(data));
}

const unread = new Set(); // scripts that the page would not run if it were reloaded, by their URLs below the base

/**
 * Has the browser read scripts before the page is reloaded for them, and those again that it could not read before.
 *
 * @param {string[]} paths their URLs below the base
 * @returns {Promise<boolean>} whether it can read all; if not, the error is shown
 */
export async function canRead(paths) {
  paths.forEach((path) => unread.add(path));
  if (unread.size === 0) return true;
  const { errorOf } = await importPart("script_check.js");
  for (const path of [...unread]) {
    const error = await errorOf(new URL(`${config.base}${path.slice(1)}`, here).href);
    if (!error) unread.delete(path);
    else if (error.message) report(path, error);
  }
  return unread.size === 0;
}

/** Whether an error was thrown by running code: JSON.parse() and eval() throw SyntaxErrors too. */
function hasFrames({ stack = "" }) {
  return /^\s+at |@/m.test(stack.slice(stack.indexOf("\n") + 1)) && stack.includes("\n");
}

/**
 * Has the browser say where the error is: a failed import() doesn't, a script element of the same module does,
 * and runs nothing.
 */
export function reportFailedImport(url, error) {
  if (!config.session || !hasDocument || !(error instanceof SyntaxError) || hasFrames(error)) return;
  const script = Object.assign(document.createElement("script"), { type: "module", src: url });
  script.onload = script.onerror = () => script.remove();
  document.head.append(script);
}
