/**
 * Files that the page shows as they are: images, films, fonts, icons. Where a changed one is named, in
 * attributes and stylesheets, shadow roots included, the name gets a new stamp. Loaded when the first changes.
 */

const stamp = /([?&])t=\d{13}(&|$)/;
const cssUrl = /url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^"')\s]+))\s*\)/g;
const attributes = ["src", "href", "xlink:href", "poster", "data", "background", "srcset", "imagesrcset"];
const selector = [...attributes, "style"].map((name) => `[${name.replace(":", "\\:")}]`).join();
// these have a client of their own, or are modules; a link of the user's leads to the file as it is by then;
// what is preloaded is shown elsewhere, or nowhere
const others = 'script, a, area, base, link[rel~="preload" i], hmr-badge, vite-error-overlay';
const hasClient = /\.s?html?$/i;

/**
 * Swaps what can be swapped.
 *
 * @param {Array<Document | ShadowRoot>} roots
 * @param {(url: string, base?: string) => boolean} isFile whether a URL names the file
 * @param {number} timestamp the update's
 * @returns {number} in how many places it was
 */
export function swapFile(roots, isFile, timestamp) {
  const stamped = (url, base = document.baseURI) => {
    const { pathname, search, hash } = new URL(url, base);
    const rest = search.replace(stamp, (_, mark, end) => (end ? mark : "")) || "";
    return `${pathname}${rest}${rest ? "&" : "?"}t=${timestamp}${hash}`;
  };
  const css = (text, base) =>
    text.replace(cssUrl, (whole, ...groups) => {
      const url = (groups[0] ?? groups[1] ?? groups[2]).replace(/\\(.)/g, "$1");
      return isFile(url, base) ? `url("${stamped(url, base)}")` : whole;
    });
  let places = 0;
  for (const root of roots) {
    for (const element of root.querySelectorAll(selector)) places += swapIn(element, isFile, stamped, css);
    for (const sheet of [...(root.styleSheets ?? []), ...(root.adoptedStyleSheets ?? [])]) places += swapInSheet(sheet, css);
  }
  return places;
}

function swapIn(element, isFile, stamped, css) {
  let places = 0;
  if (element.style) places += swapInStyle(element.style, (text) => css(text, document.baseURI));
  if (element.matches(others) || (element.localName === "link" && element.relList.contains("stylesheet"))) return places;
  for (const name of attributes) {
    const value = element.getAttribute(name);
    if (!value) continue;
    const written = name.endsWith("srcset") ? swapInSet(value, isFile, stamped) : isFile(value) ? stamped(value) : value;
    if (written === value || (hasClient.test(new URL(written, document.baseURI).pathname) && name !== "srcset")) continue;
    element.setAttribute(name, written);
    places += 1;
    const media = element.closest("video, audio");
    if (media && name === "src" && element.localName !== "track") reloadMedia(media);
    if (element.localName === "object" || element.localName === "embed") element.replaceWith(element.cloneNode(true));
  }
  return places;
}

/** The candidates of a srcset; a URL in it holds no blank and ends with no comma. */
function swapInSet(value, isFile, stamped) {
  return value.replace(/(^|,)(\s*)([^\s,]\S*[^\s,])/g, (whole, comma, blank, url) => (isFile(url) ? `${comma}${blank}${stamped(url)}` : whole));
}

/** Continues a film at its old position. */
function reloadMedia(media) {
  const { currentTime, paused } = media;
  media.load();
  media.addEventListener("loadedmetadata", () => (media.currentTime = currentTime), { once: true });
  if (!paused) media.play().catch(() => {});
}

function swapInStyle(style, css) {
  let places = 0;
  for (const name of [...style]) {
    const value = style.getPropertyValue(name);
    const written = value.includes("url(") ? css(value) : value;
    if (written === value) continue;
    style.setProperty(name, written, style.getPropertyPriority(name));
    places += 1;
  }
  return places;
}

function swapInSheet(sheet, css, base = sheet.href ?? document.baseURI) {
  let rules;
  try {
    rules = sheet.cssRules;
  } catch {
    return 0; // another origin's
  }
  let places = 0;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (rule.styleSheet) places += swapInSheet(rule.styleSheet, css);
    else if (rule instanceof CSSFontFaceRule) {
      const written = css(rule.cssText, base);
      if (written === rule.cssText) continue;
      sheet.deleteRule(i); // a font is loaded when its rule comes
      sheet.insertRule(written, i);
      places += 1;
    } else {
      if (rule.style) places += swapInStyle(rule.style, (text) => css(text, base));
      if (rule.cssRules?.length) places += swapInSheet(rule, css, base);
    }
  }
  return places;
}

/**
 * Replaces what a stylesheet that was imported as one holds (`with { type: "css" }`).
 *
 * @param {string} url as it was imported: the browser has one sheet of it
 * @param {number} timestamp the update's
 */
export async function replaceSheet(url, timestamp) {
  const { default: sheet } = await import(url, { with: { type: "css" } });
  const response = await fetch(`${url}&t=${timestamp}`, { headers: { accept: "text/css" } });
  if (response.ok) sheet.replaceSync(await response.text());
}
