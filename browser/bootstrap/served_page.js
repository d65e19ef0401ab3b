/**
 * The document as the parser and the page's classic scripts have left it, before any module runs: an edit of
 * the page's HTML is compared with that later (html_update.js). Here is only what can't be done then.
 */
import { config, hasDocument, here } from "./settings.js";

const mostNodes = 50_000; // 2,000 take a millisecond
const mark = "hmr-page:"; // of the comment in which the server names the page, behind the client's tag
const marks = hasDocument ? [...document.scripts].map(({ nextSibling }) => nextSibling?.data) : [];
const name = marks.find((data) => data?.startsWith(mark))?.slice(mark.length);

/** The number of the last push before the page was read; undefined where no server of ours has served it. */
export const lastPush = name?.match(/\.(\d+)$/)?.[1];

// it is in effect, and no part of the page's text
if (hasDocument) document.querySelector("script[data-hmr-map]")?.remove();

function snapshot() {
  const nodes = [];
  const walker = document.createTreeWalker(document.documentElement);
  do nodes.push(walker.currentNode);
  while (nodes.length <= mostNodes && walker.nextNode());
  if (nodes.length > mostNodes) return {};
  const copy = document.implementation.createHTMLDocument(); // of no window: nothing in it is loaded, or runs
  copy.replaceChild(copy.importNode(document.documentElement, true), copy.documentElement);
  return { nodes, copy };
}

/** `nodes` and `copy`: each node of the live document, and the document then, in the same order. */
export const servedPage = name ? snapshot() : {};

/** Fetches the page's text as it was served, while the server still has it. */
export function keepServedText() {
  if (!servedPage.nodes) return;
  servedPage.text = fetch(new URL(`${config.base}@hmr/page/${name}`, here))
    .then((response) => (response.ok ? response.text() : undefined))
    .catch(() => undefined);
}
