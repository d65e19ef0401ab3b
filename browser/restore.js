/**
 * A page's state over a reload by this client: forms, scroll positions, focus, selection, open <details>. An element is
 * found again by its id, or by its place below one that has an id.
 */
const unkept = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
const secret = /password|one-time-code|^cc-/;
const patienceMs = 5000;

let isInUse = false; // the user works in the page: do not scroll it any more
for (const event of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(event, () => (isInUse = true), { capture: true, once: true, passive: true });

/** @returns what the next page gets, all of it JSON */
export function stateOf(touched, hotData) {
  const all = [...document.querySelectorAll("*")];
  const isKept = (field) => touched.has(field) && !unkept.has(field.type) && !secret.test(field.autocomplete ?? "");
  const { activeElement } = document;
  return {
    data: Object.fromEntries([...hotData].map(([owner, data]) => [owner, jsonOf(data)]).filter(([, data]) => Object.keys(data).length > 0)),
    open: all.filter((element) => element.localName === "details" && element.open).map(pathOf),
    fields: all.filter((field) => "value" in field && isKept(field)).map((field) => [pathOf(field), field.name ?? "", valueOf(field)]),
    scroll: all.filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft).map((element) => [pathOf(element), element.scrollLeft, element.scrollTop]),
    focus: activeElement && activeElement !== document.body ? [pathOf(activeElement), ...caretOf(activeElement)] : null,
    selection: selectionOf(getSelection()),
  };
}

/**
 * Restores what was kept: at once, when all is loaded, and when Python runs, which may make elements, too.
 *
 * @param kept `stateOf`'s, with `reason` and `python`
 * @param {Promise} ready settles when Python runs
 * @param {WeakSet} touched the fields that were filled by now
 * @param {(headline: string) => void} show says what was done
 */
export async function giveBack(kept, ready, touched, show) {
  const done = new Set();
  const loaded = document.readyState === "complete" ? undefined : new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  const python = Promise.race([ready.catch(() => {}), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  for (const moment of [undefined, loaded, python]) {
    await moment;
    pass(kept, touched, done);
  }
  const modules = Object.keys({ ...kept.data, ...kept.python }).length;
  if (modules) done.add(modules === 1 ? "1 module's data" : `${modules} modules' data`);
  const list = [...done].join(", ").replace(/, ([^,]*)$/, " and $1");
  show(`reloaded${kept.reason ? `: ${kept.reason}` : ""}${list ? ` · ${list} restored` : ""}`);
}

/** What can be given back by now; it is taken out of `kept`. */
function pass(kept, touched, done) {
  kept.open = kept.open.filter((path) => {
    const details = find(path);
    if (details?.localName !== "details") return true;
    details.open = true;
    done.add("open details");
  });
  kept.fields = kept.fields.filter(([path, name, value]) => {
    const field = find(path);
    if (!field || (field.name ?? "") !== name) return true;
    if (!touched.has(field)) setValue(field, value); // else the user was quicker
    touched.add(field);
    done.add("form");
  });
  for (const [path, left, top] of isInUse ? [] : kept.scroll) {
    const element = find(path);
    element?.scrollTo({ left, top, behavior: "instant" }); // each time: something above may have been added meanwhile
    if (element && Math.abs(element.scrollTop - top) < 2 && Math.abs(element.scrollLeft - left) < 2) done.add("scroll");
  }
  const isFree = !document.activeElement || document.activeElement === document.body;
  const focused = kept.focus && isFree && find(kept.focus[0]);
  if (focused) {
    focused.focus({ preventScroll: true });
    const [, start, end, direction] = kept.focus;
    if (start !== undefined && typeof focused.selectionStart === "number") focused.setSelectionRange(start, end, direction);
    kept.focus = null;
    done.add("focus");
  }
  const ends = kept.selection?.map(([path, index, offset]) => [find(path)?.childNodes[index], offset]);
  if (ends?.every(([node, offset]) => node && offset <= (node.data ?? node.childNodes).length)) {
    getSelection().setBaseAndExtent(...ends[0], ...ends[1]);
    kept.selection = null;
    done.add("selection");
  }
}

function find(path) {
  try {
    return document.querySelector(path);
  } catch {
    return null;
  }
}

function pathOf(element) {
  const steps = [];
  for (let at = element; at; at = at.parentElement) {
    if (at.id && document.querySelectorAll(`[id="${CSS.escape(at.id)}"]`).length === 1) {
      steps.unshift(`[id="${CSS.escape(at.id)}"]`);
      break;
    }
    const siblings = at.parentElement ? [...at.parentElement.children].filter(({ localName }) => localName === at.localName) : [at];
    steps.unshift(`${CSS.escape(at.localName)}:nth-of-type(${siblings.indexOf(at) + 1})`);
  }
  return steps.join(" > ");
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.type === "select-multiple" ? [...field.selectedOptions].map(({ value }) => value) : field.value;
}

function setValue(field, value) {
  if (typeof value === "boolean") field.checked = value;
  else if (Array.isArray(value)) for (const option of field.options ?? []) option.selected = value.includes(option.value);
  else field.value = value;
}

function caretOf(element) {
  return typeof element.selectionStart === "number" ? [element.selectionStart, element.selectionEnd, element.selectionDirection] : [];
}

function selectionOf({ isCollapsed, anchorNode, anchorOffset, focusNode, focusOffset }) {
  if (isCollapsed) return null;
  const ends = [[anchorNode, anchorOffset], [focusNode, focusOffset]];
  if (!ends.every(([node]) => node.parentElement && document.contains(node))) return null;
  return ends.map(([node, offset]) => [pathOf(node.parentElement), [...node.parentElement.childNodes].indexOf(node), offset]);
}

/** The entries of `hot.data` that are the same after a way through JSON. */
function jsonOf(data) {
  return Object.fromEntries(Object.entries(data ?? {}).filter(([, value]) => isJson(value)));
}

function isJson(value, around = []) {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || around.includes(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value) ? prototype !== Array.prototype || Object.keys(value).length !== value.length : prototype !== Object.prototype && prototype !== null) return false;
  if (Object.getOwnPropertySymbols(value).length > 0 || "toJSON" in value) return false;
  return Object.values(value).every((inner) => isJson(inner, [...around, value]));
}
