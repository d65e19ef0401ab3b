/** What the server tells this script, and where it runs. */

export const config = __HMR_CONFIG__;

export const prefix = config.logPrefix;
export const here = new URL(import.meta.url);
/** The query of a request for headers alone: of its answer the browser says what it says of a cut one. */
export const headQuery = "?head";
export const hasDocument = !globalThis.WorkerGlobalScope; // PyScript lends its workers the page's document

export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Python says so when it reads the message
  }
}

/** What only some pages need of this script. */
export function importPart(name) {
  return import(/* @vite-ignore */ new URL(`${config.parts}${name}`, here).href);
}

/** A URL's path as the server knows it: below the base. */
export function belowBase(url) {
  const { pathname } = new URL(url, hasDocument ? document.baseURI : location.protocol === "blob:" ? here : location);
  return decodeURIComponent(pathname.startsWith(config.base) ? `/${pathname.slice(config.base.length)}` : pathname);
}
