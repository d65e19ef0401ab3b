/**
 * The head of the page's client: what has to be there before the page's first module runs. Every module with a hot
 * context imports it. Servers send it and its rooms (`bootstrap/`) joined into one script, with their settings in the one
 * place in `settings.js`. What can wait is in `rest.js`, which comes once the page is idle, and at once where Python is
 * to run, or a worker.
 *
 * The page never waits for Python:
 *   1. hot contexts record what modules call on them (`hot.data` is live from the start);
 *   2. after the page's own scripts and its first paint the rest comes, opens the WebSocket and keeps its messages: the
 *      server pushes again what was saved since it has read the page;
 *   3. Pyodide is booted (or the page hands over its own), the wheel is put into it, and `hmr_browser.start` takes over;
 *   4. what was recorded is replayed in order, then the messages that were kept are handled.
 *
 * A worker's own client is this script too. It has no document and boots nothing until its script
 * asks for it; what its Python has to show, the page shows.
 */

// what the code that dev servers inject calls
export { createHotContext, injectQuery } from "./bootstrap/hot_context.js";
export { updateStyle, removeStyle } from "./bootstrap/styles.js";
export { ErrorOverlay } from "./bootstrap/error_overlay.js";
import "./bootstrap/early.js";
import "./bootstrap/console_forwarding.js";
// ours
export { attach, start, ready } from "./bootstrap/demand.js";
import "./bootstrap/arrival.js";
