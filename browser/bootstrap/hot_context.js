/**
 * `import.meta.hot`: one object a module. It knows only its owner's path, so that a replaced module leaves
 * nothing behind on the Python side.
 */

/** `hot.data` by owner path. Python reads and prunes the same Map. */
export const hotData = new Map();

/** The owner paths that have accepted anything. */
export const accepting = new Set();

const accepted = new Map(); // what the running version of a module accepts, by its path

/** Whether a module has begun to run. */
export const hasBegun = (path) => accepted.has(path);

/** Whether the core would apply an update: one of itself once a module has accepted anything. */
export const accepts = (path, acceptedPath) =>
  accepting.has(path) && (path === acceptedPath || accepted.get(path).has(acceptedPath));

/** The calls before Python was ready, in order. */
const recorded = [];
const record = (...call) => void recorded.push(call);

/** Passes a call on a hot context to the recorder, and to Python as soon as it is ready. */
export let dispatch = record;

/** Whether Python is not there yet. */
export const isRecording = () => dispatch === record;

/** Hands Python the recorded calls, in order, and from now on each call as it is made. */
export function replayTo(toPython) {
  for (const call of recorded) toPython(...call); // grows while it is replayed, and ends
  recorded.length = 0;
  dispatch = toPython;
}

class HotContext {
  #owner;

  constructor(owner, stamp) {
    this.#owner = owner;
    if (!hotData.has(owner)) hotData.set(owner, {});
    accepted.set(owner, new Set());
    dispatch("create", owner, stamp);
  }

  get data() {
    return hotData.get(this.#owner);
  }

  accept(deps, callback) {
    accepting.add(this.#owner);
    if (typeof deps === "function" || !deps) {
      dispatch("accept", this.#owner, undefined, deps || undefined);
    } else if (typeof deps === "string" || Array.isArray(deps)) {
      for (const path of [deps].flat()) accepted.get(this.#owner).add(path);
      dispatch("accept", this.#owner, JSON.stringify(deps), callback ?? undefined);
    } else {
      throw new Error("invalid hot.accept() usage.");
    }
  }

  acceptExports(names, callback) {
    accepting.add(this.#owner);
    dispatch("accept_exports", this.#owner, JSON.stringify(names ?? []), callback ?? undefined);
  }

  dispose(callback) {
    dispatch("dispose", this.#owner, callback);
  }

  prune(callback) {
    dispatch("prune", this.#owner, callback);
  }

  decline() {}

  invalidate(message) {
    dispatch("invalidate", this.#owner, message);
  }

  on(event, callback) {
    dispatch("on", this.#owner, event, callback);
  }

  off(event, callback) {
    dispatch("off", this.#owner, event, callback);
  }

  send(event, data) {
    dispatch("send", this.#owner, event, JSON.stringify(data));
  }
}

/** @param stamp The update that the module's text is of, where the server says so. */
export function createHotContext(ownerPath, stamp) {
  return new HotContext(ownerPath, stamp);
}

// the server serves these as modules to importers, whether or not the URL says `import`
const servedAsModule = /(?:^|\/)[^./]+$|\.(?:m?[jt]s|[jt]sx|vue|marko|svelte|astro|imba|mdx|css|less|sass|scss|styl|stylus|pcss|postcss|sss)$/;

/**
 * Puts a query in front of a URL's own one, for `import(expression)`; others' URLs stay. A module keeps its URL, where
 * Vite's client makes it another one, and the browser a second instance of the module.
 */
export function injectQuery(url, query) {
  if (!url.startsWith(".") && !url.startsWith("/")) return url;
  const pathname = url.replace(/[?#].*$/, "");
  if (query === "import" && servedAsModule.test(pathname)) return url;
  const { search, hash } = new URL(url, "http://localhost");
  return `${pathname}?${query}${search ? `&${search.slice(1)}` : ""}${hash}`;
}
