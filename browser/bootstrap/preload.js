/**
 * Fetches what an update will import or link as soon as its message is there, while Python decides what becomes
 * of it. A preload fetches, and neither runs a module nor applies a sheet: when that happens is the core's business.
 */
import { forgetCopiesInTime } from "./cached_copies.js";
import { hotData, isRecording } from "./hot_context.js";
import { config, hasDocument, here, parse } from "./settings.js";
import { sourcesFrom, takeSources } from "./sources.js";

const canPreload = hasDocument && document.createElement("link").relList.supports?.("modulepreload");
const scriptNonce = hasDocument ? document.querySelector("script[nonce]")?.nonce : undefined;
const belowHere = config.base.replace(/\/$/, "");

let preloading = 0;

/** The URL that the core imports (`import_url` in hmr_browser). */
function importUrl({ acceptedPath, explicitImportRequired, timestamp }) {
  const [path, query] = acceptedPath.split("?");
  return `${path}?${explicitImportRequired ? "import&" : ""}t=${timestamp}${query ? `&${query}` : ""}`;
}

/** A path and its query without some parameters, as the core writes them (`_clean` in `hmr_browser.page.stylesheets`). */
function clean(url, ...parameters) {
  const parsed = new URL(url, here);
  for (const parameter of parameters) parsed.searchParams.delete(parameter);
  return `${parsed.pathname}${parsed.search}`;
}

/** What the core links in place of a sheet's link; undefined where the page has none of exactly this URL. */
function sheetLink({ path, timestamp }) {
  const sheet = clean(path, "direct");
  const wanted = decodeURI(`${belowHere}${sheet}`);
  const links = [...document.querySelectorAll('link[rel~="stylesheet" i][href]')];
  const old = links.find(({ href }) => decodeURI(clean(href, "direct", "t")) === wanted);
  // of a sheet that is not fetched there is no event
  if (!old || old.disabled || !matchMedia(old.media).matches) return undefined;
  const link = preloadLink(`${sheet}${sheet.includes("?") ? "&" : "?"}t=${timestamp}`, "preload");
  const { crossOrigin, nonce, referrerPolicy } = old; // with others the link would fetch again
  return Object.assign(link, { as: "style", nonce, referrerPolicy }, crossOrigin === null ? {} : { crossOrigin });
}

/** A path and query below the base as a whole URL; others stay. */
const absolute = (url) => (url.startsWith("/") ? new URL(`${belowHere}${url}`, here).href : url);

function preloadLink(url, rel = "modulepreload") {
  const link = document.createElement("link");
  link.rel = rel;
  link.href = absolute(url);
  if (scriptNonce) link.nonce = scriptNonce;
  preloading += 1;
  link.onload = link.onerror = () => {
    preloading -= 1;
    link.remove();
  };
  return link;
}

function preloadUpdate({ data }) {
  if (data.includes('"update"')) forgetCopiesInTime();
  if (!/"(?:js|css)-update"/.test(data)) return;
  const payload = parse(data);
  if (payload?.type !== "update") return;
  // a page gets the updates of all pages, and fetches those of modules that it has
  const updates = payload.updates
    .filter(({ type, path }) => type === "js-update" && hotData.has(path))
    .map((update) => ({ ...update, urls: [importUrl(update), ...(update.preload ?? [])].map(absolute) }));
  const others = takeSources(payload, updates);
  // saves in a row are fetched one after another, as they are applied: each answer is as new as can be
  if (preloading || !canPreload) return;
  const scripts = others.filter((url) => url.startsWith(here.origin)).map((url) => preloadLink(url));
  // a sheet that is not linked soon is dropped, and fetched again; Vite's server reads it when it is asked for, and
  // that soon a file that is saved may still be empty
  const sheets = isRecording() || !config.session ? [] : payload.updates.filter(({ type }) => type === "css-update").map(sheetLink);
  document.head?.append(...scripts, ...sheets.filter(Boolean));
}

/** Listens to a connection before anybody else does. */
export function preloadFrom(socket) {
  if (!hasDocument) return;
  sourcesFrom(socket);
  socket.addEventListener("message", preloadUpdate);
}
