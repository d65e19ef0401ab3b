/**
 * Leads a page's modules to the texts that came with it, before any module runs. The server puts this script into the
 * page behind the element with the texts (`pages/page_sources.py`), and later updates do alike (`bootstrap/sources.js`).
 */
{
  const script = document.currentScript;
  const element = script.previousElementSibling;
  const { base, mark, texts } = JSON.parse(element.textContent);
  const here = new URL(base, location).href; // where the page sees the server: there may be a proxy in between
  const toData = ([name, text]) => {
    const url = new URL(name, here).href;
    const whole = `${text.replaceAll(mark, here)}\n//# sourceURL=${url}`;
    return [url, `data:text/javascript;charset=utf-8,${encodeURIComponent(whole)}`];
  };
  // a URL that a map has is found at once, and for any other one Chromium goes through the whole map
  const client = new URL("@hmr/client", here).href;
  const sent = Object.entries(texts).map(toData);
  globalThis[Symbol.for("hmr sent")] = sent.map(([url]) => url); // whether or not a module runs
  const imports = Object.fromEntries([[client, client], ...sent]);
  const map = document.createElement("script");
  map.type = "importmap";
  map.text = JSON.stringify({ imports });
  script.replaceWith(map);
  // no part of the page's text; the map stays in effect
  element.remove();
  map.remove();
}
