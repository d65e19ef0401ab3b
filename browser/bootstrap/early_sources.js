/**
 * Modules that an update is about to bring: the server sends them while it waits for the end of a burst of saves
 * (`web/early_sources.py`). The browser compiles them, and runs none. When the update comes with the same texts, they are there.
 */
import { hotData } from "./hot_context.js";
import { parse } from "./settings.js";
import { dataUrl, serverUrl } from "./sources.js";

const earlySources = "hmr:early-sources";

/** Takes a message with such modules, and ends its event: Python does not get the message. */
export function takeEarlySources(event) {
  if (!event.data.startsWith(`{"type":"custom","event":"${earlySources}"`)) return;
  event.stopImmediatePropagation();
  const links = Object.entries(parse(event.data)?.data ?? {})
    .filter(([url]) => hotData.has(decodeURI(url.split("?")[0])))
    .map(([url, text]) => {
      const link = document.createElement("link");
      const done = () => link.remove();
      return Object.assign(link, { rel: "modulepreload", href: dataUrl(serverUrl(url), text), onload: done, onerror: done });
    });
  document.head?.append(...links);
}
