/**
 * What the page holds. The server names the content of what it serves (`Server-Timing: hmr`), so that after
 * a restart it can tell what has changed since from what has not.
 */
import { config, hasDocument, here } from "./settings.js";

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
export function heldHashes() {
  loads?.takeRecords().forEach(remember);
  return JSON.stringify(Object.fromEntries(held));
}
