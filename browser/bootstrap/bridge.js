/** What Python is given: the rest it finds in the page itself. */
import { forgetCopies } from "./cached_copies.js";
import { eventsUrl, socketUrl } from "./connection.js";
import { hotData } from "./hot_context.js";
import { kept } from "./kept.js";
import { onLeave } from "./leaving.js";
import { openRoots, refreshFile, refreshSheet } from "./loaded_files.js";
import { noteLoss } from "./losses.js";
import { preloadFrom } from "./preload.js";
import { reportFailedImport } from "./script_errors.js";
import { lastPush, servedPage } from "./served_page.js";
import { config, here, importPart, prefix } from "./settings.js";
import { importSourced, serverUrl, whenHalfDone } from "./sources.js";
import { whenUnrun } from "./unrun_modules.js";
import { unpatchedScripts, whyUnpatched } from "./unpatched_python.js";
import { view } from "./view.js";

export function bridge(early, { entry, packages, byPyScript, page }, pyodide, { watchEffects, dataFiles, keepCode }) {
  whenHalfDone(view.page.reload);
  whenUnrun(view.page.reload);
  const absolute = (path) => path && serverUrl(path);
  return {
    settings: JSON.stringify({
      ...config,
      since: lastPush,
      packages,
      index: absolute(config.index),
      micropip: absolute(config.micropip),
      socketUrl: config.transport === "sse" ? undefined : socketUrl(),
      directSocketUrl: config.directTarget && socketUrl(config.directTarget),
      eventsUrl,
      clientUrl: here.href,
      entry,
      pyscript: Boolean(byPyScript),
      unpatched: unpatchedScripts(),
    }),
    hotData,
    kept: JSON.stringify(kept?.python ?? {}),
    onLeave,
    early,
    whyUnpatched,
    openRoots: () => openRoots(),
    refreshFile,
    refreshSheet,
    overlay: view.overlay,
    badge: view.badge,
    reload: view.page.reload,
    opening(socket) {
      preloadFrom(socket);
      noteLoss(socket);
    },
    async updateHtml(file, listens) {
      const { updateHtml } = await importPart("html_update.js");
      await forgetCopies();
      return JSON.stringify(await updateHtml(servedPage, { file, listens, view, shows: config.overlay }));
    },
    watchEffects: (made, over) => watchEffects(pyodide, made, over, page),
    dataFiles: (url) => dataFiles(pyodide.FS, url, { skip: 1, prefix }), // a byte keeps BOMs from the browser
    keepCode,
    importModule(url, number, settle) {
      const failed = (thrown) => {
        reportFailedImport(url, thrown);
        settle(number, false, asError(thrown));
      };
      importSourced(url).then((namespace) => settle(number, true, namespace), failed);
    },
    call(callback, ...args) {
      const result = callback(...args);
      return typeof result?.then === "function" ? Promise.resolve(result).catch((thrown) => Promise.reject(asError(thrown))) : undefined;
    },
  };
}

/** Python can raise only an Error: any other thrown value is wrapped in one. */
function asError(thrown) {
  if (Object.prototype.toString.call(thrown) === "[object Error]") return thrown;
  return Object.assign(new Error(String(thrown)), { name: "ThrownValue", value: thrown });
}
