/**
 * Scripts that the browser can't read. The browser decides whether JavaScript is valid: the server sends every script,
 * and this module sends it the browser's errors, so that page and terminal show them with the code around.
 */
import { sendEarly } from "./connection.js";
import { dispatch } from "./hot_context.js";
import { config, hasDocument, here } from "./settings.js";

const eventName = "hmr:script-error";

if (config.session) {
  addEventListener("error", ({ error, message, filename, lineno, colno }) => {
    const said = /^(?:Uncaught )?(SyntaxError: .+)/.exec(message ?? "")?.[1];
    if (!said || !filename?.startsWith(here.origin) || (error && hasFrames(error))) return;
    const { pathname, search } = new URL(filename);
    if (!pathname.startsWith(config.base)) return;
    const data = { path: `/${pathname.slice(config.base.length)}${search}`, message: said, line: lineno, column: colno };
    if (!sendEarly(eventName, data)) dispatch("forward", eventName, JSON.stringify(data));
  });
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
