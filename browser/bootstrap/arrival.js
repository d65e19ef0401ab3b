/**
 * Has the rest of this client come. A page waits for this script before its first module runs, and for the rest it need
 * not: what is saved until then is pushed again once the page is connected (`lastPush`).
 */
import { clientTag } from "./demand.js";
import { errors, madeWorkers } from "./early.js";
import { kept } from "./kept.js";
import { pyScript } from "./pyscript_hooks.js";
import { lastPush } from "./served_page.js";
import { config, hasDocument, here, prefix } from "./settings.js";
import { isStale } from "./stale.js";

const paintWithinMs = 200; // a page that nobody sees is not painted, and may say that it is visible
const idleWithinMs = 200;
const firstTryMs = 150;
const longestTryMs = 2000;
const mostTries = 20;

/** A moment when the page has run its own scripts and has been painted. */
async function afterThePage() {
  if (!hasDocument) return;
  if (document.readyState === "loading" || document.readyState === "interactive") {
    await new Promise((resolve) => {
      addEventListener("DOMContentLoaded", resolve, { once: true });
      addEventListener("load", resolve, { once: true });
    });
  }
  await new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, paintWithinMs);
  });
}

export const pageIsPainted = afterThePage();

/** A moment when the page does nothing else: it may fetch and draw after its first paint, but the rest does not wait long for that. */
const nothingElse = () =>
  new Promise((resolve) => {
    globalThis.requestIdleCallback?.(resolve);
    setTimeout(resolve, idleWithinMs);
  });

/** Imports it. A browser keeps an import() that has failed: the next try is another URL. */
async function load() {
  for (let tries = 1; ; tries += 1) {
    try {
      return await import(/* @vite-ignore */ new URL(tries === 1 ? config.rest : `${config.rest}&try=${tries}`, here).href);
    } catch (error) {
      if (tries === mostTries) return console.error(prefix, "Hot updates are off: the client could not be loaded.", error);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(firstTryMs * 2 ** (tries - 1), longestTryMs)));
  }
}

let loading;
const loadOnce = () => (loading ??= load());

if (config.rest && !isStale) {
  // Python, a page that gets its state back, and one that nobody can tell what it has missed
  const isNeeded = !hasDocument || clientTag?.dataset.entry || clientTag?.hasAttribute("data-attach") || pyScript || kept || !lastPush;
  if (isNeeded) loadOnce();
  else pageIsPainted.then(nothingElse).then(loadOnce);
  errors.each((event) => event instanceof ErrorEvent && loadOnce());
  madeWorkers.each(loadOnce); // it may have something to say in the page
}
