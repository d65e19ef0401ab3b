/**
 * Leads a page's modules to the texts that came with it, before any module runs. The server puts this script into the
 * page behind the element with the texts (`pages/page_sources.py`), and later updates do alike (`bootstrap/sources.js`).
 */
{
  const script = document.currentScript;
  const element = script.previousElementSibling;
  const { hmrSources: mark, base } = element.dataset;
  const here = new URL(base, location).href; // where the page sees the server: there may be a proxy in between
  // nothing that URLs write otherwise: to parse one takes as long as all else that is done for a module
  const plainPath = /^(?:\/[\w@~-][\w.@~+-]*)+(?:\?[\w=&@.-]*)?$/;
  const urlOf = (name) => (plainPath.test(name) ? location.origin + name : new URL(name, here).href);
  const texts = Object.entries(JSON.parse(element.textContent.replaceAll(mark, () => here))).map(([name, text]) => [urlOf(name), text]);
  globalThis[Symbol.for("hmr sent")] = texts.map(([url]) => url); // whether or not a module runs
  // what is in a whole URL, and what is encoded, needs no escapes in JSON
  const toEntry = ([url, text]) =>
    `"${url}":"data:text/javascript;charset=utf-8,${encodeURIComponent(`${text}\n//# sourceURL=${url}`)}"`;
  // a URL that a map has is found at once, and for any other one Chromium goes through the whole map
  const client = new URL("@hmr/client", here).href;
  const map = document.createElement("script");
  map.type = "importmap";
  map.text = `{"imports":{${[`"${client}":"${client}"`, ...texts.map(toEntry)].join()}}}`;
  script.replaceWith(map);
  // no part of the page's text; the map stays in effect
  element.remove();
  map.remove();
}
