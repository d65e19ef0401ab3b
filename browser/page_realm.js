/**
 * The page, as a PyScript worker reaches it: each object of the page's is a proxy of coincident's, and a
 * call travels there. What a worker's Python leaves in the page is watched where the call sets out.
 *
 * @param window The page's, in the worker.
 * @returns A realm for `watchEffects`, or undefined where calls can't be seen: then nothing is watched.
 */
export function pageRealm(window) {
  const handler = newestHandler(() => window.addEventListener.bind(window));
  const calls = handler && Object.getPrototypeOf(handler);
  if (typeof calls?.apply !== "function" || typeof calls.get !== "function" || handler.v === undefined) return undefined;

  const { apply, get } = calls;
  const handlerOf = Symbol("handler");
  calls.get = function (target, key) {
    return key === handlerOf ? this : get.call(this, target, key);
  };
  const replaced = new Map(); // the number of a function of the page's → its replacement
  calls.apply = function (target, self, args) {
    const ours = replaced.get(this.v);
    return ours ? ours.apply(self, args) : apply.call(this, target, self, args);
  };

  return {
    global: window,
    hold: (target) => ({ deref: () => target }), // a proxy may go while the element stays
    replace(owner, name, make) {
      const original = owner[name]; // held below: its number is another's once the proxy is gone
      const handler = original[handlerOf];
      replaced.set(handler.v, make(function (...args) {
        return apply.call(handler, original, this, args);
      }));
      return () => replaced.delete(handler.v);
    },
  };
}

/** Returns the handler of the proxy that an action makes. */
function newestHandler(action) {
  const { Proxy } = globalThis;
  let newest;
  globalThis.Proxy = new Proxy(Proxy, {
    construct(target, [object, handler]) {
      newest = handler;
      return new target(object, handler);
    },
  });
  try {
    action();
  } finally {
    globalThis.Proxy = Proxy;
  }
  return newest;
}
