/**
 * The connection, before Python. `take()` hands over what came until then; from there on Python listens
 * itself, in the same turn of the event loop, so that nothing falls between.
 */
import { noteLoss } from "./losses.js";
import { preloadFrom } from "./preload.js";
import { lastPush } from "./served_page.js";
import { config, hasDocument, here, prefix } from "./settings.js";

export function socketUrl(target) {
  const protocol = config.protocol || (here.protocol === "https:" ? "wss" : "ws");
  const port = config.port || here.port;
  target ??= `${config.host || here.hostname}${port ? `:${port}` : ""}${config.socketBase ?? config.base}`;
  return `${protocol}://${target}`;
}

/** Where a server sends events, if it can: for pages where no WebSocket is possible. */
export const eventsUrl =
  config.transport && config.transport !== "websocket"
    ? new URL(`${config.base}@hmr/events?client=${Math.random().toString(36).slice(2)}`, here).href
    : undefined;

/**
 * Says which pushes a client has missed: its modules may have been read before them, and it was not connected yet.
 * A page was served with the number of the last push. A worker asks the server for its clock: a request takes its
 * time, so that the worker is younger than it says. With its age alone the server counted from when it heard of it:
 * the time that the connection took was missing.
 *
 * @returns {string | Promise<string>} Parameters of the connection's URL; "" where nothing is known.
 */
export function sinceWhen() {
  if (lastPush) return `&since=${lastPush}`;
  return hasDocument || !config.session ? "" : sinceBirth();
}

async function sinceBirth() {
  try {
    const response = await fetch(new URL(`${config.base}@hmr/clock`, here), { cache: "no-store" });
    return `&born=${Math.max(0, Math.floor((await response.json()) - performance.now()))}`;
  } catch {
    return ""; // a policy forbids to ask, or the server is away
  }
}

let current; // until Python takes over
let settle;

/** Settles when the connection is open, or can't be opened. */
export const connected = new Promise((resolve) => (settle = resolve));

/** Sends an event while Python is not there yet; says whether it could. */
export function sendEarly(event, data) {
  if (current?.isStream !== false || current.socket.readyState !== WebSocket.OPEN) return false;
  current.socket.send(JSON.stringify({ type: "custom", event, data }));
  return true;
}

/**
 * Opens it.
 *
 * @param onMessage gets each message's text, and the socket that it came by.
 * @param {string} since `sinceWhen`.
 */
export function openEarly(onMessage, since) {
  const query = `token=${config.token}${since}`;
  console.debug(`${prefix} connecting...`);
  const messages = [];
  const keep = ({ data }) => {
    messages.push(data);
    onMessage(data, early.socket);
  };
  const early = {
    messages,
    take() {
      current = undefined;
      early.socket.removeEventListener("message", keep);
      early.socket.removeEventListener("close", closed);
      return messages.splice(0);
    },
  };
  const open = (socket, isStream) => {
    preloadFrom(socket);
    noteLoss(socket);
    for (const event of ["open", "error", "close"]) socket.addEventListener(event, settle, { once: true });
    socket.addEventListener("message", keep);
    Object.assign(early, { socket, isStream });
  };
  const openStream = () => open(new EventSource(`${eventsUrl}&${query}`), true);
  const closed = () => messages.length === 0 && eventsUrl && openStream(); // it never opened
  if (config.transport === "sse") openStream();
  else {
    open(new WebSocket(`${socketUrl()}?${query}`, "vite-hmr"), false);
    early.socket.addEventListener("close", closed, { once: true });
  }
  current = early;
  return early;
}
