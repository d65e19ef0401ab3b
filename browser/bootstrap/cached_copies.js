/**
 * Copies of the server's files that a service worker keeps (`caches`). One that answers from them shows what was saved
 * as it was before, and a page that it has fetched as a file has no client.
 */
import { config, hasDocument, here, prefix } from "./settings.js";

const afterUpdate = 50; // milliseconds
const workers = container();
let forgetting;

function container() {
  try {
    return hasDocument ? navigator.serviceWorker : undefined;
  } catch {
    return undefined; // a sandboxed frame may not ask
  }
}

async function copies() {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const requests = await cache.keys();
    found.push(...requests.filter(({ url }) => url.startsWith(`${here.origin}${config.base}`)).map((request) => ({ cache, request })));
  }
  return found;
}

async function forget(isOutdated) {
  if (!globalThis.caches || !(await workers?.getRegistration())) return;
  let removed = 0;
  for (const { cache, request } of await copies()) {
    if (await isOutdated(cache, request)) removed += await cache.delete(request);
  }
  if (removed) console.info(prefix, `removed ${removed} copies that the service worker has kept: it would answer with them in place of what is saved`);
}

/** Removes all copies: something was saved. The service worker fetches what it needs again. */
export function forgetCopies() {
  forgetting = (forgetting ?? Promise.resolve()).then(() => forget(() => true)).catch(() => {}); // caches may be forbidden here
  return forgetting;
}

/** Removes all copies before the page asks for any of them: one that no service worker controls gets none, and is updated first. */
export function forgetCopiesInTime() {
  if (workers?.controller) forgetCopies();
  else setTimeout(forgetCopies, afterUpdate);
}

/** Removes copies of pages without a client: a service worker has fetched them as files when it was installed. */
const forgetPages = () =>
  forget(async (cache, request) => {
    const copy = await cache.match(request);
    return copy?.headers.get("content-type")?.startsWith("text/html") && !(await copy.text()).includes("@hmr/client");
  }).catch(() => {});

if (config.session) workers?.ready.then(forgetPages);
