/**
 * Modules that the page has, and that have not run to where they accept an update: a module that they import threw, or
 * they did. The core knows nothing of them and would pass over the update that mends it, as Vite's client does: the
 * page would stay as it is. It is reloaded instead.
 */
import { errors, rejections } from "./early.js";
import { accepts, dispatch, hasBegun } from "./hot_context.js";
import { hasCome, hasLoadedScript } from "./loaded_files.js";
import { hasDocument } from "./settings.js";

const listenerOwner = "/@hmr/client"; // of the listener below; no module's path
let reloadUnrun;
let isListening = false;

// a worker's modules are among those that the page has loaded: it is the page's own that did not run where one threw
let hasThrown = false;
const noteThrown = () => (hasThrown = true);
errors.each((event) => event instanceof ErrorEvent && noteThrown()); // also what was thrown before this script came
if (hasDocument) rejections.each(noteThrown);
else addEventListener("unhandledrejection", noteThrown);

const isUnrun = ({ type, path, acceptedPath }) =>
  type === "js-update" && !accepts(path, acceptedPath) && (hasBegun(path) || hasCome(path) || (hasThrown && hasLoadedScript(path)));

/** Looks once more when the update's turn has come: until then the module may have run. */
function reloadFor({ updates }) {
  const unrun = updates.find(isUnrun);
  if (unrun) reloadUnrun(`${unrun.path} had not run to where it accepts updates`, [unrun.acceptedPath]);
}

/** @param {object[]} updates those of a message that has just come */
export function lookForUnrun(updates) {
  if (isListening || !updates.some(isUnrun)) return;
  isListening = true; // from now on only: a listener of all updates costs each of them time
  dispatch("create", listenerOwner);
  dispatch("on", listenerOwner, "vite:beforeUpdate", reloadFor);
}

/** @param handle reloads the page, with a reason and for scripts */
export function whenUnrun(handle) {
  reloadUnrun = handle;
}
