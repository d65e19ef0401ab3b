/**
 * Watches what Python modules leave in the page: listeners, timers, nodes. Each is told to Python as
 * it is made, with what takes it back, so that a module that is run again leaves nothing behind.
 */
export function watchEffects(pyodide, made, over) {
  const undo = [];
  const watch = {
    evaluating: false,
    stop: () => {
      undo.splice(0).forEach((put) => put());
      made.destroy();
      over.destroy();
    },
  };
  // what create_once_callable makes is a function that can be destroyed
  const isPython = (value) =>
    value instanceof pyodide.ffi.PyProxy || (typeof value === "function" && typeof value.destroy === "function");
  const replace = (owner, name, make) => {
    const original = owner?.[name];
    if (typeof original !== "function") return undefined;
    owner[name] = make(original);
    undo.push(() => (owner[name] = original));
    return original;
  };

  const listening = new WeakMap(); // the proxy of a listener → where it listens
  const capture = (options) => Boolean(typeof options === "object" ? options?.capture : options);
  const remove = EventTarget.prototype.removeEventListener;
  replace(EventTarget.prototype, "addEventListener", (add) => function addEventListener(type, listener, options) {
    add.call(this, type, listener, options);
    if (!isPython(listener)) return;
    const target = new WeakRef(this ?? globalThis);
    const places = listening.get(listener) ?? [];
    const id = made(
      "listener",
      () => target.deref() && remove.call(target.deref(), type, listener, options),
      () => target.deref() && add.call(target.deref(), type, listener, options),
    );
    if (id) listening.set(listener, [...places, { target, type, capture: capture(options), id }]);
  });
  replace(EventTarget.prototype, "removeEventListener", () => function removeEventListener(type, listener, options) {
    remove.call(this, type, listener, options);
    const places = isPython(listener) && listening.get(listener);
    if (!places) return;
    const isIt = (place) => place.type === type && place.capture === capture(options) && place.target.deref() === (this ?? globalThis);
    places.filter(isIt).forEach(({ id }) => over(id));
    listening.set(listener, places.filter((place) => !isIt(place)));
  });

  const timers = new Map(); // a timer's handle → its number
  const frames = new Map();
  for (const [start, stop, running] of [
    ["setTimeout", "clearTimeout", timers],
    ["setInterval", "clearInterval", timers],
    ["requestAnimationFrame", "cancelAnimationFrame", frames],
  ]) {
    const end = replace(globalThis, stop, (original) => (handle) => {
      if (running.has(handle)) over(running.get(handle));
      running.delete(handle);
      return original(handle);
    });
    replace(globalThis, start, (begin) => (callback, ...rest) => {
      if (!isPython(callback)) return begin(callback, ...rest);
      const fire = (...args) => {
        if (running.has(handle)) over(running.get(handle));
        running.delete(handle);
        return callback(...args);
      };
      const handle = begin(start === "setInterval" ? callback : fire, ...rest);
      const id = made("timer", () => (running.delete(handle), end(handle)), undefined, handle);
      if (id) running.set(handle, id);
      return handle;
    });
  }

  for (const owner of [globalThis.Node, globalThis.Element, globalThis.Document]) {
    for (const name of ["appendChild", "insertBefore", "append", "prepend", "after", "before", "insertAdjacentElement"]) {
      if (!owner || !Object.hasOwn(owner.prototype, name)) continue;
      replace(owner.prototype, name, (insert) => function (...args) {
        if (!watch.evaluating) return insert.apply(this, args);
        const nodes = args
          .flatMap((node) => (node instanceof DocumentFragment ? [...node.childNodes] : [node]))
          .filter((node) => node instanceof Node && !node.isConnected);
        const result = insert.apply(this, args);
        for (const node of nodes) {
          if (!node.isConnected || node.parentNode === document.head) continue;
          let parent, next;
          const takeBack = () => {
            parent = node.parentNode;
            next = node.nextSibling;
            node.remove();
          };
          made("node", takeBack, () => parent?.insertBefore(node, next?.parentNode === parent ? next : null));
        }
        return result;
      });
    }
  }
  return watch;
}
