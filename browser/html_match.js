/**
 * Which nodes of a page's old text are which of its new text. idiomorph 0.8 and morphdom 2.7 were looked at:
 * both pair by position where there is no id, so that with an item added to a list each listener is at its
 * neighbour. What has not changed must stay what it is, so equal subtrees are paired first, wherever they are.
 */
import { attributesOf, childrenOf } from "./html_text.js";

const mostPairs = 250_000; // of one parent's children that are compared; beyond that they are paired in order

/**
 * Pairs the nodes of two trees.
 *
 * @param {Document} before
 * @param {Document} after
 * @returns {{ old: Map<Node, Node>, same: (a: Node, b: Node) => boolean }} `old`: the node of `before` for each node
 *   of `after` that has one; `same`: whether two nodes are equal with all that is in them
 */
export function match(before, after) {
  const shapes = new Shapes();
  const old = new Map();
  const taken = new Set();
  const pair = (a, b) => {
    old.set(b, a);
    taken.add(a);
  };
  const pairAll = (a, b) => {
    pair(a, b);
    const others = childrenOf(b);
    childrenOf(a).forEach((child, index) => taken.has(child) || old.has(others[index]) || pairAll(child, others[index]));
  };
  const same = (a, b) => shapes.of(a) === shapes.of(b);

  const roots = [(page) => page.documentElement, (page) => page.head, (page) => page.body];
  roots.forEach((of) => pair(of(before), of(after)));
  pairById(before, after, (a, b) => taken.has(a) || (same(a, b) ? pairAll(a, b) : pair(a, b)));
  pairUnique(before, after, shapes, { old, taken, pairAll });
  visit(before.documentElement, after.documentElement);
  return { old, same };

  function visit(a, b) {
    const free = (a) => !taken.has(a);
    const isPair = (a, b) => (old.has(b) ? old.get(b) === a : free(a) && same(a, b));
    const [mine, theirs] = [childrenOf(a), childrenOf(b)];
    const weight = (a, b) => (isPair(a, b) ? shapes.size(a) : 0);
    const gaps = align(mine, theirs, weight, (a, b) => old.has(b) || pairAll(a, b), isPair);
    pairMoved(mine.filter(free), theirs.filter((b) => !old.has(b)), same, pairAll);
    for (const [some, others] of gaps) {
      align(some.filter(free), others.filter((b) => !old.has(b)), (a, b) => likeness(a, b, shapes), pair);
    }
    for (const child of theirs) {
      const was = old.get(child);
      if (was && (!same(was, child) || isRoot(child))) visit(was, child);
    }
  }
}

/** What the same id names, if it is one element's in both. */
function pairById(before, after, pair) {
  const ids = (page) => {
    const found = new Map();
    for (const element of page.querySelectorAll("[id]")) found.set(element.id, found.has(element.id) ? null : element);
    return found;
  };
  const named = ids(before);
  for (const [id, element] of ids(after)) {
    const was = named.get(id);
    if (id && element && was && isSameKind(was, element) && !isRoot(element) && !isRoot(was)) pair(was, element);
  }
}

/** Equal subtrees that are once in either: they may have come to another parent. */
function pairUnique(before, after, shapes, { old, taken, pairAll }) {
  const once = (page) => {
    const found = new Map();
    for (const element of page.querySelectorAll("*")) {
      const shape = shapes.of(element);
      found.set(shape, found.has(shape) ? null : element);
    }
    return found;
  };
  const [were, are] = [once(before), once(after)];
  for (const [shape, element] of are) {
    const was = were.get(shape);
    if (element && was && (shapes.size(was) > 1 || was.attributes.length > 0) && !old.has(element) && !taken.has(was)) pairAll(was, element);
  }
}

function pairMoved(mine, theirs, same, pairAll) {
  const elements = mine.filter(isElement);
  for (const other of theirs.filter(isElement)) {
    const index = elements.findIndex((element) => same(element, other));
    if (index >= 0) pairAll(...elements.splice(index, 1), other);
  }
}

/**
 * Pairs two lists in order, so that the sum of the pairs' weights is the greatest.
 *
 * @returns {[Node[], Node[]][]} the remaining nodes between the pairs
 */
function align(mine, theirs, weight, pair, isPair = () => false) {
  let start = 0;
  let [end, otherEnd] = [mine.length, theirs.length];
  while (start < end && start < otherEnd && isPair(mine[start], theirs[start])) pair(mine[start], theirs[start++]);
  while (end > start && otherEnd > start && isPair(mine[end - 1], theirs[otherEnd - 1])) pair(mine[--end], theirs[--otherEnd]);
  const [rows, columns] = [mine.slice(start, end), theirs.slice(start, otherEnd)];
  if (rows.length === 0 || columns.length === 0) return [[rows, columns]];
  if (rows.length * columns.length > mostPairs) {
    rows.forEach((node, index) => columns[index] && weight(node, columns[index]) && pair(node, columns[index]));
    return [];
  }
  const width = columns.length + 1;
  const best = new Float64Array((rows.length + 1) * width);
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = columns.length - 1; j >= 0; j--) {
      const paired = weight(rows[i], columns[j]);
      const skipped = Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      best[i * width + j] = paired > 0 ? Math.max(skipped, best[(i + 1) * width + j + 1] + paired) : skipped;
    }
  }
  const gaps = [];
  let gap = [[], []];
  let [i, j] = [0, 0];
  while (i < rows.length && j < columns.length) {
    const paired = weight(rows[i], columns[j]);
    if (paired > 0 && best[i * width + j] === best[(i + 1) * width + j + 1] + paired) {
      pair(rows[i++], columns[j++]);
      gaps.push(gap);
      gap = [[], []];
    } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) gap[0].push(rows[i++]);
    else gap[1].push(columns[j++]);
  }
  gap[0].push(...rows.slice(i));
  gap[1].push(...columns.slice(j));
  return [...gaps, gap];
}

/** How much two nodes that are not equal have in common, from 0 (they are others) to 1. */
function likeness(a, b, shapes) {
  if (a.nodeType !== b.nodeType) return 0;
  if (!isElement(a)) return isBlank(a) === isBlank(b) ? 0.1 : 0;
  if (!isSameKind(a, b)) return 0;
  const of = (element) => [...attributesOf(element), ...childrenOf(element).filter((child) => !isBlank(child)).map((child) => shapes.of(child)), ...words(element)];
  const [some, others] = [new Set(of(a)), new Set(of(b))];
  const common = [...some].filter((one) => others.has(one)).length;
  return 0.2 + (0.8 * 2 * common) / (some.size + others.size || 1);
}

const words = ({ textContent }) => textContent.slice(0, 500).split(/\s+/).filter(Boolean);
const isElement = ({ nodeType }) => nodeType === Node.ELEMENT_NODE;
const isBlank = ({ nodeType, data }) => nodeType === Node.TEXT_NODE && !data.trim();
const isRoot = (element) => element === element.ownerDocument.body || element === element.ownerDocument.head || element === element.ownerDocument.documentElement;
const isSameKind = (a, b) => a.nodeName === b.nodeName && a.namespaceURI === b.namespaceURI && a.getAttribute("is") === b.getAttribute("is");

/** A number for each node, the same for nodes that are equal with all that is in them. */
class Shapes {
  #numbers = new Map();
  #known = new Map();

  of(node) {
    return this.#read(node).number;
  }

  /** How many nodes it is, for comparisons: blank text counts little. */
  size(node) {
    return this.#read(node).size;
  }

  #read(node) {
    let known = this.#known.get(node);
    if (!known) {
      const inside = isElement(node) ? childrenOf(node).map((child) => this.#read(child)) : [];
      const text = isElement(node) ? `${node.namespaceURI} ${node.nodeName}\n${attributesOf(node).join("\n")}\n${inside.map(({ number }) => number)}` : `${node.nodeType} ${node.data}`;
      if (!this.#numbers.has(text)) this.#numbers.set(text, this.#numbers.size);
      const size = isBlank(node) ? 0.01 : 1 + inside.reduce((sum, { size }) => sum + size, 0);
      known = { number: this.#numbers.get(text), size };
      this.#known.set(node, known);
    }
    return known;
  }
}
