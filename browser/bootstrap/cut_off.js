/**
 * Notices what the network has cut off while the page was loaded: the browser does not fetch a script or a stylesheet
 * again, and no update is about it. Later the programs that fetch something see for themselves that it fails.
 */
import { began, errors, noteResources, rejections, resources, violations, workerErrors } from "./early.js";
import { hotData } from "./hot_context.js";
import { isNetworkToBlame } from "./losses.js";
import { pyScript } from "./pyscript_hooks.js";
import { belowBase, config, hasDocument, headQuery, here } from "./settings.js";
import { view } from "./view.js";

const ownFiles = new URL(`${config.base}@hmr/`, here).href;
const ofPages = `${ownFiles}page/`; // an edit of the HTML reloads the page without it
const loaders = new Set(["script", "link", "css"]);
const types = { link: "text/css", css: "text/css" };

const settledMs = 50; // what failed arrives a little after its event

const arrived = []; // what the page has got, whole or not
let isWatched = true;
let isLeft = false;

const isOurs = ({ name }) => name.startsWith(here.origin) && !name.startsWith(ofPages) && !name.endsWith(headQuery);

/** Whether there was no reply, or one that is cut in its headers. */
const isCut = ({ responseStatus, contentType, encodedBodySize, name, initiatorType }) =>
  responseStatus === 0 || (responseStatus === 200 && contentType === "" && encodedBodySize === 0 && !isOfSheet(name, initiatorType));

/** Whether a stylesheet has asked for it, and it is none: of a font that has not changed there are no size and no type either. */
const isOfSheet = (name, initiatorType) => initiatorType === "css" && !/\.css(?:[?#]|$)/i.test(name);

/** Whether the page can't do without it. What a program fetches itself may fail for other reasons. */
const isNeeded = ({ name, initiatorType }) =>
  loaders.has(initiatorType) || name.startsWith(ownFiles) || (pyScript && initiatorType === "fetch");

function arrive(entry) {
  if (!isWatched || !isOurs(entry)) return;
  arrived.push(entry);
  if (isCut(entry) && isNeeded(entry)) wasCut(entry.name);
}

function wasCut(url) {
  if (isWatched && !isLeft) view.page.loadAgain(url);
}

/** The stylesheets that have no rules: the browser drops what has come of one that was cut. */
function emptySheets() {
  const isEmpty = ({ href, disabled, sheet }) => href.startsWith(here.origin) && !disabled && !sheet?.cssRules.length;
  return hasDocument ? [...document.querySelectorAll("link[rel~=stylesheet][href]")].filter(isEmpty).map(({ href }) => href) : [];
}

/** Looks for a reply whose content is cut: only its length shows it. One of 0 is that of a file in the browser's cache. */
async function lookForCuts(isAsked) {
  await new Promise((resolve) => setTimeout(resolve, settledMs));
  noteResources();
  const isLoaded = ({ name, initiatorType, responseStatus, decodedBodySize }) => loaders.has(initiatorType) && responseStatus === 200 && (decodedBodySize > 0 || emptySheets().includes(name));
  for (const { name, initiatorType, decodedBodySize } of arrived.filter((entry) => isLoaded(entry) && isAsked(entry))) {
    const stamp = /[?&]t=\d{13}/.test(name) ? "" : `${name.includes("?") ? "&" : "?"}t=${Date.now()}`;
    const url = name + stamp; // as for an update: it does not count as fetched by the page
    // the page may have the file itself: classic scripts, and what a service worker has fetched
    if ((await isShorter(decodedBodySize, url, types[initiatorType] ?? "text/javascript")) && (await isShorter(decodedBodySize, url, "*/*"))) return wasCut(name);
  }
}

async function isShorter(length, url, accept) {
  const response = await fetch(url, { cache: "no-store", headers: { accept } }).catch(() => {});
  return response?.ok && length < (await response.arrayBuffer()).byteLength;
}

let looking;
const look = (isAsked = ({ name }) => !name.startsWith(ownFiles)) => (looking ??= lookForCuts(isAsked).finally(() => (looking = undefined)));

export async function pageHasLoaded() {
  if (!hasDocument || document.readyState === "complete") return;
  await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
}

/** Looks at what had failed, or not, before the client ran: its events are over. */
function lookAtWhatWasBefore() {
  const early = new Set(arrived.filter(({ responseEnd }) => responseEnd <= began).map(({ name }) => name));
  if (emptySheets().some((href) => early.has(href))) look();
  const tags = [...document.querySelectorAll("script[type=module][src]")].map(({ src }) => src).filter((src) => early.has(src) && src !== here.href);
  // with a hot context it has run
  const isAsked = ({ name }) => tags.includes(name) && !hotData.has(belowBase(name));
  if (tags.length > 0) pageHasLoaded().then(() => look(isAsked));
}

/** Looks at a worker whose script, or a module of it, can't be loaded. What a worker throws is an ErrorEvent. */
async function workerFailed({ event, href }) {
  const url = href.startsWith(here.origin) ? href : here.href; // a blob may import ours
  // its code may be wrong, too
  if (!(event instanceof ErrorEvent) && (await isNetworkToBlame()) && !isLeft) view.page.loadAgain(url);
}

// what the policy does, it will do again
violations.each(({ blockedURI }) => (isWatched &&= blockedURI !== "wasm-eval"));
noteResources();
const endArrivals = resources.each(arrive);
if (hasDocument) {
  const isSheet = (node) => node.localName === "link" && node.relList.contains("stylesheet");
  errors.each(({ target }) => (target.localName === "script" || (target.localName && isSheet(target))) && look());
  rejections.each(({ reason }) => reason instanceof TypeError && look());
  for (const event of ["beforeunload", "pagehide"]) addEventListener(event, () => (isLeft = true));
  addEventListener("pageshow", () => (isLeft = false));
  lookAtWhatWasBefore();
  workerErrors.each(workerFailed);
}

/** To be called when Python could not be started. */
export function lookAgain() {
  noteResources();
  if (hasDocument) look(() => true);
}

/** To be called when the page has all that it needs. */
export async function endOfLoad() {
  await looking;
  isWatched = false;
  endArrivals();
  arrived.length = 0;
}
