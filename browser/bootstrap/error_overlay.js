/**
 * The error overlay's element. It is here because an error can come before Python does. Its tag, its class
 * and its parts carry the family's names: people's tests and tools look for them.
 */
import { config, here } from "./settings.js";

export const overlayTag = "vite-error-overlay";
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

const active = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text as it may be shown: what would turn letters round, so that code reads as other code, is spelled out. */
function plain(text) {
  return String(text ?? "")
    .replace(/\x1b\[[\d;:]*m/g, "")
    .replace(/\r\n/g, "\n")
    .replace(active, (character) => {
      const code = character.charCodeAt(0).toString(16);
      return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
    });
}

// file:line:column, or a line of a Python traceback; the page's own Python library is not part of the project
const filePattern = /(?:file:\/\/)?(?:[a-zA-Z]:\\|\/|(?<![\w/.-])[\w.-]+(?=[^\s()"']*\.py:))[^\s()"']*?:\d+:\d+|File "(?!\/lib\/|<)([^"]+)", line (\d+)/g;
const framePattern = /^(?:>?\s*\d+\s+\|.*|\s+\|\s*\^.*)\r?\n?/gm;

export class ErrorOverlay extends (globalThis.HTMLElement ?? class {}) {
  #onKey = (event) => {
    if (event.key === "Escape") this.close();
  };

  /**
   * @param {object} error `message`, and where known `plugin`, `id`, `loc`, `frame`, `stack`, `tip`. A page that
   *   copies its own tree makes an overlay without one.
   * @param {boolean} links whether file names open in the editor (the server has to know how).
   */
  constructor(error = {}, links = Boolean(config.openInEditor)) {
    super();
    const { loc } = error;
    const [message, plugin, id, frame, stack] = ["message", "plugin", "id", "frame", "stack"].map((name) => plain(error[name]));
    const hasFrame = frame.search(framePattern) >= 0;
    const [file] = (plain(loc?.file) || id || "unknown file").split("?");
    const parts = {
      plugin: plugin ? `[plugin:${plugin}] ` : "",
      body: (hasFrame ? message.replace(framePattern, "") : message).trim(),
      // from 1, as the terminal prints it and editors take it; on the wire it is from 0
      file: loc ? `${file}:${loc.line}:${loc.column + 1}` : id ? file : "",
    };
    // Everything is inserted as text: a message may hold markup.
    const window = element(
      "div",
      "window",
      element("pre", "message", element("span", "plugin", parts.plugin), element("span", "message-body", parts.body)),
      element("pre", "file", ...linked(parts.file, links)),
      element("pre", "frame", ...(hasFrame ? frameLines(frame) : [])),
      element("pre", "stack", ...linked(stack, links)),
      element("div", "tip", plain(error.tip) || "Fix the code to continue.", " ", element("kbd", "", "Esc"), " or a click outside closes this."),
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
