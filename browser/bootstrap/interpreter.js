/** Which Pyodide the page or PyScript has booted itself, and whether its Python can be patched. */
import { prefix } from "./settings.js";

/** Python is patched in a Pyodide of this version and of later ones. */
const OLDEST = [0, 25];
/** Why no Python of this page is patched. */
export let tooOld;

/** Tells whether Python can be patched in a Pyodide; where not, the page reloads for each file. */
export function canPatch({ version }) {
  const [major, minor] = String(version).split(".").map(Number);
  if (major > OLDEST[0] || minor >= OLDEST[1]) return true;
  neverPatch(`Python is patched from Pyodide 0.25 and PyScript 2024.1 on, and this page has Pyodide ${version ?? "of before 0.19"}`);
  return false;
}

export function neverPatch(why) {
  if (!tooOld) console.info(prefix, `${why}: it is reloaded for each Python file that is saved.`);
  tooOld ??= why;
}

let resolveAttached;
/** Settles when one is handed over; with undefined where it is of no use. */
export const attached = new Promise((resolve) => (resolveAttached = resolve));

/**
 * Says which interpreter it is, where the page or PyScript has booted one; tells whether it is of use. Without
 * one the page's is out of reach.
 */
export function handOver(pyodide) {
  const isOfUse = pyodide !== undefined && canPatch(pyodide);
  resolveAttached(isOfUse ? pyodide : undefined);
  return isOfUse;
}
