/**
 * Brings the difference between a page's old and new text into the live document. The program may have changed
 * that at any time: what it has made stays, and where it has changed what the author changes too, it is
 * unknown which is right, and the page reloads.
 *
 * The whole plan is made before the first change: a morph is applied completely or not at all.
 */
import { attributesOf, childrenOf, isData, isOwn, loudText, nameOf, Reload, withoutStamp } from "./html_text.js";

const globalAttribute = /^(class|style|id|title|hidden|slot|lang|dir|part|tabindex|draggable|inert|popover|contenteditable|role|on\w+|aria-.*|data-.*)$/;

/**
 * Plans a morph.
 *
 * @param {Document} before the old text's tree
 * @param {Document} after the new text's
 * @param {{ old: Map<Node, Node>, same: Function }} pairs which nodes of them are the same ones (`match`)
 * @param {Map<Node, Node>} live the live node for each node of `before` that is known in the document
 * @param {boolean} listens whether the program listens to `hmr:html-updated`
 * @returns what to do, and `live` for the nodes of `after`, which is whole when that is done
 * @throws {Reload} where it can't be proved right
 */
export function planMorph(before, after, { old, same }, live, listens) {
  const plan = { steps: [], removals: [], changed: 0, added: 0, removed: 0, notes: [], live: new Map() };
  const kept = new Set(old.values());
  visit(before.documentElement, after.documentElement);
  return plan;

  /** The live node that is to be changed. */
  function target(node) {
    const found = currentNode(node, live);
    if (!found) throw new Reload(`${describe(node)} was changed by a script before the page was ready`);
    if (!found.isConnected) throw new Reload(`the program has replaced or removed ${describe(node)}`);
    return found;
  }

  function visit(was, is) {
    if (live.has(was)) plan.live.set(is, live.get(was));
    if (same(was, is)) return follow(was, is);
    if (!(is instanceof Element)) return changeText(was, is);
    if (is.localName === "template" || isData(is)) return changeInert(was, is);
    changeAttributes(was, is);
    if (is.localName === "script" || is.localName === "py-script") return; // its text is not the page's affair
    if (is.localName === "noscript") return change(target(was), (node) => (node.textContent = loudText(is.firstChild?.data ?? "")));
    changeChildren(was, is);
    visitChildren(is);
  }

  function visitChildren(is) {
    for (const child of childrenOf(is)) {
      if (old.has(child)) visit(old.get(child), child);
      else if (child.localName !== "template") visitChildren(child);
    }
  }

  /** Nothing has changed from here on down: only the trees are others. */
  function follow(was, is) {
    if (live.has(was)) plan.live.set(is, live.get(was));
    const others = childrenOf(was);
    if (is.localName !== "template") childrenOf(is).forEach((child, index) => follow(others[index], child));
  }

  function change(node, act) {
    plan.changed++;
    plan.steps.push(() => act(node));
  }

  function changeText(was, is) {
    const node = currentNode(was, live);
    if (is.nodeType === Node.COMMENT_NODE) return node && void plan.steps.push(() => (node.data = is.data));
    if (node?.isConnected && node.data === is.data) return;
    const parent = was.parentNode;
    if (parent.localName === "title" && node?.data !== was.data) {
      plan.notes.push("the program has set the title");
      return;
    }
    if (!node?.isConnected || node.data !== was.data) throw new Reload(`the program has changed the text of ${nameOf(parent)} too`);
    change(node, () => replaceText(node, is.data));
  }

  function changeInert(was, is) {
    if (is.hasAttribute("shadowrootmode")) throw new Reload(`the shadow root of ${nameOf(is.parentElement)} has changed`);
    if (!listens) throw new Reload(`${nameOf(is)} has changed, and the program may have read it: hot.on("hmr:html-updated", …) would tell it to look again`);
    const node = target(was);
    changeAttributes(was, is);
    change(node, () => {
      if (node.localName === "template") node.content.replaceChildren(...document.importNode(is.content, true).childNodes);
      else node.textContent = is.textContent;
    });
  }

  function changeAttributes(was, is) {
    if (attributesOf(was).join("\n") === attributesOf(is).join("\n")) return;
    const node = target(was);
    if (isStylesheet(was) && isStylesheet(is) && withoutStamp(was.getAttribute("href")) !== withoutStamp(is.getAttribute("href"))) {
      change(node, () => plan.live.set(is, swapStylesheet(node, is)));
      return;
    }
    const observed = node.localName.includes("-") ? customElements.get(node.localName)?.observedAttributes ?? [] : undefined;
    const isDefined = observed && customElements.get(node.localName);
    for (const name of new Set([...was.getAttributeNames(), ...is.getAttributeNames()])) {
      const [a, b] = [was.getAttribute(name), is.getAttribute(name)];
      if (isOwn(name) || a === b || (a && b && withoutStamp(a) === withoutStamp(b))) continue;
      const now = node.getAttribute(name);
      if (now === b) continue;
      if (isDefined && !observed.includes(name) && !globalAttribute.test(name)) throw new Reload(`${nameOf(node)} does not observe its attribute \`${name}\``);
      if (name === "class") change(node, () => mergeClasses(node, was, is));
      else if (now === a || (a && now && withoutStamp(a) === withoutStamp(now))) change(node, () => setAttribute(node, name, is));
      else if (name === "style") mergeStyles(node, was, is);
      else throw new Reload(`the program has changed \`${name}\` of ${nameOf(node)} too`);
    }
  }

  function mergeStyles(node, was, is) {
    const [a, b, now] = [was.style, is.style, node.style];
    for (const property of new Set([...a, ...b])) {
      const [old, value] = [a.getPropertyValue(property), b.getPropertyValue(property)];
      const present = now.getPropertyValue(property);
      if (old === value || present === value) continue;
      if (present !== old) throw new Reload(`the program has changed the style \`${property}\` of ${nameOf(node)} too`);
      change(node, () => (value ? now.setProperty(property, value, b.getPropertyPriority(property)) : now.removeProperty(property)));
    }
  }

  function changeChildren(was, is) {
    const [mine, theirs] = [childrenOf(was), childrenOf(is)];
    const stay = inOrder(theirs.map((child) => mine.indexOf(old.get(child))));
    theirs.forEach((child, index) => stay.has(index) || child instanceof Element || unpair(child)); // text is not moved
    for (const gone of mine) if (!kept.has(gone)) remove(gone);
    if (stay.size === theirs.length) return;
    const parent = target(was);
    const places = mine.map((child) => currentNode(child, live)).filter((node) => node?.parentNode === parent);
    const isInPlace = (child, index) => stay.has(index) && currentNode(old.get(child), live)?.parentNode === parent;
    const isMoved = (child, index) => !stay.has(index) && old.get(child)?.parentNode === was;
    if (theirs.some(isMoved) && places.some((node, index) => index > 0 && places[index - 1].compareDocumentPosition(node) === Node.DOCUMENT_POSITION_PRECEDING)) {
      throw new Reload(`the program has changed the order in ${nameOf(parent)} too`);
    }
    theirs.forEach((child, index) => {
      if (stay.has(index)) return;
      const next = theirs.find((other, place) => place > index && isInPlace(other, place));
      const previous = theirs[index - 1];
      const isBehind = previous && (!stay.has(index - 1) || isInPlace(previous, index - 1));
      if (!isBehind && !next && places.length < parent.childNodes.length) throw new Reload(`the program has filled ${nameOf(parent)}`);
      const known = old.has(child) ? target(old.get(child)) : undefined;
      if (!known) count("added", child);
      else plan.changed++;
      plan.steps.push(() => {
        const before = isBehind ? plan.live.get(previous).nextSibling : next ? plan.live.get(next) : null;
        if (known) put(parent, known, before);
        else add(parent, child, before);
      });
    });
  }

  function unpair(child) {
    kept.delete(old.get(child));
    old.delete(child);
  }

  function remove(node) {
    if (!isBlank(node)) count("removed", node);
    const gone = isBlank(node) ? currentNode(node, live) : target(node);
    if (gone) plan.removals.push(() => gone.remove());
  }

  function count(what, node) {
    if (node instanceof Element) plan[what]++;
    else if (!isBlank(node)) plan.changed++;
    const shadow = node instanceof Element && (node.matches("template[shadowrootmode]") ? node : node.querySelector("template[shadowrootmode]"));
    if (shadow) throw new Reload(`the shadow root of ${nameOf(shadow.parentElement)} was ${what}`);
  }

  /** A new node with its contents; nodes that were elsewhere move here. */
  function add(parent, child, before) {
    const isWhole = child.localName === "template" || !(child instanceof Element);
    const node = document.importNode(child, isWhole);
    plan.live.set(child, node);
    if (child.hasAttribute?.("nonce")) node.nonce = document.querySelector("script[nonce], style[nonce]")?.nonce ?? "";
    parent.insertBefore(node, before); // before its children, as the parser does it: they can be moved then
    if (!isWhole) for (const inner of childrenOf(child)) old.has(inner) ? put(node, plan.live.get(inner), null) : add(node, inner, null);
  }
}

/** The live node; where a stylesheet was exchanged since, the one in its place. */
function currentNode(node, live) {
  const known = live.get(node);
  if (known?.isConnected || !isStylesheet(node)) return known;
  const href = withoutStamp(node.getAttribute("href"));
  return [...document.querySelectorAll("link[rel~=stylesheet]")].find((link) => withoutStamp(link.getAttribute("href")) === href) ?? known;
}

function put(parent, node, before) {
  if (parent.moveBefore && node.isConnected && parent.isConnected) return parent.moveBefore(node, before);
  const { activeElement } = document;
  parent.insertBefore(node, before);
  if (node.contains(activeElement)) activeElement.focus({ preventScroll: true });
}

/** Replaces only the part that differs: a selection in the rest stays. */
function replaceText(node, text) {
  const { data } = node;
  const most = Math.min(data.length, text.length);
  let [start, end] = [0, 0];
  while (start < most && data[start] === text[start]) start++;
  while (end < most - start && data.at(-1 - end) === text.at(-1 - end)) end++;
  node.replaceData(start, data.length - start - end, text.slice(start, text.length - end));
}

function setAttribute(node, name, from) {
  const attribute = from.getAttributeNode(name);
  if (attribute) node.setAttributeNode(attribute.cloneNode()); // names such as @click can't be set by name
  else node.removeAttribute(name);
}

/** What the program has added and removed stays so. */
function mergeClasses(node, was, is) {
  if (node.getAttribute("class") === was.getAttribute("class")) return setAttribute(node, "class", is);
  for (const name of was.classList) if (!is.classList.contains(name)) node.classList.remove(name);
  for (const name of is.classList) if (!was.classList.contains(name)) node.classList.add(name);
}

/** Without a flash: the old one goes when the new one is there. */
function swapStylesheet(node, is) {
  const link = document.importNode(is);
  for (const event of ["load", "error"]) link.addEventListener(event, () => node.remove(), { once: true });
  node.after(link);
  return link;
}

const isStylesheet = (node) => node.localName === "link" && node.relList.contains("stylesheet");
const isBlank = ({ nodeType, data }) => nodeType === Node.COMMENT_NODE || (nodeType === Node.TEXT_NODE && !data.trim());
const describe = (node) => (node instanceof Element ? nameOf(node) : `the text of ${nameOf(node.parentNode)}`);

/** The indexes of a longest increasing subsequence; numbers below zero are left out. */
function inOrder(numbers) {
  const lengths = [];
  const before = [];
  let last = -1;
  numbers.forEach((number, index) => {
    lengths[index] = number < 0 ? 0 : 1;
    before[index] = -1;
    for (let other = 0; number >= 0 && other < index; other++) {
      if (numbers[other] < 0 || numbers[other] >= number || lengths[other] < lengths[index]) continue;
      lengths[index] = lengths[other] + 1;
      before[index] = other;
    }
    if (number >= 0 && (last < 0 || lengths[index] > lengths[last])) last = index;
  });
  const places = new Set();
  for (; last >= 0; last = before[last]) places.add(last);
  return places;
}
