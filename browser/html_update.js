/**
 * A page that was saved: its new text comes into the document that is shown, whose state stays.
 *
 *   old text ─── match ─── new text          both as they were served
 *      │                       │
 *   document as it was         └─ what is another one ──▶ the document now
 *   when its modules began
 */
import { match } from "./html_match.js";
import { planMorph } from "./html_morph.js";
import { attributesOf, checkCode, checkWhole, quietText, readPage, Reload, Unfinished } from "./html_text.js";

let known; // the text that the document has, as a tree, and the live nodes of that tree
let isShown = false; // the error in it

/**
 * Fetches this page again, and applies what has changed in it.
 *
 * @param served the bootstrap's: `text`, a promise of the page's text as it was served, `nodes` and `copy`, the
 *   document when the page's modules began
 * @param {string} options.file the saved file, if it is known
 * @param {boolean} options.listens whether the program listens to `hmr:html-updated`
 * @param options.view the bootstrap's: badge and overlay
 * @param {boolean} options.shows whether they are wanted
 * @returns {Promise<object>} `changed`, `added`, `removed`, and `summary`, that in words; or `reload`, why the page has to reload;
 *   or `error`, what has to be fixed in its text first
 */
export async function updateHtml(served, { file, listens, view, shows }) {
  const began = performance.now();
  let text = "";
  try {
    text = await fetchPage();
    known ??= await firstTree(served);
    const after = readPage(text);
    checkWhole(known.read, after, text);
    checkCode(known.read.page, after.page);
    const { live, steps, removals, ...done } = planMorph(known.read.page, after.page, match(known.read.page, after.page), known.live, listens);
    for (const step of [...steps, ...removals]) step();
    known = { read: after, live };
    if (isShown) view.overlay.close();
    isShown = false;
    const { notes, ...counts } = done;
    const words = Object.entries(counts).filter(([, count]) => count).map(([what, count]) => `${count} ${what}`);
    const summary = [...words, ...notes].join(", ") || "nothing to change";
    if (shows && words.length > 0) view.badge.show(badgeText(words, notes, began));
    return { ...counts, summary };
  } catch (error) {
    if (error instanceof Reload) return { reload: error.message };
    if (!(error instanceof Unfinished)) {
      console.error(error);
      return { reload: `its new text could not be applied: ${error}` };
    }
    isShown = shows;
    if (shows) view.overlay.show(overlayError(error, text, file), true);
    return { error: error.message };
  }
}

function badgeText(words, lines, began) {
  const headline = `HTML: ${words.join(", ")} in ${(performance.now() - began).toFixed()} ms · state kept`;
  return JSON.stringify({ headline, lines, isPatch: true });
}

/** What the overlay shows: the lines around the slip, and that nothing is lost. */
function overlayError({ message, line }, text, saved) {
  const file = saved || location.pathname;
  const tip = "The page stays as it was, with its state, until this is mended.";
  if (!line) return { message, id: file, tip };
  const lines = text.split("\n").map((content, index) => `${index + 1 === line ? "> " : "  "}${String(index + 1).padStart(4)} | ${content}`);
  const frame = lines.slice(Math.max(line - 3, 0), line + 2).join("\n");
  return { message, id: file, loc: { file, line, column: 0 }, frame, tip };
}

const marks = { "255,254": "utf-16le", "254,255": "utf-16be" };

/** Reads an answer as a navigation would: text() takes each one for UTF-8. */
function decode(bytes, type) {
  const charset = marks[new Uint8Array(bytes.slice(0, 2))] ?? /charset=["']?([\w.:-]+)/i.exec(type)?.[1];
  try {
    return new TextDecoder(charset ?? document.characterSet).decode(bytes);
  } catch {
    return new TextDecoder(document.characterSet).decode(bytes); // no browser knows such a name
  }
}

async function fetchPage() {
  const url = location.href.split("#")[0];
  const response = await fetch(url, { headers: { Accept: "text/html", "X-HMR-Page": "again" }, cache: "no-store" });
  const text = decode(await response.arrayBuffer(), response.headers.get("content-type"));
  if (!response.ok) {
    const { title } = new DOMParser().parseFromString(text, "text/html");
    throw new Unfinished(`The server answers with ${response.status} ${response.statusText}${title && `: ${title}`}`);
  }
  if (response.redirected && response.url !== url) throw new Reload(`it leads to ${response.url} now`);
  return text;
}

/** Finds the nodes of the text that was served in the document as it was when the page's modules began. */
async function firstTree({ text, nodes, copy }) {
  const served = await text;
  if (!nodes) throw new Reload("it is too large to be followed, or nobody knows how it was served");
  if (served === undefined) throw new Reload("the server does not know any more what this page was");
  const read = readPage(served);
  const walker = copy.createTreeWalker(copy.documentElement);
  const places = new Map(nodes.map((node) => [walker.currentNode, node, walker.nextNode()]));
  for (const element of copy.querySelectorAll("noscript")) element.replaceChildren(document.createComment(quietText(element.textContent)));
  const { old, same } = match(read.page, copy);
  const isProven = (was, is) => same(was, is) || (is instanceof Element && ((is.id && is.id === was.id) || isRoot(is) || `${attributesOf(was)}` === `${attributesOf(is)}`));
  const live = new Map([...old].filter(([is, was]) => places.has(is) && isProven(was, is)).map(([is, was]) => [was, places.get(is)]));
  return { read, live };
}

const isRoot = ({ localName }) => localName === "html" || localName === "head" || localName === "body";
