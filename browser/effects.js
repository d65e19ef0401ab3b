/**
 * Watches what Python modules leave in the page: listeners, timers, nodes, workers, connections, … Each is reported
 * to Python as it is made, with what undoes it, so that a module that runs again leaves nothing behind.
 *
 * @param pyodide The interpreter.
 * @param tellMade gets what Python made: its kind, how to remove it, how to restore it.
 * @param tellOver gets what ended by itself.
 * @param page In a worker that reaches its page, the page (`pageRealm`).
 */
export function watchEffects(pyodide, tellMade, tellOver, page) {
  const undo = [];
  const made = (...effect) => whenItCan(tellMade, effect);
  const over = (number) => whenItCan(tellOver, [number]);
  const watch = {
    evaluating: false,
    stopped: false,
    stop: () => {
      watch.stopped = true;
      undo.splice(0).forEach((put) => put());
      tellMade.destroy();
      tellOver.destroy();
    },
  };
  // what create_once_callable makes is a function that can be destroyed
  const isPython = (value) =>
    value instanceof pyodide.ffi.PyProxy || (typeof value === "function" && typeof value.destroy === "function");

  for (const realm of page ? [ownRealm, page] : [ownRealm]) {
    const replace = (owner, name, make) => owner && undo.push(realm.replace(owner, name, make));
    watchListeners(realm, replace, { isPython, made, over });
    watchTimers(realm, replace, { isPython, made, over });
    watchNodes(realm, replace, { watch, made, over });
  }
  watchHandlers(undo, { isPython, made, over });
  watchWhatGoesOn((owner, name, make) => owner && undo.push(ownRealm.replace(owner, name, make)), { watch, made, over });
  return watch;
}

/**
 * Calls Python, unless it prints at this moment: the JavaScript that shows the output (PyScript's) can't call
 * Python, and no module owns what it makes.
 */
function whenItCan(python, args) {
  try {
    return python(...args);
  } catch (error) {
    if (error?.name !== "NoGilError") throw error;
    return 0;
  }
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

/** `element.onclick = f`: properties that hold one listener each. */
function watchHandlers(undo, { isPython, made, over }) {
  const holding = new WeakMap(); // a target → its properties that hold Python → their numbers
  const owners = ["HTMLElement", "SVGElement", "MathMLElement", "Document"].map((name) => globalThis[name]?.prototype);
  for (const owner of [globalThis, ...owners].filter(Boolean)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (!name.startsWith("on")) continue;
      const property = Object.getOwnPropertyDescriptor(owner, name);
      const { get, set, configurable } = property;
      if (!get || !set || !configurable) continue;
      undo.push(() => Object.defineProperty(owner, name, property));
      Object.defineProperty(owner, name, {
        ...property,
        set(handler) {
          set.call(this, handler);
          const target = this ?? globalThis;
          const held = holding.get(target);
          if (held?.has(name)) over(held.get(name));
          held?.delete(name);
          if (!isPython(handler)) return;
          const kept = new WeakRef(target);
          const put = (before, after) => kept.deref() && get.call(kept.deref()) === before && set.call(kept.deref(), after);
          const id = made("listener", () => put(handler, null), () => put(null, handler));
          if (id) holding.set(target, (held ?? new Map()).set(name, id));
        },
      });
    }
  }
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

function watchNodes(realm, replace, { watch, made, over }) {
  const isNode = (value) => typeof value === "object" && typeof value?.nodeType === "number";
  const isWorker = (node) => node.nodeName === "SCRIPT" && node.hasAttribute("worker");
  // where display() writes, which is made once; and a worker with a name, which runs on
  const isPyScripts = (node) => node.nodeName.startsWith("SCRIPT-") || (isWorker(node) && node.hasAttribute("name"));
  let recorded = [];
  let enough = 256;
  const record = (node) => {
    if (!node.isConnected || node.parentNode?.nodeName === "HEAD") return;
    let parent, next;
    const takeBack = () => {
      parent = node.parentNode;
      next = node.nextSibling;
      node.remove();
    };
    const id = made("node", takeBack, () => parent?.insertBefore(node, next?.parentNode === parent ? next : null));
    if (!id) return;
    if (isWorker(node)) made("worker", () => node.xworker?.terminate());
    if (recorded.push({ node, id }) < enough) return;
    recorded = recorded.filter(({ node, id }) => node.isConnected || over(id)); // some are gone by themselves
    enough = Math.max(256, 2 * recorded.length);
  };
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
        nodes.forEach(record);
        return result;
      });
    }
  }
  for (const name of ["insertAdjacentHTML", "insertAdjacentText"]) {
    replace(realm.global.Element?.prototype, name, (insert) => function (position, text) {
      const neighbour = { beforebegin: "previousSibling", afterbegin: "firstChild", beforeend: "lastChild", afterend: "nextSibling" }[
        String(position).toLowerCase()
      ];
      if (!watch.evaluating || !neighbour) return insert.call(this, position, text);
      const before = this[neighbour];
      insert.call(this, position, text);
      const further = neighbour === "previousSibling" || neighbour === "lastChild" ? "previousSibling" : "nextSibling";
      for (let node = this[neighbour]; node && !node.isSameNode(before); node = node[further]) record(node);
    });
  }
}

/** Objects that stay active by themselves once made, and how to end them. */
const GOES_ON = [
  ["worker", ["Worker"], "terminate"],
  ["connection", ["WebSocket", "EventSource", "BroadcastChannel", "RTCPeerConnection"], "close"],
  ["observer", ["MutationObserver", "ResizeObserver", "IntersectionObserver", "PerformanceObserver"], "disconnect"],
  ["sound", ["AudioContext"], "close"],
];

function watchWhatGoesOn(replace, { watch, made, over }) {
  const running = new WeakMap(); // effect → its number
  const lost = new FinalizationRegistry((id) => watch.stopped || over(id));
  const isOver = (thing) => {
    if (running.has(thing) && !watch.stopped) over(running.get(thing));
    running.delete(thing);
  };
  for (const [kind, classes, name] of GOES_ON) {
    for (const owner of classes) {
      replace(globalThis[owner]?.prototype, name, (end) => function (...args) {
        isOver(this);
        return end.apply(this, args);
      });
      replace(globalThis, owner, (Class) => new Proxy(Class, {
        construct(...how) {
          const thing = Reflect.construct(...how);
          const held = new WeakRef(thing);
          const id = made(kind, () => held.deref()?.[name]());
          if (!id) return thing;
          running.set(thing, id);
          lost.register(thing, id);
          if (kind === "connection") thing.addEventListener("close", () => isOver(thing));
          return thing;
        },
      }));
    }
  }
}
