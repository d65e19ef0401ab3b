/**
 * Texts of linked stylesheets that come with their update. A text is shown at once, in a `<style>` after its link,
 * and stays until the core has put the new link in the old one's place: what scripts and tools see in the end is the
 * link, as with Vite. So the page shows a save some milliseconds sooner, and while Python is still loading seconds.
 *
 * Tried and dropped: a link to a `data:` URL, which stays as such for all to see; and `insertRule` on the sheet of the
 * old link, as Chromium writes some rules otherwise than it has read them.
 */
import { here } from "./settings.js";

const shown = new Map(); // the <style> of a sheet

/**
 * Shows a sheet's text until the page has a new link of it, or has changed or removed this one.
 *
 * @param {string} sheet names it
 * @param {HTMLLinkElement} link
 * @param {string} [text]
 */
export function showSheet(sheet, link, text) {
  shown.get(sheet)?.remove(); // the text of the update before
  // in a page of another server its paths would lead elsewhere
  if (text === undefined || link.sheet?.disabled || new URL(document.baseURI).origin !== here.origin) return;
  const style = Object.assign(document.createElement("style"), { textContent: text });
  for (const name of ["media", "title"]) if (link[name]) style[name] = link[name];
  const { href } = link;
  const observer = new MutationObserver(() => {
    if (style.isConnected && link.isConnected && link.href === href && !link.disabled) return;
    observer.disconnect();
    style.remove();
    if (shown.get(sheet) === style) shown.delete(sheet);
  });
  observer.observe(link, { attributes: true });
  observer.observe(link.parentNode, { childList: true });
  link.after(style);
  shown.set(sheet, style);
}
