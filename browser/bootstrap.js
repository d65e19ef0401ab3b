/**
 * The page's side of hot module replacement until Python is there, and the few things that only
 * JavaScript can do for it afterwards. The server serves this file as it is, with its settings in
 * the one place below; every module with a hot context imports it.
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
 *
 * Exports, as the code that dev servers inject expects them: `createHotContext`, `updateStyle`,
 * `removeStyle`, `injectQuery`, `ErrorOverlay`. Ours: `attach(pyodide)`, `start(entry)`, `ready`.
 */

const config = __HMR_CONFIG__;

const prefix = config.logPrefix;
const here = new URL(import.meta.url);
const hasDocument = !globalThis.WorkerGlobalScope; // PyScript lends its workers the page's document

console.debug(`${prefix} connecting...`);

// ---------------------------------------------------------------------------------------------
// Hot contexts. One object of this class per `import.meta.hot`; it knows only its owner's path,
// so that a replaced module leaves nothing behind on the Python side.

/** `hot.data` by owner path. Python reads and prunes the same Map. */
const hotData = new Map();

/** What was called before Python is ready, in order. */
const recorded = [];
const record = (...call) => void recorded.push(call);

/** Hands a call on a hot context to whoever is there: the recorder, then Python. */
let dispatch = record;

class HotContext {
  #owner;

  constructor(owner) {
    this.#owner = owner;
    if (!hotData.has(owner)) hotData.set(owner, {});
    dispatch("create", owner);
  }

  get data() {
    return hotData.get(this.#owner);
  }

  accept(deps, callback) {
    if (typeof deps === "function" || !deps) {
      dispatch("accept", this.#owner, undefined, deps || undefined);
    } else if (typeof deps === "string" || Array.isArray(deps)) {
      dispatch("accept", this.#owner, JSON.stringify(deps), callback ?? undefined);
    } else {
      throw new Error("invalid hot.accept() usage.");
    }
  }

  acceptExports(names, callback) {
    dispatch("accept_exports", this.#owner, JSON.stringify(names ?? []), callback ?? undefined);
  }

  dispose(callback) {
    dispatch("dispose", this.#owner, callback);
  }

  prune(callback) {
    dispatch("prune", this.#owner, callback);
  }

  decline() {}

  invalidate(message) {
    dispatch("invalidate", this.#owner, message);
  }

  on(event, callback) {
    dispatch("on", this.#owner, event, callback);
  }

  off(event, callback) {
    dispatch("off", this.#owner, event, callback);
  }

  send(event, data) {
    dispatch("send", this.#owner, event, JSON.stringify(data));
  }
}

export function createHotContext(ownerPath) {
  return new HotContext(ownerPath);
}

/** Puts a query in front of a URL's own one, for `import(expression)`; others' URLs stay. */
export function injectQuery(url, query) {
  if (!url.startsWith(".") && !url.startsWith("/")) return url;
  const pathname = url.replace(/[?#].*$/, "");
  const { search, hash } = new URL(url, "http://localhost");
  return `${pathname}?${query}${search ? `&${search.slice(1)}` : ""}${hash}`;
}

// ---------------------------------------------------------------------------------------------
// Styles of imported stylesheets. They are inserted while modules run, so they can't wait.

const styleId = "data-vite-dev-id"; // the family's attribute: server-rendered styles carry it too
const styles = new Map();
const linkedStyles = new Set();
const nonce = hasDocument ? document.querySelector("meta[property=csp-nonce]")?.nonce : undefined;
let lastInsertedStyle;

if (hasDocument) {
  for (const style of document.querySelectorAll(`style[${styleId}]`)) {
    styles.set(style.getAttribute(styleId), style);
  }
  for (const link of document.querySelectorAll(`link[rel="stylesheet"][${styleId}]`)) {
    linkedStyles.add(link.getAttribute(styleId));
  }
}

export function updateStyle(id, css) {
  if (linkedStyles.has(id)) return; // the server's own <link> shows it already
  const style = styles.get(id);
  if (style) {
    if (style.textContent !== css) style.textContent = css;
    return;
  }
  const created = document.createElement("style");
  created.setAttribute("type", "text/css");
  created.setAttribute(styleId, id);
  created.textContent = css;
  if (nonce) created.setAttribute("nonce", nonce);
  if (lastInsertedStyle) {
    lastInsertedStyle.after(created);
  } else {
    document.head.append(created);
    // Styles of one run of modules stay together, in the order of their imports.
    setTimeout(() => (lastInsertedStyle = undefined));
  }
  lastInsertedStyle = created;
  styles.set(id, created);
}

export function removeStyle(id) {
  if (linkedStyles.delete(id)) {
    for (const link of document.querySelectorAll(`link[rel="stylesheet"][${styleId}="${CSS.escape(id)}"]`)) {
      link.remove();
    }
  }
  styles.get(id)?.remove();
  styles.delete(id);
}

// ---------------------------------------------------------------------------------------------
// The error overlay. It lives here because an error can come before Python does. Its tag, its
// class and its parts carry the family's names: people's tests and tools look for them.

const overlayTag = "vite-error-overlay";
const overlayStyle = `
:host {
  position: fixed; inset: 0; z-index: 2147483647;
  width: auto; height: auto; margin: 0; padding: 0; border: 0; background: none; overflow: visible;
  color-scheme: light dark;
  --surface: light-dark(#ffffff, #16181d);
  --sunken: light-dark(#f5f6f8, #0e1014);
  --line: light-dark(#e1e4ea, #2a2e37);
  --text: light-dark(#1c2028, #e6e8ee);
  --dim: light-dark(#667085, #9097a6);
  --red: light-dark(#c8202f, #ff6b74);
  --mark: light-dark(#fdecee, #3a1a20);
  --accent: light-dark(#1f5fbf, #7db4ff);
  --plugin: light-dark(#7a3fb0, #cda2ff);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
.backdrop {
  position: fixed; inset: 0; overflow-y: auto; padding: 6vh 20px 20px;
  background: light-dark(rgb(20 24 32 / .45), rgb(0 0 0 / .62));
  backdrop-filter: blur(2px);
}
.window {
  max-width: 920px; margin: 0 auto; overflow: hidden; direction: ltr; text-align: left;
  font: 14px/1.55 var(--mono); color: var(--text);
  background: var(--surface); border: 1px solid var(--line); border-top: 4px solid var(--red);
  border-radius: 10px; box-shadow: 0 24px 64px rgb(0 0 0 / .28);
}
.window:focus { outline: none; }
pre { margin: 0; padding: 0 24px; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
pre:empty { display: none; }
.message { padding-top: 22px; font-size: 16px; line-height: 1.45; }
.message-body { color: var(--red); font-weight: 600; }
.plugin { color: var(--plugin); }
.file { padding-top: 8px; color: var(--accent); }
.frame {
  margin: 18px 24px 0; padding: 12px 0; overflow-x: auto; white-space: pre;
  background: var(--sunken); border: 1px solid var(--line); border-radius: 6px;
}
.frame span { display: block; width: max-content; min-width: 100%; padding: 0 16px; }
.frame .marked { background: var(--mark); }
.frame .caret { color: var(--red); font-weight: 700; }
.stack { padding-top: 16px; font-size: 12.5px; color: var(--dim); }
.tip {
  margin-top: 22px; padding: 12px 24px; font: 13px/1.5 system-ui, sans-serif; color: var(--dim);
  background: var(--sunken); border-top: 1px solid var(--line);
}
kbd {
  padding: 1px 6px; font: 12px var(--mono); color: var(--text); background: var(--surface);
  border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px;
}
.file-link { color: inherit; cursor: pointer; text-underline-offset: 3px; }
.file-link:hover, .file .file-link { text-decoration: underline; }
`;

function element(tag, name, ...children) {
  const created = document.createElement(tag);
  if (name) {
    created.className = name;
    created.setAttribute("part", name);
  }
  created.append(...children);
  return created;
}

// file:line:column, or a line of a Python traceback; the page's own Python library is nobody's to edit
const filePattern = /(?:file:\/\/)?(?:[a-zA-Z]:\\|\/|(?<![\w/.-])[\w.-]+(?=[^\s()"']*\.py:))[^\s()"']*?:\d+:\d+|File "(?!\/lib\/|<)([^"]+)", line (\d+)/g;
const framePattern = /^(?:>?\s*\d+\s+\|.*|\s+\|\s*\^.*)\r?\n?/gm;

export class ErrorOverlay extends (globalThis.HTMLElement ?? class {}) {
  #onKey = (event) => {
    if (event.key === "Escape") this.close();
  };

  /**
   * @param {object} error `message`, and where known `plugin`, `id`, `loc`, `frame`, `stack`, `tip`.
   * @param {boolean} links whether file names open in the editor (the server has to know how).
   */
  constructor(error, links = Boolean(config.openInEditor)) {
    super();
    const { message = "", plugin, id, loc, frame = "", stack = "" } = error;
    const hasFrame = frame.search(framePattern) >= 0;
    const [file] = (loc?.file || id || "unknown file").split("?");
    const parts = {
      plugin: plugin ? `[plugin:${plugin}] ` : "",
      body: (hasFrame ? message.replace(framePattern, "") : message).trim(),
      file: loc ? `${file}:${loc.line}:${loc.column}` : id ? file : "",
    };
    // Everything is inserted as text: a message may hold markup.
    const window = element(
      "div",
      "window",
      element("pre", "message", element("span", "plugin", parts.plugin), element("span", "message-body", parts.body)),
      element("pre", "file", ...linked(parts.file, links)),
      element("pre", "frame", ...(hasFrame ? frameLines(frame) : [])),
      element("pre", "stack", ...linked(stack, links)),
      element("div", "tip", error.tip ?? "Fix the code to go on.", " ", element("kbd", "", "Esc"), " or a click outside closes this."),
    );
    window.tabIndex = -1;
    window.setAttribute("role", "alertdialog");
    window.setAttribute("aria-label", "Error");
    this.root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // unlike a <style>, no Content-Security-Policy forbids it
    sheet.replaceSync(overlayStyle);
    this.root.adoptedStyleSheets = [sheet];
    this.root.append(element("div", "backdrop", window));
    window.addEventListener("click", (event) => event.stopPropagation());
    this.addEventListener("click", () => this.close());
  }

  connectedCallback() {
    document.addEventListener("keydown", this.#onKey);
    this.popover = "manual"; // above the page's own dialogs
    this.showPopover?.();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#onKey);
  }

  close() {
    this.remove();
  }
}

function linked(text, links) {
  if (!links) return [text];
  const nodes = [];
  let end = 0;
  for (const { 0: shown, 1: name, 2: line, index } of text.matchAll(filePattern)) {
    const file = name ? `${name}:${line}` : shown;
    const link = element("a", "file-link", shown);
    link.addEventListener("click", () => {
      fetch(new URL(`${config.base}__open-in-editor?file=${encodeURIComponent(file)}`, here)).catch(() => {});
    });
    nodes.push(text.slice(end, index), link);
    end = index + shown.length;
  }
  return [...nodes, text.slice(end)];
}

/** A code frame, line by line: the line in question and its caret stand out. */
function frameLines(frame) {
  const lines = frame.replace(/^\n+|\s+$/g, "").split("\n");
  const isCaret = (line) => /^\s*\|\s*\^/.test(line ?? "");
  return lines.map((line, index) => {
    const span = document.createElement("span");
    if (isCaret(line)) span.className = "marked caret";
    else if (line.startsWith(">") || isCaret(lines[index + 1])) span.className = "marked";
    span.textContent = index < lines.length - 1 ? `${line}\n` : line;
    return span;
  });
}

if (globalThis.customElements && !customElements.get(overlayTag)) {
  customElements.define(overlayTag, ErrorOverlay);
}

let isMendable = false;
let shownBy = 0; // the update whose error is shown, by its timestamp; 0 where it is no update's
let begun = 0; // the page's newest update
const overlay = {
  /** Whether an error is shown that only a reload repairs, if the page began with it. */
  needsReload: () => !isMendable && document.querySelector(overlayTag) !== null,
  close() {
    document.querySelectorAll(overlayTag).forEach((open) => open.close());
  },
  /** Closes what was shown before an update; a worker may have failed at it already. */
  beginUpdate(timestamp) {
    begun = Math.max(begun, timestamp);
    if (shownBy < timestamp) overlay.close();
  },
  /**
   * @param mendable whether it is a Python module's, which is run again without a reload
   * @param timestamp the update's that failed. A worker may say so late: the update that the page is at
   *   mends it, or fails in the worker in its turn
   */
  show(error, mendable = false, timestamp = 0) {
    if (timestamp && timestamp < begun) return;
    overlay.close();
    isMendable = mendable;
    shownBy = timestamp;
    document.body.append(new (customElements.get(overlayTag))(error));
  },
};

/** The quiet line in a corner: what became of a Python update. Pages without Python don't load it. */
const badge = {
  show: (text) => importPart("badge.js").then((part) => part.show(JSON.parse(text))),
  hide: () => document.querySelector("hmr-badge")?.hide(),
};

// ---------------------------------------------------------------------------------------------
// Reloading. Several reasons at once are one reload.

/**
 * Going back in the history shows what the cache holds, unasked: modules from before the last edits,
 * and a token of a server that may be gone. This script is always asked for anew, but then.
 */
function isStale() {
  const [navigation] = performance.getEntriesByType("navigation");
  const [script] = performance.getEntriesByName(here.href);
  return hasDocument && navigation?.type === "back_forward" && script?.transferSize === 0;
}

let reloadTimer;
function reload() {
  clearTimeout(reloadTimer);
  reloadTimer = setTimeout(() => location.reload(), 20);
}

// ---------------------------------------------------------------------------------------------
// What there is to see. A worker has nothing to show it with, and does not know its page: the tabs of
// this server hear of it, whose own workers run the same code.

const channel = new BroadcastChannel(`hmr ${config.base}`);
const local = { overlay, badge, page: { reload } };
const remote = (part, method) => (...args) => channel.postMessage({ part, method, args });
const view = hasDocument
  ? local
  : {
      overlay: { needsReload: () => false, close() {}, beginUpdate() {}, show: remote("overlay", "show") },
      badge: { show: remote("badge", "show"), hide: remote("badge", "hide") },
      page: { reload: remote("page", "reload") },
    };
if (hasDocument) {
  channel.onmessage = ({ data: { part, method, args } }) => {
    if (part === "page" || config.overlay) local[part][method](...args);
  };
}

// ---------------------------------------------------------------------------------------------
// The connection, before Python. `take()` hands over what came until then; from there on Python
// listens itself, in the same turn of the event loop, so that nothing falls between.

function socketUrl(target) {
  const protocol = config.protocol || (here.protocol === "https:" ? "wss" : "ws");
  const port = config.port || here.port;
  target ??= `${config.host || here.hostname}${port ? `:${port}` : ""}${config.socketBase ?? config.base}`;
  return `${protocol}://${target}`;
}

/** Where a server that can do so sends events: for who can't have a WebSocket. */
const eventsUrl =
  config.transport && config.transport !== "websocket"
    ? new URL(`${config.base}@hmr/events?client=${Math.random().toString(36).slice(2)}`, here).href
    : undefined;

function openEarly() {
  const messages = [];
  const keep = ({ data }) => {
    messages.push(data);
    onEarlyMessage(data, early.socket);
  };
  const early = {
    messages,
    take() {
      early.socket.removeEventListener("message", keep);
      early.socket.removeEventListener("close", closed);
      return messages.splice(0);
    },
  };
  const open = (socket, isStream) => {
    socket.addEventListener("message", keep);
    Object.assign(early, { socket, isStream });
  };
  const openStream = () => open(new EventSource(`${eventsUrl}&token=${config.token}`), true);
  const closed = () => messages.length === 0 && eventsUrl && openStream(); // it never opened
  if (config.transport === "sse") openStream();
  else {
    open(new WebSocket(`${socketUrl()}?token=${config.token}`, "vite-hmr"), false);
    early.socket.addEventListener("close", closed, { once: true });
  }
  return early;
}

/** Without Python an error can be shown, and a page that Python failed on can be loaded anew. */
function onEarlyMessage(text, socket) {
  const payload = parse(text);
  if (payload?.type === "error" && config.overlay && hasDocument) overlay.show(payload.err);
  else if (bootError && (payload?.type === "update" || payload?.type === "full-reload")) view.page.reload();
  if (hasDocument || !payload?.updates) return;
  // a worker that has asked for no Python needs it once a module of its own has changed
  if (payload.updates.some(({ path }) => hotData.has(path))) demand({});
  else if (isIdle && config.session) {
    const data = { updates: [], sequence: payload.sequence, worker: true };
    socket.send?.(JSON.stringify({ type: "custom", event: "hmr:applied", data })); // nobody has to wait for it
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Python says so when it reads the message
  }
}

// ---------------------------------------------------------------------------------------------
// What the page holds. The server names the content of what it serves (`Server-Timing: hmr`), so
// that after a restart it can tell what has changed since from what has not.

const held = new Map();

function remember({ name, serverTiming }) {
  const content = serverTiming?.find((timing) => timing.name === "hmr")?.description;
  if (!content || !name.startsWith(here.origin)) return;
  const url = name
    .slice(here.origin.length)
    .replace(/\bt=\d{13}&?\b/, "")
    .replace(/([?&])import=?(?:&|$)/, "$1")
    .replace(/[?&]$/, "");
  held.set(url, content); // the last one loaded is the one that runs
}

let loads;
if (config.session && hasDocument) {
  performance.getEntriesByType("navigation").forEach(remember);
  loads = new PerformanceObserver((list) => list.getEntries().forEach(remember));
  loads.observe({ type: "resource", buffered: true });
}

/** The names of all contents by URL, as JSON text. */
function heldHashes() {
  loads?.takeRecords().forEach(remember);
  return JSON.stringify(Object.fromEntries(held));
}

// ---------------------------------------------------------------------------------------------
// The page's console in the terminal, for who asks for it (`--forward-console`).

const forwarding = config.forwardConsole === true ? { logLevels: ["error", "warn"], unhandledErrors: true } : config.forwardConsole;

if (forwarding) {
  for (const level of forwarding.logLevels ?? []) {
    const original = console[level];
    if (typeof original !== "function") continue;
    console[level] = (...args) => {
      original.apply(console, args);
      // What the client itself says goes to our server in other ways (hmr:applied).
      if (config.session && args[0] === prefix) return;
      forward({ type: "log", data: { level, message: formatted(args).slice(0, 10_000) } });
    };
  }
  if (forwarding.unhandledErrors) {
    addEventListener("error", ({ error, message }) => forward(uncaught("error", error ?? new Error(message))));
    addEventListener("unhandledrejection", ({ reason }) => forward(uncaught("unhandled-rejection", reason)));
  }
}

function forward(data) {
  dispatch("forward", "", JSON.stringify(data));
}

function uncaught(type, error) {
  const { name = "Unknown Error", message = String(error), stack } = error ?? {};
  return { type, data: { name, message, stack } };
}

/** What the console makes of its arguments: `%s` and its like are filled in, the rest follows. */
function formatted([first, ...rest]) {
  if (typeof first !== "string") return [first, ...rest].map((value) => describe(value)).join(" ");
  const text = first.replace(/%[sdifoOc%]/g, (mark) => {
    if (mark === "%%") return "%";
    if (rest.length === 0) return mark;
    const value = rest.shift();
    if (mark === "%c") return "";
    if (mark === "%d" || mark === "%f") return typeof value === "symbol" ? "NaN" : String(Number(value));
    if (mark === "%i") return typeof value === "symbol" ? "NaN" : String(Math.trunc(Number(value)));
    return describe(value);
  });
  return [text, ...rest.map((value) => describe(value))].join(" ");
}

/** A value in one line, as deep as one reads in a terminal. */
function describe(value, around = []) {
  if (typeof value === "string") return around.length ? JSON.stringify(value) : value;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[Function: ${value.name || "(anonymous)"}]`;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    if (value instanceof Error) return around.length ? `[${value}]` : value.stack || String(value);
    if (value instanceof Date) return value.toISOString();
    if (globalThis.Node && value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
    if (around.includes(value)) return "[Circular]";
    if (around.length === 3) return Array.isArray(value) ? "[Array]" : "[Object]";
    const inside = [...around, value];
    const more = (count) => (count > 100 ? [`…(${count - 100})`] : []);
    if (Array.isArray(value)) {
      return `[${[...value.slice(0, 100).map((item) => describe(item, inside)), ...more(value.length)].join(", ")}]`;
    }
    const keys = Object.keys(value);
    const fields = keys.slice(0, 100).map((key) => `${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${describe(value[key], inside)}`);
    return `{ ${[...fields, ...more(keys.length)].join(", ")} }`;
  } catch {
    return Object.prototype.toString.call(value); // a getter of the page's has thrown
  }
}

// ---------------------------------------------------------------------------------------------
// Pyodide: the page's own, or one that is booted here.

let bootError;
let resolveAttached;
const attached = new Promise((resolve) => (resolveAttached = resolve));
const tags = hasDocument
  ? [...document.querySelectorAll("script[src]")].filter(({ src }) => src.split("?")[0] === here.href.split("?")[0])
  : [];
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
  resolveAttached(pyodide);
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

async function findPyodide(isHandedOver) {
  const own = globalThis.pyodide;
  if (own?.unpackArchive) return own;
  if (isHandedOver) return attached;
  const indexURL = new URL(config.pyodide, here).href;
  const booted = import(/* @vite-ignore */ `${indexURL}pyodide.mjs`).then(({ loadPyodide }) => loadPyodide({ indexURL }));
  const watch = new AbortController();
  try {
    return await Promise.race([attached, booted, reasonForHanging(`${indexURL}pyodide.asm.wasm`, watch.signal)]);
  } finally {
    watch.abort();
  }
}

/**
 * loadPyodide waits for ever when its WebAssembly can't be had, or comes as anything but
 * application/wasm. When the boot takes long, have a look; reject only if that is why.
 */
async function reasonForHanging(wasm, stopped) {
  await new Promise((resolve) => setTimeout(resolve, 5000));
  if (!stopped.aborted) {
    const { ok, status, headers } = await fetch(wasm, { method: "HEAD" });
    const type = headers.get("Content-Type");
    if (!ok) throw new Error(`${wasm} was answered with ${status}`);
    if (type && !type.startsWith("application/wasm")) {
      throw new Error(`${wasm} was served as ${type}, and browsers only take application/wasm`);
    }
  }
  return new Promise(() => {}); // it is there: a slow machine, or a slow line
}

/** PyScript's script, where the page runs its Python by PyScript. */
const pyScript =
  hasDocument && document.querySelector("script[type=py], py-script")
    ? [...document.querySelectorAll("script[type=module][src]")].find(({ src }) => /\/core(\.min)?\.js$/.test(new URL(src).pathname))?.src
    : undefined;

/**
 * Attaches to PyScript by its hooks, before any script of the page's runs. What they do is a part of
 * its own, which only these pages load.
 */
async function attachToPyScript() {
  const loading = importPart("pyscript.js");
  const { hooks } = await import(/* @vite-ignore */ pyScript);
  const page = { belowBase, attach: resolveAttached, booted, client: here.href };
  hooks.main.onReady.add(async (wrap, element) => (await loading).onReady(page, wrap, element));
  // now, and not when the part is there: workers are made from the hooks that there are by then
  hooks.main.onWorker.add((_, worker) => {
    const url = lastFetched;
    worker.sync.hmrScript = async () => (await loading).describeWorker(page, worker, url);
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
        return (await import(script.part)).runInWorker(script, interpreter, code, () => run.call(this, code, ...rest));
      })();
    };
  }
}

/** What only some pages need of this script. */
function importPart(name) {
  return import(/* @vite-ignore */ new URL(`${config.parts}${name}`, here).href);
}

async function fetchWheel(path) {
  const response = await fetch(new URL(path, here));
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Puts the client where Python imports it: a wheel with bytecode for this Python as it is, which saves the
 * unpacking. From one without, each source would be compiled twice.
 */
function placeClient(pyodide, wheel) {
  if (config.bytecode && pyodide.version === config.pyodideVersion) {
    pyodide.FS.writeFile("/lib/hmr_client.whl", wheel);
    pyodide.runPython('import sys; sys.path.append("/lib/hmr_client.whl")');
  } else {
    pyodide.unpackArchive(wheel, "wheel");
  }
}

/** A URL's path as the server knows it: below the base. */
function belowBase(url) {
  const { pathname } = new URL(url, hasDocument ? document.baseURI : location.protocol === "blob:" ? here : location);
  return decodeURIComponent(pathname.startsWith(config.base) ? `/${pathname.slice(config.base.length)}` : pathname);
}

/** The entry's modules; read once the socket is open, so that no edit falls between. */
async function fetchBundle(entry, { socket }) {
  if (socket.readyState === WebSocket.CONNECTING) {
    await new Promise((resolve) => ["open", "error", "close"].forEach((event) => socket.addEventListener(event, resolve, { once: true })));
  }
  const response = await fetch(new URL(`${config.base}@hmr/python?entry=${encodeURIComponent(entry)}`, here));
  return response.text();
}

async function boot() {
  const early = openEarly();
  if (pyScript) attachToPyScript().catch((error) => reportError("PyScript could not be attached to.", error, bootTip));
  if (hasDocument) {
    const packages = tag?.dataset.packages?.split(/[\s,]+/).filter(Boolean);
    // where all scripts run in workers PyScript boots nothing here
    const runsScripts = pyScript && document.querySelector("script[type=py]:not([worker]), py-script:not([worker])") !== null;
    demand({ entry: tag?.dataset.entry, packages, attach: tag?.hasAttribute("data-attach") || runsScripts, pyScript: runsScripts });
  }
  const wanted = await demanded;
  const entry = wanted.entry && belowBase(wanted.entry);
  const bundle = entry && fetchBundle(entry, early);
  bundle?.catch(() => {}); // it is awaited below
  await afterThePage();
  try {
    const runsPython = Boolean(entry || wanted.pyScript);
    const [pyodide, wheel, ...parts] = await Promise.all([
      findPyodide(wanted.attach),
      fetchWheel((runsPython && config.pythonWheel) || config.wheel),
      ...(runsPython ? ["effects.js", "data_files.js"].map(importPart) : []),
    ]);
    placeClient(pyodide, wheel);
    const python = pyodide.pyimport("hmr_browser.start");
    const packages = [...new Set([...(config.packages ?? []), ...(wanted.packages ?? [])])];
    const shared = bridge(early, { ...wanted, packages, entry }, pyodide, Object.assign({}, ...parts));
    const toPython = python.start(shared);
    for (const call of recorded) toPython(...call); // grows while it is replayed, and ends
    recorded.length = 0;
    dispatch = toPython;
    return { pyodide, python, shared, packages, entry, bundle, pyScript: wanted.pyScript };
  } catch (error) {
    bootError = error;
    reportError("Hot updates are off: Python could not be started.", error, bootTip);
    if (early.messages.some((text) => parse(text)?.type === "update")) view.page.reload();
    throw error;
  }
}

/** What the page declares for Python, once its hot updates are handled. */
async function runPage({ pyodide, python, shared, packages, entry, bundle, pyScript }) {
  try {
    if (packages.length > 0) await python.install_packages(shared);
    if (entry) await python.run_entry(await bundle);
  } catch (error) {
    reportError(`${entry} could not be run.`, error, "Hot updates are on. Load the page anew to try again.");
    throw error;
  } finally {
    if (!pyScript) python.destroy(); // its scripts come later
  }
  return pyodide;
}

const bootTip =
  "Until this is solved the page is loaded anew on each change. Is the dev server still running, " +
  "and does it find Pyodide's files? Its terminal says what is missing.";

function reportError(what, error, tip) {
  console.error(prefix, what, error);
  if (!config.overlay || (hasDocument && !document.body)) return;
  view.overlay.show({ message: `${what}\n${error?.message ?? error}`, stack: error?.stack ?? "", tip });
}

/** What Python is given: the rest it finds in the page itself. */
function bridge(early, { entry, packages, pyScript, page }, pyodide, { watchEffects, dataFiles }) {
  const absolute = (path) => path && new URL(path, here).href;
  return {
    settings: JSON.stringify({
      ...config,
      packages,
      index: absolute(config.index),
      micropip: absolute(config.micropip),
      socketUrl: config.transport === "sse" ? undefined : socketUrl(),
      directSocketUrl: config.directTarget && socketUrl(config.directTarget),
      eventsUrl,
      clientUrl: here.href,
      entry,
      pyscript: Boolean(pyScript),
    }),
    hotData,
    early,
    heldHashes,
    overlay: view.overlay,
    badge: view.badge,
    reload: view.page.reload,
    watchEffects: (made, over) => watchEffects(pyodide, made, over, page),
    dataFiles: (url) => dataFiles(pyodide.FS, url, { skip: 1, prefix }), // a byte keeps BOMs from the browser
    // An import() of this script's own: allowed wherever this script is, unlike eval.
    importModule: (url) => import(/* @vite-ignore */ url).catch(throwError),
    call(callback, ...args) {
      const result = callback(...args);
      return typeof result?.then === "function" ? Promise.resolve(result).catch(throwError) : undefined;
    },
  };
}

/** Python can only raise what is an Error: anything else that was thrown travels inside one. */
function throwError(thrown) {
  if (Object.prototype.toString.call(thrown) === "[object Error]") throw thrown;
  throw Object.assign(new Error(String(thrown)), { name: "ThrownValue", value: thrown });
}

/** Settles when Python handles hot updates and the page's own Python runs: with Pyodide, or what went wrong. */
const booted = isStale() ? new Promise(() => location.reload()) : boot();
export const ready = booted.then(runPage);
ready.catch(() => {}); // it was reported
