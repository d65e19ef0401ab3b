/**
 * What Python has compiled of an entry's modules, kept by the browser from one visit to the next. Scripts of
 * this origin could put something else there; they can do as much in the page itself.
 */

const store = "hmr-python";

/**
 * @param {string} entry The entry's path.
 * @param {object} versions What the code depends on besides its text.
 * @returns {{ code: Promise<Uint8Array | undefined>, keepCode: (content: Uint8Array) => void }} What was kept,
 *   and what keeps something else.
 */
export function keptCode(entry, versions) {
  const name = new URL(`code?${new URLSearchParams({ entry, ...versions })}`, import.meta.url).href;
  const opened = globalThis.caches ? caches.open(store).catch(() => undefined) : Promise.resolve(); // http, or no room
  async function read() {
    const found = await (await opened)?.match(name);
    return found && new Uint8Array(await found.arrayBuffer());
  }
  async function keep(content) {
    const cache = await opened;
    if (!cache) return;
    await cache.put(name, new Response(content));
    for (const { url } of await cache.keys()) {
      if (url !== name && new URL(url).searchParams.get("entry") === entry) await cache.delete(url);
    }
  }
  return {
    code: read().catch(() => undefined),
    keepCode: (content) => void keep(content).catch(() => {}), // it is compiled again then
  };
}
