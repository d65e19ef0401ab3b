/**
 * Modules whose sources come with their update: an import map leads their URLs to the texts, so that the import()
 * needs no network. Whatever imports them by the same URLs gets the same instances, and a stack names these URLs.
 *
 * Tried and dropped: `blob:` URLs, whose import() takes 2.4 ms where that of a `data:` URL takes 0.4 and one over the
 * network 4; and web bundles, which Chromium says that it supports, and does not load.
 */
import { accepting } from "./hot_context.js";
import { config, hasDocument, here } from "./settings.js";

const sourcesField = "hmr:sources"; // of an update's message; and the event by which a page says that it takes them
const firstWithManyMaps = 133; // of Chromium: before, one map is all that a page can have
const policies = 'script[nonce], meta[http-equiv="content-security-policy" i]';
const dataUrls = /data:text\/javascript;charset=utf-8,\S*%0A%2F%2F%23%20sourceURL%3D([\w.~%!*()-]+)/g;
// nothing that URLs write otherwise; to parse a URL takes longer than all else that is done here for a module
const plainPath = /^(?:\/[\w@~-][\w.@~+-]*)+(?:\?[\w=&@.-]*)?$/;

let takesSources; // a promise
// What an update accepted and failed to import, with modules below it. Perhaps these were not reached: the page would
// import them later by URLs that lead to their texts of then
const halfDone = new Set();
let reloadPage; // what reloads it with a reason, once Python is there
const early = new Map(); // what leads to the texts that have come ahead of their update, by the modules' URLs
let sourced = new Map(); // what an import() is of, by its URL

/** Whether import maps can lead to texts in this page. */
function mayTakeSources() {
  const chromium = navigator.userAgentData?.brands.find(({ brand }) => brand === "Chromium");
  const isAble = config.sources && hasDocument && document.head && chromium?.version >= firstWithManyMaps;
  if (!isAble || document.querySelector(policies)) return false;
  // a scope concerns modules by their own URLs
  return [...document.querySelectorAll('script[type="importmap"]')].every(({ text }) => !text.includes('"scopes"'));
}

async function trySource() {
  if (!mayTakeSources()) return false;
  const url = new URL(`${config.base}@hmr/probe`, here).href;
  leadToTexts({ [url]: dataUrl(url, "export {};") });
  return import(/* @vite-ignore */ url).then(
    () => true,
    () => false,
  );
}

/** The URL that leads to a module's text, in place of its own one. */
const dataUrl = (url, text) => `data:text/javascript;charset=utf-8,${encodeURIComponent(`${text}\n//# sourceURL=${url}`)}`;

/** Has modules lead to texts; `dataUrls` are these by the modules' URLs. */
function leadToTexts(dataUrls) {
  // what is in a whole URL, and what is encoded, needs no escapes in JSON
  const toEntry = ([url, dataUrl]) => `"${url}":"${dataUrl}"`;
  const text = `{"imports":{${Object.entries(dataUrls).map(toEntry).join()}}}`;
  const map = Object.assign(document.createElement("script"), { type: "importmap", text });
  document.head.append(map);
  map.remove(); // it stays in effect
}

/** A path of this server, and its query, as a whole URL. */
export const serverUrl = (path) => (plainPath.test(path) ? here.origin + path : new URL(path, here).href);

/** The whole URL of a path below the base. */
export const moduleUrl = (path) => serverUrl(`${config.base}${path.slice(1)}`);

/** Keeps the text of a module until its update comes, which says that it is the one; returns what leads to it. */
export function keepEarly(path, text) {
  const url = moduleUrl(path);
  const leads = dataUrl(url, text);
  early.set(url, leads);
  return leads;
}

/** What the browser says of a text, with the URL that leads to it. */
export const withoutTexts = (said) => said.replace(dataUrls, (_, url) => decodeURIComponent(url));

/** Says to a server that this page takes sources, once it can. */
export function sourcesFrom(socket) {
  socket.addEventListener("open", async () => {
    const data = new URL(config.base, here).href;
    const isTaken = await (takesSources ??= trySource());
    if (isTaken && socket.send && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "custom", event: sourcesField, data }));
  });
}

/**
 * Leads URLs of an update to the sources that came with it.
 *
 * @param {object} payload The update, as it came.
 * @param {{ path: string, acceptedPath: string, urls: string[] }[]} updates Those that this page has the modules of;
 *   `urls` are what it is about to import, whole.
 * @returns {string[]} The URLs without a source.
 */
export function takeSources({ [sourcesField]: sent = {} }, updates) {
  const come = new Map(Object.entries(sent).map(([path, text]) => [moduleUrl(path), text])); // `true` for one that came early
  if (updates.length && [...halfDone].some((path) => updates.every(({ acceptedPath }) => acceptedPath !== path))) {
    reloadPage?.(`${[...halfDone][0]} was updated in part only`);
  }
  const dataUrls = {};
  sourced = new Map();
  for (const { path, acceptedPath, urls } of updates) {
    if (!accepting.has(path)) continue; // the core won't import it
    const taken = urls.filter((url) => (come.get(url) === true ? early.has(url) : come.has(url)));
    for (const url of taken) dataUrls[url] ??= come.get(url) === true ? early.get(url) : dataUrl(url, come.get(url));
    sourced.set(urls[0], { acceptedPath, isAlone: taken.length < 2 });
  }
  if (Object.keys(dataUrls).length) leadToTexts(dataUrls);
  if (come.size) early.clear();
  return updates.flatMap(({ urls }) => urls).filter((url) => !(url in dataUrls));
}

/** The text that an update brought for a URL below the base; undefined where it brought none. */
export const textOf = ({ [sourcesField]: sent }, url) => sent?.[url];

/** @param handle Called with a reason where an update can't be applied upon what became of the one before. */
export function whenHalfDone(handle) {
  reloadPage = handle;
}

/** Imports a module, and notes what became of it. */
export async function importSourced(url) {
  await undefined; // not in a call by Python: with each import() Chromium reads the stack, and WebAssembly's is deep
  const { acceptedPath, isAlone = true } = sourced.get(serverUrl(url)) ?? {};
  try {
    // an import() of this script's own: allowed wherever this script is, unlike eval
    const module = await import(/* @vite-ignore */ url);
    halfDone.delete(acceptedPath);
    return module;
  } catch (error) {
    if (!isAlone) halfDone.add(acceptedPath);
    if (error instanceof TypeError) error.message = withoutTexts(error.message);
    throw error;
  }
}
