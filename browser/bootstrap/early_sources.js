/**
 * Modules that an update is about to bring: the server sends them while it waits for the end of a burst of saves
 * (`web/early_sources.py`). The browser compiles them, and runs none. When the update says that these are the texts, they are there.
 */
import { hotData } from "./hot_context.js";
import { parse } from "./settings.js";
import { keepEarly } from "./sources.js";

const earlySources = "hmr:early-sources";

/** Takes a message with such modules, and ends its event: Python does not get the message. */
export function takeEarlySources(event) {
  if (!event.data.startsWith(`{"type":"custom","event":"${earlySources}"`)) return;
  event.stopImmediatePropagation();
  const links = Object.entries(parse(event.data)?.data ?? {}).flatMap(([url, text]) => {
    const href = keepEarly(url, text);
    if (!hotData.has(decodeURI(url.split("?")[0]))) return [];
    const link = document.createElement("link");
    const done = () => link.remove();
    return [Object.assign(link, { rel: "modulepreload", href, onload: done, onerror: done })];
  });
  document.head?.append(...links);
}
