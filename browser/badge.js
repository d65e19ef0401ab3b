/**
 * The quiet badge: what became of a Python update, and the plan behind a click.
 *
 * It says one line for a few seconds and goes; it takes no clicks but its own, and no room.
 */

const tag = "hmr-badge";
const shownMs = 4000;
const style = `
:host { position: fixed; left: 14px; bottom: 14px; z-index: 2147483645; color-scheme: light dark; }
details {
  max-width: min(38rem, calc(100vw - 28px)); padding: 6px 13px; opacity: .94;
  font: 12.5px/1.5 system-ui, sans-serif; color: light-dark(#1c2028, #e6e8ee);
  background: light-dark(#ffffff, #1c1f26); border: 1px solid light-dark(#d9dde5, #343944);
  border-radius: 15px; box-shadow: 0 4px 16px rgb(0 0 0 / .12);
}
summary { list-style: none; cursor: pointer; display: flex; align-items: center; gap: 8px; }
summary::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: #3a9a5b; flex: none; }
details.restart summary::before { background: #e8912d; }
ol { margin: 6px 0 4px; padding: 0 0 0 17px; }
code { font: 12px ui-monospace, Menlo, Consolas, monospace; }
`;

class Badge extends HTMLElement {
  #timer;

  constructor({ headline, lines, isPatch }) {
    super();
    const [details, summary, steps] = ["details", "summary", "ol"].map((name) => document.createElement(name));
    summary.textContent = headline;
    summary.title = "Click to see what was done, and why";
    for (const line of lines) steps.append(Object.assign(document.createElement("li"), { textContent: line }));
    if (!isPatch) details.className = "restart";
    details.append(summary, steps);
    // a user who closes the plan has read it
    details.addEventListener("toggle", () => (details.open ? clearTimeout(this.#timer) : this.#hideLater()));
    const sheet = new CSSStyleSheet(); // unlike a <style>, no Content-Security-Policy forbids it
    sheet.replaceSync(style);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(details);
  }

  connectedCallback() {
    this.setAttribute("role", "status");
    this.#hideLater();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  hide() {
    this.remove();
  }

  #hideLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), shownMs);
  }
}

/**
 * Shows what was done, in place of what is shown already.
 *
 * @param {{ headline: string, lines: string[], isPatch: boolean }} update
 */
export function show(update) {
  if (!document.body) return;
  if (!customElements.get(tag)) customElements.define(tag, Badge);
  document.querySelectorAll(tag).forEach((shown) => shown.hide());
  document.body.append(new Badge(update));
}
