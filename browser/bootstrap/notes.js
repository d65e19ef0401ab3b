/**
 * What this client notes for later visits. It is kept in the Cache API: programs list what is in `localStorage`, and
 * would find there what they have not written.
 */
import { here } from "./settings.js";

const notes = "hmr-notes";
const urlOf = (name) => new URL(`notes/${name}`, here).href;

/** A store of the Cache API; undefined where there is no room for any (http, a private frame). */
export async function openStore(name) {
  return globalThis.caches?.open(name).catch(() => undefined);
}

/** The text of a note; undefined where there is none. */
export async function readNote(name) {
  const cache = await openStore(notes);
  const found = await cache?.match(urlOf(name));
  return found?.text();
}

/** @param {string} [text] without it the note is removed */
export async function writeNote(name, text) {
  const cache = await openStore(notes);
  await (text === undefined ? cache?.delete(urlOf(name)) : cache?.put(urlOf(name), new Response(text)));
}
