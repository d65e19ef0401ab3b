/**
 * The Python files that the page has fetched itself, to run them without this client: nobody knows what it
 * made of them, and it is loaded anew when one is saved.
 */
import { pyScript } from "./pyscript_hooks.js";
import { belowBase, hasDocument, here } from "./settings.js";

const fetched = new Set();

function note({ name }) {
  if (name.startsWith(here.origin) && new URL(name).pathname.endsWith(".py")) fetched.add(belowBase(name));
}

let observer;
if (hasDocument && !pyScript) {
  observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: "resource", buffered: true });
}

export function hasFetched(path) {
  observer?.takeRecords().forEach(note);
  return fetched.has(decodeURIComponent(path));
}
