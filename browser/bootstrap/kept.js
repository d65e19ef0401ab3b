/**
 * What a page that this client reloads gives to the page that comes after it (restore.js has the rest). `hot.data` is
 * there before the first module runs.
 */
import { hotData } from "./hot_context.js";
import { config, hasDocument, importPart } from "./settings.js";

const key = `hmr kept ${config.base}`;
const patienceMs = 1000; // for a server that may be gone: then the page is reloaded all the same
const isWanted = hasDocument && config.restore !== false;

/** The form fields that the user has filled, or that a program has reported as filled. */
export const touched = new WeakSet();
if (isWanted) for (const event of ["input", "change"]) addEventListener(event, ({ target }) => touched.add(target), { capture: true, passive: true });

/** What the last page has kept for this one, once. */
export const kept = isWanted ? take() : undefined;
for (const [owner, data] of Object.entries(kept?.data ?? {})) hotData.set(owner, data);

let leave = () => undefined;

/** @param {() => string} callback is called when the page is reloaded; returns what Python keeps, if anything, as JSON text */
export function onLeave(callback) {
  leave = callback;
}

function take() {
  try {
    const found = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    return found?.path === location.pathname ? found : undefined;
  } catch {
    return undefined; // no storage for this page, or not ours
  }
}

/** To be awaited before a reload. The page may stay after all, if it asks its user: all is done when it goes. */
export async function keepForReload(reason) {
  if (!isWanted) return;
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs));
  const part = await Promise.race([importPart("restore.js").catch(() => undefined), late]);
  if (!part) return;
  const save = () => {
    try {
      const python = JSON.parse(leave() ?? "{}"); // first: what modules put into `hot.data` when they are disposed
      sessionStorage.setItem(key, JSON.stringify({ path: location.pathname, reason, python, ...part.stateOf(touched, hotData) }));
    } catch (error) {
      console.warn(config.logPrefix, "This page's state could not be kept for the next one.", error);
    }
  };
  addEventListener("pagehide", save, { once: true });
}
