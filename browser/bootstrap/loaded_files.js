/** What the page has loaded, and how: it has to know of a change of each file that it shows or has read. */
import { noteResources, resources } from "./early.js";
import { belowBase, hasDocument, here, importPart } from "./settings.js";

const loaded = new Map(); // path below the base → URL → all that has asked for it: a picture may be fetched, too

function note({ name, initiatorType, responseStatus }) {
  if (!name.startsWith(here.origin) || responseStatus >= 400) return; // a missing file was not loaded
  if (initiatorType === "fetch" && /[?&]t=\d{13}(?:&|$)/.test(name)) return; // our own, of an update
  const path = belowBase(name);
  if (path.startsWith("/@")) return;
  if (!loaded.has(path)) loaded.set(path, new Map());
  const url = name.split("#")[0];
  loaded.get(path).set(url, (loaded.get(path).get(url) ?? new Set()).add(initiatorType));
}

if (hasDocument) resources.each(note);

/** The URLs of a file, each with one of the ways in which it was loaded. */
function waysOf(path) {
  noteResources();
  return [...(loaded.get(path) ?? [])].flatMap(([url, ways]) => [...ways].map((way) => [url, way]));
}

/** Whether the page has fetched a Python file itself, to run it: its effects are unknown. */
export const hasFetched = (path) => waysOf(decodeURIComponent(path)).length > 0;

const sent = globalThis[Symbol.for("hmr sent")]; // the modules whose sources have come with the page (page_sources.js)
const fileOf = (path) => decodeURIComponent(path.split("?")[0]);

/** Whether a module's source has come with the page. */
export const hasCome = (path) => sent?.some((url) => belowBase(url) === fileOf(path)) ?? false;

/** Whether the page, or a worker of it, has loaded a script, also as a module. */
export const hasLoadedScript = (path) => waysOf(fileOf(path)).some(([, way]) => way === "script");

/** The document, the open shadow roots in it, and the documents of frames that have no client: nobody else updates these. */
export function openRoots(root = document, found = [root]) {
  for (const element of root.querySelectorAll("*")) {
    for (const inner of [element.shadowRoot, frameWithoutClient(element)]) {
      if (!inner) continue;
      found.push(inner);
      openRoots(inner, found);
    }
  }
  return found;
}

/** The document in a frame, as of `srcdoc`, `about:blank` or an SVG; undefined where it has a client, or is another site's. */
function frameWithoutClient(element) {
  const inner = element.contentDocument ?? (element.localName === "embed" ? element.getSVGDocument() : undefined);
  const isClient = ({ src }) => /\/@(?:hmr|vite)\/client/.test(src);
  return inner?.documentElement && ![...inner.querySelectorAll("script[src]")].some(isClient) ? inner : undefined;
}

/** What a frame's document has loaded: URLs, each with the way. A shadow root has no window. */
function resourcesOf({ defaultView }) {
  return (defaultView?.performance.getEntriesByType("resource") ?? []).map(({ name, initiatorType }) => [name, initiatorType]);
}

const reads = new Set(["fetch", "xmlhttprequest", "beacon"]);
const runs = new Set(["script", "link", "css"]);
const drawables = new Set(["img", "image"]); // elements whose picture a program can draw on a canvas
const documents = new Set(["iframe", "frame", "embed", "object", "navigation"]);

/**
 * Brings a file that has changed up to date.
 *
 * @param {string} path below the base
 * @param {number} timestamp the update's
 * @param {boolean} isDataFile whether the page's Python has a copy that is brought up to date otherwise
 * @param {boolean} isModule whether what the page runs of it is updated otherwise
 * @param {boolean} withoutReader whether somebody has fetched it and not said who: a worker made of a blob does so
 * @returns {Promise<string>} "swapped", "" where the page doesn't have it, or why the page has to reload
 */
export async function refreshFile(path, timestamp, isDataFile, isModule, withoutReader) {
  const isFile = (url, base = document.baseURI) => {
    const parsed = URL.canParse(url, base) && new URL(url, base);
    return parsed && parsed.origin === here.origin && belowBase(parsed.href) === path;
  };
  const roots = openRoots();
  const ofFrames = roots.filter((root) => root !== document).flatMap(resourcesOf);
  let ways = [...waysOf(path), ...ofFrames.filter(([url]) => isFile(url))].map(([, way]) => way);
  // the browser answers a fetch with what was preloaded for it, and does not tell of it
  const isPreloaded = [...document.querySelectorAll('link[rel~="preload" i][as="fetch" i]')].some(({ href }) => isFile(href));
  if (!isDataFile && (isPreloaded || ways.some((way) => reads.has(way)))) return "the page has fetched it";
  // nothing tells what was drawn; a module that imports it gets its new URL, or the page reloads
  const isImported = ways.includes("script") || sent?.some((url) => belowBase(url) === path);
  const isDrawable = ways.some((way) => drawables.has(way)) && roots.some((root) => root.querySelector("canvas"));
  if (isDrawable && !isDataFile && !isImported) return "a canvas of the page may show it";
  const { swapFile } = await importPart("assets.js");
  if (swapFile(roots, isFile, timestamp)) return "swapped";
  if (isModule && ways.some((way) => runs.has(way))) ways = ways.filter((way) => !runs.has(way) && way !== "other"); // "other": preloaded
  if (isDataFile) return "";
  if (ways.length === 0) return withoutReader && hasDocument ? "a worker has fetched it, or a page that does not say so" : "";
  if (/\.s?html?$/i.test(path) && ways.every((way) => documents.has(way))) return ""; // that page has a client
  return "the page has loaded it, and does not say where it is shown";
}

/**
 * Brings a stylesheet up to date that is no <link>'s.
 *
 * @returns {Promise<string>} as `refreshFile`
 */
export async function refreshSheet(sheet, timestamp) {
  const path = decodeURIComponent(sheet.split("?")[0]);
  const ways = waysOf(path);
  if (ways.some(([, way]) => reads.has(way))) return "the page has fetched it"; // as Less does in browsers
  const imported = ways.filter(([url, way]) => way === "script" && /[?&](?:direct|import)\b/.test(url) && !/[?&]t=\d{13}/.test(url));
  if (imported.length > 0) {
    const { replaceSheet } = await importPart("assets.js");
    await Promise.all(imported.map(([url]) => replaceSheet(url, timestamp)));
    return "swapped";
  }
  const isSheet = (url) => url.startsWith(here.origin) && belowBase(url) === path;
  const isLinked = (root) => [...root.querySelectorAll('link[rel~="stylesheet" i][href]')].some(({ href }) => isSheet(href));
  const roots = openRoots();
  const isLoadedBy = (wanted) => ways.some(([, way]) => way === wanted) && !roots.some(isLinked);
  if (isLoadedBy("css")) return "a stylesheet of the page imports it";
  if (isLoadedBy("link")) return "the page has loaded it, and its <link> can't be found"; // as in a closed shadow root
  // a picture's sheet, for one, is named by no link
  const hasLoaded = (root) => resourcesOf(root).some(([url]) => isSheet(url));
  return roots.some((root) => root !== document && hasLoaded(root) && !isLinked(root)) ? "a frame of the page has loaded it" : "";
}
