/**
 * Fetches what an update will import as soon as its message is there, while Python decides what becomes of
 * it. `modulepreload` fetches a module and does not run it: what runs, and when, is the core's business.
 */
import { forgetCopies } from "./cached_copies.js";
import { hotData } from "./hot_context.js";
import { config, hasDocument, here, parse } from "./settings.js";

const canPreload = hasDocument && document.createElement("link").relList.supports?.("modulepreload");
const scriptNonce = hasDocument ? document.querySelector("script[nonce]")?.nonce : undefined;
const belowHere = config.base.replace(/\/$/, "");

let preloading = 0;

/** The URL that the core imports (`import_url` in hmr_browser). */
function importUrl({ acceptedPath, explicitImportRequired, timestamp }) {
  const [path, query] = acceptedPath.split("?");
  return `${path}?${explicitImportRequired ? "import&" : ""}t=${timestamp}${query ? `&${query}` : ""}`;
}

function preloadLink(url) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = new URL(`${belowHere}${url}`, here).href;
  if (scriptNonce) link.nonce = scriptNonce;
  preloading += 1;
  link.onload = link.onerror = () => {
    preloading -= 1;
    link.remove();
  };
  return link;
}

function preloadUpdate({ data }) {
  if (data.includes('"update"')) forgetCopies();
  // saves in a row are fetched one after another, as they are applied: each answer is as new as can be
  if (preloading || !data.includes('"js-update"')) return;
  const payload = parse(data);
  if (payload?.type !== "update") return;
  // a page gets the updates of all pages, and fetches those of modules that it has
  const updates = payload.updates.filter(({ type, path }) => type === "js-update" && hotData.has(path));
  const urls = updates.flatMap((update) => [importUrl(update), ...(update.preload ?? [])]);
  document.head?.append(...urls.filter((url) => url.startsWith("/")).map(preloadLink));
}

/** Listens to a connection before anybody else does. */
export function preloadFrom(socket) {
  if (canPreload) socket.addEventListener("message", preloadUpdate);
}
