/**
 * What there is to see: overlay, badge, reload. A worker has nothing to show it with, and does not know its
 * page: all tabs of this server get it, since their workers run the same code.
 */
import { overlayTag } from "./error_overlay.js";
import { loadAgain } from "./load_again.js";
import { reload } from "./reload.js";
import { config, hasDocument, importPart } from "./settings.js";

let isMendable = false;
let shownBy = 0; // the update whose error is shown, by its timestamp; 0 where it is no update's
let begun = 0; // the page's newest update

const overlay = {
  /** Whether an error is shown that only a reload repairs, if the page began with it. */
  needsReload: () => !isMendable && document.querySelector(overlayTag) !== null,
  close() {
    document.querySelectorAll(overlayTag).forEach((open) => open.close());
  },
  /** Closes the error shown before an update; a worker may have failed at this update already. */
  beginUpdate(timestamp) {
    begun = Math.max(begun, timestamp);
    if (shownBy < timestamp) overlay.close();
  },
  /**
   * @param mendable whether it is a Python module's, which runs again without a reload
   * @param timestamp the update's that failed. A worker may say so late: the update that the page is at
   *   fixes it, or fails in the worker too
   */
  show(error, mendable = false, timestamp = 0) {
    if (timestamp && timestamp < begun) return;
    overlay.close();
    isMendable = mendable;
    shownBy = timestamp;
    document.body.append(new (customElements.get(overlayTag))(error));
  },
};

/** The quiet line in a corner: what became of a Python update. Pages without Python don't load it. */
const badge = {
  show: (text) => importPart("badge.js").then((part) => part.show(JSON.parse(text))),
  hide: () => document.querySelector("hmr-badge")?.hide(),
};

const channel = new BroadcastChannel(`hmr ${config.base}`);
const local = { overlay, badge, page: { reload, loadAgain } };
const remote = (part, method) => (...args) => channel.postMessage({ part, method, args });
export const view = hasDocument
  ? local
  : {
      overlay: { needsReload: () => false, close() {}, beginUpdate() {}, show: remote("overlay", "show") },
      badge: { show: remote("badge", "show"), hide: remote("badge", "hide") },
      page: { reload: remote("page", "reload"), loadAgain: remote("page", "loadAgain") },
    };
if (hasDocument) {
  channel.onmessage = ({ data: { part, method, args } }) => {
    if (part === "page" || config.overlay) local[part][method](...args);
  };
}
