/**
 * The page's side of hot module replacement until Python is there, and the few things that only
 * JavaScript can do for it afterwards. Every module with a hot context imports it: servers send it and its
 * rooms (`bootstrap/`) joined into one script, with their settings in the one place in `settings.js`.
 *
 * The page never waits for Python:
 *   1. hot contexts record what modules call on them (`hot.data` is live from the start);
 *   2. the WebSocket is opened at once and its messages are kept;
 *   3. after the page's own scripts and its first paint, Pyodide is booted (or the page hands over
 *      its own), the wheel is put into it, and `hmr_browser.start` takes over;
 *   4. what was recorded is replayed in order, then the messages that were kept are handled.
 *
 * A worker's own client is this script too. It has no document and boots nothing until its script
 * asks for it; what its Python has to show, the page shows.
 */

// what the code that dev servers inject calls
export { createHotContext, injectQuery } from "./bootstrap/hot_context.js";
export { updateStyle, removeStyle } from "./bootstrap/styles.js";
export { ErrorOverlay } from "./bootstrap/error_overlay.js";
import "./bootstrap/console_forwarding.js";
import "./bootstrap/script_errors.js";
// ours
export { attach, start, ready } from "./bootstrap/boot.js";
