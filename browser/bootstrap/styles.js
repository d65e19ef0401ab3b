/** Styles of imported stylesheets. They are inserted while modules run, so they can't wait for Python. */
import { hasDocument } from "./settings.js";

const styleId = "data-vite-dev-id"; // the family's attribute: server-rendered styles carry it too
const styles = new Map();
const linkedStyles = new Set();
// the page's policy lets no other style in: the family's mark, else what the page's own elements have
const nonce = hasDocument ? document.querySelector("meta[property=csp-nonce], script[nonce], style[nonce]")?.nonce : undefined;
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
