/**
 * A Vite plugin that lets the Python client run in place of `/@vite/client`.
 *
 *     // vite.config.js
 *     import hmrClient from "./path/to/vite_plugin/index.js";
 *     export default { plugins: [hmrClient()] };
 *
 * Everything else stays as it is: Vite serves, transforms and propagates; its own token, base, host
 * and HMR settings reach the client, because Vite itself fills them in as it does for its own one.
 * Pyodide is taken from `node_modules/pyodide` (`npm install --save-dev pyodide`).
 *
 * Python modules are hot-replaced as well where a page names its Python program, on the tag that
 * Vite would add by itself; `data-packages`, `data-attach` and PyScript work as on our own server:
 *
 *     <script type="module" src="/@vite/client" data-entry="/main.py"></script>
 *
 * The path is one below Vite's root; its imports are looked for in its folder. A page without this
 * tag knows nothing of Python files.
 *
 * Options, none of them needed:
 *   pyodide    a folder with Pyodide's files, or the URL of one (ends with a slash)
 *   wheel      a built wheel of hmr-client; by default the Python sources beside this file are packed
 *   restore    false: a page that is reloaded does not get its form, scroll positions and `hot.data` back
 *   packages   what micropip installs in the page: ["rich"]
 *   index      the simple index that the packages come from
 *   micropip   the URL of micropip's wheel, where Pyodide can't find it itself
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bootstrapScript, packWheel } from "./client_files.js";
import { CompiledArchives } from "./compiled_archives.js";
import { PythonModules } from "./python.js";
import { ServedPages } from "./served_pages.js";

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url))); // browser/
const clientEntry = /\/vite\/dist\/client\/client\.mjs$/;

const mimeTypes = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm", // loadPyodide hangs on any other
  ".whl": "application/octet-stream",
  ".zip": "application/zip",
};

export default function hmrClient(options = {}) {
  let urls;
  let wheel;
  let pyodideFolder;
  let python;
  let compiled;
  const pages = new ServedPages();

  return {
    name: "hmr-client",
    apply: "serve",
    enforce: "pre",

    configResolved(config) {
      if (config.experimental?.bundledDev) {
        // there Vite serves bundles, with another client and other payloads
        throw new Error("hmr-client does not support Vite's experimental.bundledDev: switch it off in vite.config.js, or take the plugin out.");
      }
      wheel = options.wheel ? readFileSync(path.resolve(config.root, options.wheel)) : packWheel();
      const local = !/^https?:/.test(options.pyodide ?? "");
      pyodideFolder = local ? findPyodide(config.root, options.pyodide) : undefined;
      // All are cached for good, so their URLs change with what they hold.
      const wheelUrl = (content) => `${config.base}@hmr/wheel/${digest(content)}/hmr_client-py3-none-any.whl`;
      const pyodideUrl = (...made) => `${config.base}@hmr/pyodide/${digest(readFileSync(path.join(pyodideFolder, "pyodide-lock.json")), ...made)}/`;
      urls = {
        wheel: wheelUrl(wheel),
        pyodide: local ? pyodideUrl() : options.pyodide,
        get compiledWheel() {
          return compiled?.client && wheelUrl(compiled.client);
        },
        get compiledPyodide() {
          return compiled?.library && pyodideUrl(compiled.client);
        },
        python: `${config.base}@hmr/python`,
        parts: `${config.base}@hmr/parts/`,
        pages: `${config.base}@hmr/page/`,
      };
      if (local) compiled = new CompiledArchives(config.cacheDir, pyodideFolder, wheel);
      python = new PythonModules(config, local ? path.join(pyodideFolder, "pyodide-lock.json") : undefined);
    },

    load(id) {
      if (clientEntry.test(id.split("?")[0].replaceAll("\\", "/"))) return clientScript(urls, options, compiled?.magic);
    },

    transformIndexHtml: { order: "post", handler: (html, { filename }) => pages.add(filename, html) },

    async hotUpdate(change) {
      if (this.environment.name !== "client") return;
      // Without modules Vite names the page, and asks for its reload: the page finds out what has changed in it.
      if (change.type === "update" && change.file.endsWith(".html") && pages.differs(change.file, await change.read())) return [];
      const isOurs = python.changed(change, (payload) => this.environment.hot.send(payload));
      // With a new file Vite tries again all that could not be resolved, which may reload the page.
      if (isOurs && change.type === "create") return [];
    },

    buildEnd() {
      compiled?.stop();
    },

    configureServer(server) {
      compiled?.make().then((isNew) => isNew && invalidateClient(server));
      server.environments.client.hot.on("hmr:applied", (data) => printErrors(data, server.config.logger));
      server.middlewares.use((request, response, next) => {
        const url = request.url?.split("?")[0] ?? "";
        if (url === urls.python) return python.answer(request, response);
        if (url.startsWith(urls.pages)) return sendPage(response, pages.get(url.slice(urls.pages.length)));
        if (url.startsWith(urls.parts)) return sendPart(response, url.slice(urls.parts.length), next);
        if (url === urls.wheel) return send(response, wheel, ".whl");
        if (url === urls.compiledWheel) return send(response, compiled.client, ".whl");
        // a page that was served before they were compiled loads the files as they came
        const folder = [urls.compiledPyodide, urls.pyodide].find((folder) => pyodideFolder && folder && url.startsWith(folder));
        if (!folder) return next();
        const name = url.slice(folder.length);
        const isLibrary = name === "python_stdlib.zip" && folder === urls.compiledPyodide;
        const file = isLibrary ? compiled.library : path.join(pyodideFolder, name);
        if (!/^[\w.-]+$/.test(name) || !existsSync(file) || !statSync(file).isFile()) return next();
        // without it Chromium fails when page and worker load the same file at once
        response.setHeader("Content-Length", statSync(file).size);
        send(response, createReadStream(file), path.extname(name));
      });
    },
  };
}

/** Has Vite load the client's script again: it names other files. */
function invalidateClient(server) {
  const { moduleGraph } = server.environments.client;
  for (const module of moduleGraph.idToModuleMap.values()) {
    if (clientEntry.test(module.id.split("?")[0].replaceAll("\\", "/"))) moduleGraph.invalidateModule(module);
  }
}

/** The client, with the settings that Vite fills in for its own (its plugin `vite:client-inject`). */
function clientScript(urls, options, compiledFor) {
  const settings = {
    token: "__WS_TOKEN__",
    base: "__BASE__",
    host: "__HMR_HOSTNAME__",
    port: "__HMR_PORT__",
    protocol: "__HMR_PROTOCOL__",
    socketBase: "__HMR_BASE__",
    directTarget: "__HMR_DIRECT_TARGET__",
    timeout: "__HMR_TIMEOUT__",
    overlay: "__HMR_ENABLE_OVERLAY__",
    forwardConsole: "__SERVER_FORWARD_CONSOLE__",
  };
  const ours = {
    parts: urls.parts,
    wheel: urls.compiledWheel ?? urls.wheel,
    pyodide: urls.compiledPyodide ?? urls.pyodide,
    bytecode: compiledFor ? { [compiledFor]: [urls.compiledWheel] } : undefined,
    micropip: options.micropip ?? null,
    index: options.index ?? null,
    packages: options.packages ?? [],
    logPrefix: "[vite]",
    openInEditor: true,
    restore: options.restore ?? true,
  };
  const vites = Object.entries(settings).map(([name, placeholder]) => `"${name}":${placeholder}`);
  const config = `{${vites.join(",")},${JSON.stringify(ours).slice(1)}`;
  return `import "@vite/env";${bootstrapScript().replace("__HMR_CONFIG__", () => config)}`;
}

/** Errors of the page's Python modules, in the terminal too, with the user's traceback. */
function printErrors(data, logger) {
  for (const { path: url, error } of Array.isArray(data?.updates) ? data.updates : []) {
    if (typeof error !== "string" || !String(url).endsWith(".py")) continue;
    // It comes from a page: control characters could do anything to a terminal.
    logger.error(error.slice(0, 20000).replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, ""), { timestamp: true });
  }
}

function findPyodide(root, option) {
  let folder = option && path.resolve(root, option);
  if (!folder) {
    try {
      folder = path.dirname(createRequire(path.join(root, "package.json")).resolve("pyodide/package.json"));
    } catch {
      throw new Error("hmr-client needs Pyodide's files: run `npm install --save-dev pyodide`, or name a folder that has them with the plugin's option `pyodide`.");
    }
  }
  if (!existsSync(path.join(folder, "pyodide.mjs"))) {
    throw new Error(`hmr-client: there is no pyodide.mjs in ${folder} (the plugin's option \`pyodide\`).`);
  }
  return folder;
}

function send(response, body, extension) {
  response.setHeader("Content-Type", mimeTypes[extension] ?? "application/octet-stream");
  response.setHeader("Cache-Control", "max-age=31536000, immutable");
  if (Buffer.isBuffer(body)) response.end(body);
  else body.on("error", (error) => response.destroy(error)).pipe(response);
}

/** A page as it was served. */
function sendPage(response, text) {
  response.statusCode = text === undefined ? 404 : 200;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Cache-Control", "no-store");
  response.end(text);
}

/** What the client's script loads in the pages that need it: it may be another one tomorrow. */
function sendPart(response, name, next) {
  const file = path.join(here, name);
  if (!/^\w+\.js$/.test(name) || !existsSync(file)) return next();
  response.setHeader("Content-Type", mimeTypes[".js"]);
  response.setHeader("Cache-Control", "no-cache");
  response.end(readFileSync(file));
}

function digest(...contents) {
  const hash = createHash("sha256");
  contents.forEach((content) => hash.update(content));
  return hash.digest("hex").slice(0, 12);
}
