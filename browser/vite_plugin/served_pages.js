/**
 * The pages as they were served, for those who have them open: an edit is compared with that
 * (`pages/served_pages.py` of hmr-server). Texts of inline module scripts are not in a page that Vite serves: each
 * such script carries the hash of its own, so that the page sees which of them are others.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

const mostPages = 200;
const clientTag = /<script\b[^>]*\ssrc="[^"]*\/@vite\/client"[^>]*>\s*<\/script>/i;
const inline = /(<script\b[^>]*>)([\s\S]*?)(?=<\/script\s*>)/gi;
const proxied = /(<script\b[^>]*\ssrc="[^"]*\?html-proxy&(?:amp;)?index=(\d+)\.js[^"]*")/gi;

const isInlineModule = (tag) => /\stype\s*=\s*["']?module\b/i.test(tag) && !/\ssrc\s*=/i.test(tag);

export class ServedPages {
  #secret = randomBytes(16);
  #texts = new Map(); // by name, in the order of their last use
  #sources = new Map(); // by file: its text

  /** Names a page and keeps it; returns it as it is to be served. */
  add(file, html) {
    const source = existsSync(file) ? readFileSync(file, "utf8") : "";
    this.#sources.set(file, source);
    const scripts = [...source.matchAll(inline)].filter(([, tag]) => isInlineModule(tag));
    const page = html.replace(proxied, (tag, _, index) => (scripts[index] ? `${tag} data-hash="${this.#digest(scripts[index][2])}"` : tag));
    const name = this.#digest(page);
    const named = page.replace(clientTag, (tag) => `${tag}<!--hmr-page:${name}-->`);
    this.#texts.delete(name);
    this.#texts.set(name, named);
    if (this.#texts.size > mostPages) this.#texts.delete(this.#texts.keys().next().value);
    return named;
  }

  get(name) {
    return this.#texts.get(name);
  }

  /** Whether a file that was saved differs in more than the texts of its inline module scripts. */
  differs(file, source) {
    const skeleton = (text) => text?.replace(inline, (whole, tag) => (isInlineModule(tag) ? tag : whole));
    const before = this.#sources.get(file);
    this.#sources.set(file, source);
    return before === undefined || skeleton(before) !== skeleton(source);
  }

  #digest(text) {
    return createHash("sha256").update(this.#secret).update(text).digest("hex").slice(0, 24);
  }
}
