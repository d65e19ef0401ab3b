/**
 * What the page before this one has kept for it, when this client has reloaded it (`leaving.js`, and `restore.js` has the
 * rest). `hot.data` is there before the first module runs.
 */
import { hotData } from "./hot_context.js";
import { config, hasDocument } from "./settings.js";

export const keptKey = `hmr kept ${config.base}`;
export const isKeeping = hasDocument && config.restore !== false;

/** The form fields that the user has filled, or that a program has reported as filled. */
export const touched = new WeakSet();
if (isKeeping) for (const event of ["input", "change"]) addEventListener(event, ({ target }) => touched.add(target), { capture: true, passive: true });

// the first look into the storage takes a millisecond: what a page has kept that was not reloaded then, goes later
const isReloaded = isKeeping && performance.getEntriesByType("navigation")[0]?.type !== "navigate";

/** Takes what is there, once. */
export function takeKept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(keptKey));
    sessionStorage.removeItem(keptKey);
    return found?.path === location.pathname ? found : undefined;
  } catch {
    return undefined; // no storage for this page, or not ours
  }
}

export const kept = isReloaded ? takeKept() : undefined;
for (const [owner, data] of Object.entries(kept?.data ?? {})) hotData.set(owner, data);
