/** What a page keeps for the one after it, when this client reloads it. */
import { hotData } from "./hot_context.js";
import { isKeeping, kept, keptKey, takeKept, touched } from "./kept.js";
import { config, importPart } from "./settings.js";

const patienceMs = 1000; // for a server that may be gone: then the page is reloaded all the same

if (isKeeping && !kept) takeKept(); // it was for a reload that did not come

let leave = () => undefined;

/** @param {() => string} callback is called when the page is reloaded; returns what Python keeps, if anything, as JSON text */
export function onLeave(callback) {
  leave = callback;
}

/** To be awaited before a reload. The page may stay after all, if it asks its user: all is done when it goes. */
export async function keepForReload(reason) {
  if (!isKeeping) return;
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs));
  const part = await Promise.race([importPart("restore.js").catch(() => undefined), late]);
  if (!part) return;
  const save = () => {
    try {
      const python = JSON.parse(leave() ?? "{}"); // first: what modules put into `hot.data` when they are disposed
      sessionStorage.setItem(keptKey, JSON.stringify({ path: location.pathname, reason, python, ...part.stateOf(touched, hotData) }));
    } catch (error) {
      console.warn(config.logPrefix, "This page's state could not be kept for the next one.", error);
    }
  };
  addEventListener("pagehide", save, { once: true });
}
