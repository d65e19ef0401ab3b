/** Reloads the page, once the server answers: else the browser shows an error page, which never reloads. */
import { serverAnswers } from "./answers.js";
import { forgetCopies } from "./cached_copies.js";
import { keepForReload } from "./leaving.js";
import { canRead } from "./script_errors.js";
import { prefix } from "./settings.js";

const changed = new Set();
let newest; // the newest reload: several in a row are one

/**
 * @param {string} [reason] What the page after this one says.
 * @param {string[]} [scripts] What it is reloaded for, by URLs below the base. It is not reloaded while the browser
 *   can't read one of them: the page would lose its state, and not run.
 */
export async function reload(reason, scripts = []) {
  const mine = (newest = {});
  scripts.forEach((path) => changed.add(path));
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (mine === newest) await serverAnswers();
  if (mine !== newest) return;
  const isReadable = await canRead([...changed]).catch(() => true);
  if (mine !== newest) return;
  changed.clear();
  if (!isReadable) return console.info(prefix, "page reload: waits until the error is mended");
  await forgetCopies();
  await keepForReload(reason).catch(() => {});
  location.reload();
}
