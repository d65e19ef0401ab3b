/**
 * What happens in the page before the rest of this client is there. It is kept from the page's first moment on, and the
 * rest gets all of it, in order.
 */
import { hasDocument } from "./settings.js";

class Happenings {
  #early = [];
  #handlers = new Set();

  note(happening) {
    this.#early?.push(happening);
    for (const handle of this.#handlers) handle(happening);
  }

  /** Calls a handler with each one, also with those before; returns what ends it. */
  each(handle) {
    this.#early?.forEach(handle);
    this.#handlers.add(handle);
    return () => this.#handlers.delete(handle);
  }

  forget() {
    this.#early = undefined;
  }
}

/** When this script began, as `performance.now()` has it. */
export const began = performance.now();

/** What has come over the network: the browser itself keeps the first 250 and no more. */
export const resources = new Happenings();
/** The events of scripts' errors, and of elements that could not be loaded. */
export const errors = new Happenings();
/** The events of promises that nobody handles. */
export const rejections = new Happenings();
/** The events of what the page's policy has forbidden. */
export const violations = new Happenings();
/** Workers that the page has made. */
export const madeWorkers = new Happenings();
/** `event` and `href`: an error of one of these, and the URL that it was made with. */
export const workerErrors = new Happenings();

const noteAll = (entries) => entries.forEach((entry) => resources.note(entry));
const observer = new PerformanceObserver((list) => noteAll(list.getEntries()));
observer.observe({ type: "resource", buffered: true });

/** Notes what the observer has not been told yet. */
export const noteResources = () => noteAll(observer.takeRecords());

addEventListener("error", (event) => errors.note(event), true);
if (hasDocument) {
  addEventListener("unhandledrejection", (event) => rejections.note(event));
  addEventListener("securitypolicyviolation", (event) => violations.note(event));
  if (globalThis.Worker) watchWorkers();
}

function watchWorkers() {
  globalThis.Worker = new Proxy(Worker, {
    construct(...how) {
      const worker = Reflect.construct(...how);
      const { href } = new URL(how[1][0], document.baseURI);
      worker.addEventListener?.("error", (event) => workerErrors.note({ event, href }), { once: true });
      madeWorkers.note(worker);
      return worker;
    },
  });
}

/** To be called when the rest has begun to listen. */
export function forgetEarly() {
  for (const happenings of [resources, errors, rejections, violations, madeWorkers, workerErrors]) happenings.forget();
}
