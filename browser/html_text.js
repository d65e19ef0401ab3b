/**
 * A page's text, as it was served: its tree, and what in it makes a morph impossible. The tree belongs to no
 * window: nothing in it runs, and nothing of it is loaded.
 */

const mark = "hmr:end";
const blocks = /<!--[\s\S]*?-->|<(script|style|textarea|title|xmp|iframe)\b[\s\S]*?<\/\1\s*>|(<noscript\b[^>]*>)([\s\S]*?)(?=<\/noscript\s*>)/gi;
const stamp = /(?<=[?&])t=\d{13}(?:&|$)|[?&]t=\d{13}$/;
const ownAttributes = new Set(["data-hmr-source", "nonce"]);
const stray = /["'<]/;
const withCode = "script, py-script, mpy-script, py-config, mpy-config";

/** Why the page has to reload. */
export class Reload extends Error {}

/** A text that is not complete yet. `line` is where, from 1. */
export class Unfinished extends Error {
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

/** Reads a page; says with `isWhole` whether the text ends outside of any tag, comment or script. */
export function readPage(text) {
  // where scripts run <noscript> holds text; the content of one would be parsed here, and could end the head
  const quiet = text.replace(blocks, (block, _, tag, content) => (tag ? `${tag}<!--${quietText(content)}-->` : block));
  const page = new DOMParser().parseFromString(`${quiet}<!--${mark}-->`, "text/html");
  const comments = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
  let last;
  while (comments.nextNode()) last = comments.currentNode;
  const isWhole = last?.data === mark;
  if (isWhole) last.remove();
  return { page, isWhole };
}

/** The contents of a <noscript>, escaped for a comment; and back. */
export const quietText = (content) => content.replaceAll("-", "&#45;").replaceAll(">", "&gt;");
export const loudText = (content) => content.replaceAll("&gt;", ">").replaceAll("&#45;", "-");

/** A node's children; those of a <template> are in a tree of their own. */
export function childrenOf(node) {
  return [...(node.localName === "template" ? node.content : node).childNodes];
}

/** Whether an attribute is not the author's, and differs from one answer to the next. */
export const isOwn = (name) => ownAttributes.has(name);

/** An element's attributes as one text each, but those that differ from one answer to the next. */
export function attributesOf(element) {
  return [...element.attributes].filter(({ name }) => !isOwn(name)).map(({ name, value }) => `${name}=${withoutStamp(value)}`).sort();
}

/** A URL without the stamp that a server gives to what has changed. */
export function withoutStamp(value) {
  return value.length < 15 ? value : value.replace(stamp, "").replace(/[?&]$/, "");
}

/** An element as a person names it. */
export function nameOf(element) {
  const { id, classList } = element;
  const more = id ? ` id="${id}"` : classList?.length ? ` class="${classList[0]}"` : "";
  return `<${element.localName}${more}>`;
}

/** @throws {Unfinished} where the new text has a slip that the old one had not */
export function checkWhole({ page: before }, { page, isWhole }, text) {
  const lineAt = (index) => text.slice(0, Math.max(index, 0)).split("\n").length;
  if (!isWhole) throw new Unfinished('It ends inside of a tag, a comment or a script: a quote, a ">" or an end tag is missing.', lineAt(lastWhole(text)));
  const strays = (tree) => [...tree.querySelectorAll("*")].flatMap(({ attributes }) => [...attributes].filter(({ name }) => stray.test(name)));
  const known = strays(before).length;
  const found = strays(page);
  if (found.length > known) {
    const [{ name, ownerElement }] = found;
    throw new Unfinished(`${nameOf(ownerElement)} has a quote too many or too few.`, lineAt(text.toLowerCase().indexOf(name)));
  }
}

/** Where the tag or comment begins that has no end: the last place up to which the text is whole. */
function lastWhole(text) {
  const places = [...text.matchAll(/</g)].map(({ index }) => index);
  let [low, high] = [0, places.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (readPage(text.slice(0, places[middle])).isWhole) low = middle;
    else high = middle;
  }
  return places[low] ?? 0;
}

/** @throws {Reload} where what runs, or what everything else depends on, is not the same in both */
export function checkCode(before, after) {
  const [were, are] = [before, after].map((page) => [...page.querySelectorAll(withCode)].filter((element) => !isData(element)));
  const keyOf = (element) => {
    const text = "hmrSource" in element.dataset ? "" : element.textContent; // the server has sent it
    return `${element.localName}\n${attributesOf(element).join("\n")}\n${text}`;
  };
  const [old, now] = [were.map(keyOf), are.map(keyOf)];
  const place = old.findIndex((key, index) => key !== now[index]);
  const index = place < 0 && now.length > old.length ? old.length : place;
  if (index >= 0) {
    const [element, what] = !now.includes(old[index]) && index < old.length ? [were[index], now.length < old.length ? "was removed" : "has changed"] : [are[index] ?? were[index], now.length > old.length ? "was added" : "is in another place"];
    throw new Reload(`${scriptName(element)} ${what}`);
  }
  const texts = (selector) => [before, after].map((page) => [...page.querySelectorAll(selector)].map((element) => attributesOf(element).join(" ")).join("\n"));
  for (const [selector, name] of [["base", "<base>"], ["meta[http-equiv]", "<meta http-equiv>"]]) {
    const [was, is] = texts(selector);
    if (was !== is) throw new Reload(`${name} has changed`);
  }
  const doctype = ({ doctype }) => doctype && `${doctype.name} ${doctype.publicId} ${doctype.systemId}`;
  if (doctype(before) !== doctype(after)) throw new Reload("the doctype has changed");
}

/** Whether a script element holds data that the program reads, not code. */
export function isData({ localName, type }) {
  return localName === "script" && /json|template|plain|html|shader|handlebars|mustache/i.test(type);
}

function scriptName(element) {
  const { localName, type } = element;
  if (type === "importmap") return "the import map";
  if (localName.endsWith("-config")) return `<${localName}>`;
  const src = element.getAttribute("src");
  if (src?.includes("?html-proxy&")) return "an inline module script";
  if (!src) return `an inline ${localName === "script" ? `script${type && type !== "module" ? ` (${type})` : ""}` : `<${localName}>`}`;
  return /\/@(hmr|vite)\/client$/.test(src) ? "the client's tag, which names the Python program," : `the script ${withoutStamp(src)}`;
}
