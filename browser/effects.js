/**
 * Watches what Python modules leave in the page: listeners, timers, nodes. Each is told to Python as
 * it is made, with what takes it back, so that a module that is run again leaves nothing behind.
 *
 * @param pyodide The interpreter.
 * @param made Told of what was made, by Python: its kind, how to take it back, how to bring it back.
 * @param over Told of what is over by itself.
 * @param page In a worker that reaches its page, the page (`pageRealm`).
 */
export function watchEffects(pyodide, made, over, page) {
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

  for (const realm of page ? [ownRealm, page] : [ownRealm]) {
    const replace = (owner, name, make) => owner && undo.push(realm.replace(owner, name, make));
    watchListeners(realm, replace, { isPython, made, over });
    watchTimers(realm, replace, { isPython, made, over });
    watchNodes(realm, replace, { watch, made });
  }
  return watch;
}

/** Where this script runs. */
const ownRealm = {
  global: globalThis,
  hold: (target) => new WeakRef(target),
  replace(owner, name, make) {
    const original = owner[name];
    if (typeof original !== "function") return () => {};
    owner[name] = make(original);
    return () => (owner[name] = original);
  },
};

function watchListeners(realm, replace, { isPython, made, over }) {
  const listening = new WeakMap(); // the proxy of a listener → where it listens
  const capture = (options) => Boolean(typeof options === "object" ? options?.capture : options);
  const { prototype } = realm.global.EventTarget;
  let remove;
  replace(prototype, "removeEventListener", (original) => {
    remove = original;
    return function removeEventListener(type, listener, options) {
      remove.call(this, type, listener, options);
      const places = isPython(listener) && listening.get(listener);
      if (!places) return;
      const isIt = (place) => place.type === type && place.capture === capture(options) && place.target.deref() === (this ?? realm.global);
      places.filter(isIt).forEach(({ id }) => over(id));
      listening.set(listener, places.filter((place) => !isIt(place)));
    };
  });
  replace(prototype, "addEventListener", (add) => function addEventListener(type, listener, options) {
    add.call(this, type, listener, options);
    if (!isPython(listener)) return;
    const target = realm.hold(this ?? realm.global);
    const places = listening.get(listener) ?? [];
    const id = made(
      "listener",
      () => target.deref() && remove.call(target.deref(), type, listener, options),
      () => target.deref() && add.call(target.deref(), type, listener, options),
    );
    if (id) listening.set(listener, [...places, { target, type, capture: capture(options), id }]);
  });
}

function watchTimers(realm, replace, { isPython, made, over }) {
  const timers = new Map(); // a timer's handle → its number
  const frames = new Map();
  for (const [start, stop, running] of [
    ["setTimeout", "clearTimeout", timers],
    ["setInterval", "clearInterval", timers],
    ["requestAnimationFrame", "cancelAnimationFrame", frames],
  ]) {
    let end;
    replace(realm.global, stop, (original) => {
      end = (handle) => {
        if (running.has(handle)) over(running.get(handle));
        running.delete(handle);
        return original(handle);
      };
      return end;
    });
    replace(realm.global, start, (begin) => (callback, ...rest) => {
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
}

function watchNodes(realm, replace, { watch, made }) {
  const isNode = (value) => typeof value === "object" && typeof value?.nodeType === "number";
  const isPyScripts = (node) => node.nodeName.startsWith("SCRIPT-"); // where display() writes; made once
  for (const owner of ["Node", "Element", "Document"]) {
    for (const name of ["appendChild", "insertBefore", "append", "prepend", "after", "before", "insertAdjacentElement"]) {
      const prototype = realm.global[owner]?.prototype;
      if (!prototype || !Object.hasOwn(prototype, name)) continue;
      replace(prototype, name, (insert) => function (...args) {
        if (!watch.evaluating) return insert.apply(this, args);
        const nodes = args
          .filter(isNode)
          .flatMap((node) => (node.nodeType === 11 ? [...node.childNodes] : [node])) // a fragment's children
          .filter((node) => !node.isConnected && !isPyScripts(node));
        const result = insert.apply(this, args);
        for (const node of nodes) {
          if (!node.isConnected || node.parentNode?.nodeName === "HEAD") continue;
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
}
