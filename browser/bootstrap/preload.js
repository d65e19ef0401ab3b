/**
 * Fetches what an update will import or link as soon as its message is there, while Python decides what becomes
 * of it. A preload fetches and runs no module: when that happens is the core's business. The text of a sheet that came
 * with the message is shown at once.
 */
import { forgetCopiesInTime } from "./cached_copies.js";
import { takeEarlySources } from "./early_sources.js";
import { hotData, isRecording } from "./hot_context.js";
import { config, hasDocument, here, parse } from "./settings.js";
import { showSheet } from "./sheet_texts.js";
import { moduleUrl, sourcesFrom, takeSources, textOf } from "./sources.js";
import { lookForUnrun } from "./unrun_modules.js";

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

/** A sheet that has changed, the URL that the core will link, and the page's newest link of exactly this sheet, if it is shown. */
function ofLink({ path, timestamp }) {
  const sheet = clean(path, "direct");
  const wanted = decodeURI(`${belowHere}${sheet}`);
  const links = [...document.querySelectorAll('link[rel~="stylesheet" i][href]')];
  const old = links.findLast(({ href }) => decodeURI(clean(href, "direct", "t")) === wanted);
  // of a sheet that is not fetched there is no event
  const isShown = old && !old.disabled && matchMedia(old.media).matches;
  return { sheet, url: `${sheet}${sheet.includes("?") ? "&" : "?"}t=${timestamp}`, old: isShown ? old : undefined };
}

/** What fetches a sheet for the link that takes the old one's place. */
function sheetLink({ url, old: { crossOrigin, nonce, referrerPolicy } }) {
  const link = preloadLink(url, "preload"); // with others the link would fetch again
  return Object.assign(link, { as: "style", nonce, referrerPolicy }, crossOrigin === null ? {} : { crossOrigin });
}

/** A path and query below the base as a whole URL; others stay. */
const absolute = (url) => (url.startsWith("/") ? moduleUrl(url) : url);

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
  if (hasDocument && data.includes('"update"')) forgetCopiesInTime();
  if (!/"(?:js|css)-update"/.test(data)) return;
  const payload = parse(data);
  if (payload?.type !== "update") return;
  lookForUnrun(payload.updates);
  if (!hasDocument) return;
  // a page gets the updates of all pages, and fetches those of modules that it has
  const updates = payload.updates
    .filter(({ type, path }) => type === "js-update" && hotData.has(path))
    .map((update) => ({ ...update, urls: [importUrl(update), ...(update.preload ?? [])].map(absolute) }));
  const others = takeSources(payload, updates);
  const sheets = payload.updates.filter(({ type }) => type === "css-update").map(ofLink).filter(({ old }) => old);
  for (const { sheet, url, old } of sheets) showSheet(sheet, old, textOf(payload, url));
  // saves in a row are fetched one after another, as they are applied: each answer is as new as can be
  if (preloading || !canPreload) return;
  const scripts = others.filter((url) => url.startsWith(here.origin)).map((url) => preloadLink(url));
  // a sheet that is not linked soon is dropped, and fetched again; Vite's server reads it when it is asked for, and
  // that soon a file that is saved may still be empty
  const linked = isRecording() || !config.session ? [] : sheets.map(sheetLink);
  document.head?.append(...scripts, ...linked);
}

/** Listens to a connection before anybody else does. */
export function preloadFrom(socket) {
  if (hasDocument) {
    sourcesFrom(socket);
    socket.addEventListener("message", takeEarlySources);
  }
  socket.addEventListener("message", preloadUpdate);
}
