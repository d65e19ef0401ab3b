/**
 * Python modules in a Vite project: the answers that the page's module runner asks a dev server for,
 * a `py-update` for each `.py` file that is saved, and `hmr:data-files` for what it may open. The same as
 * `python/` and `builtin_plugins/` of hmr-server; where they
 * differ, those are right.
 *
 *   GET {base}@hmr/python?entry=/main.py   the entry and the modules that it imports, as JSON
 *                        ?file=/app/m.py   one module
 *                        ?data=/a.csv      a data file as it is, after one byte more
 *                        ?package=yaml     what to install for an import
 *                        ?watch=/m.py      a page holds this file, and has it from elsewhere
 */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { distributions, distributionsOf, neverInstalled } from "./distributions.js";
import { ProjectFiles, Refused, isDataName } from "./project_files.js";
import { locate, readImports } from "./python_imports.js";

const mostFiles = 5000; // an entry in a folder with more is in the wrong place; the rest can't be imported
const mostDataFiles = 4000;

export class PythonModules {
  #config;
  #project; // its files, once a page has asked for one
  #folders = new Set(); // URLs of the folders of entries that pages have asked for
  #held = new Set(); // URLs of files that pages hold besides
  #data = new Set(); // URLs of data files that pages hold and have from elsewhere
  #isListed = false; // whether pages have had the data files listed
  #pending = new Map(); // URL → the change that is to be sent
  #packages;

  /**
   * @param config Vite's resolved configuration
   * @param lock Pyodide's lock file, where it is on this machine
   */
  constructor(config, lock) {
    this.#config = config;
    this.#packages = { ...distributions, ...distributionsOf(lock) };
  }

  /** Answers `{base}@hmr/python`. */
  async answer(request, response) {
    const query = new URL(request.url, "http://localhost").searchParams;
    try {
      this.#project ??= await ProjectFiles.of(this.#config);
      if (query.get("data")) sendData(response, this.#content(query.get("data")));
      else reply(response, 200, this.#answerTo(query));
    } catch (error) {
      const expected = error instanceof Refused;
      if (!expected) this.#config.logger.error(`hmr-client: ${error.stack ?? error}`, { timestamp: true });
      reply(response, expected ? error.status : 500, { error: error.message });
    }
  }

  /**
   * Notes the change of a file; says whether it is a module that pages with Python hold or may import.
   * Changes that come together are sent together, so that the page applies all of them or none.
   */
  changed({ type, file, timestamp }, send) {
    if (!this.#project || !file.startsWith(`${this.#config.root.replace(/\/$/, "")}/`)) return false;
    const url = this.#project.urlOf(file);
    const isModule = file.endsWith(".py");
    if (isModule ? !this.#concerns(url) : !this.#concernsData(url)) return false;
    if (this.#pending.size === 0) setTimeout(() => this.#flush(send), 10);
    this.#pending.set(url, { deleted: type === "delete", timestamp });
    return isModule;
  }

  #flush(send, patience = 5) {
    // truncated, and not yet written: or else what a module says would be gone for one update
    if (patience > 0 && [...this.#pending.keys()].some((url) => this.#isBeingWritten(url))) {
      setTimeout(() => this.#flush(send, patience - 1), 10);
      return;
    }
    const updates = [];
    const files = [];
    for (const [url, { deleted, timestamp }] of this.#pending) {
      if (!url.endsWith(".py")) {
        const look = this.#look(url);
        files.push({ path: url, deleted: !look, ...(look && { size: look[0], modified: look[1] }) });
        continue;
      }
      const module = this.#project.read(url);
      if (!module && !deleted) continue; // it is gone again: that is the next change
      const { source = null, hash } = module ?? {};
      updates.push({ type: "py-update", path: url, acceptedPath: url, timestamp, source, ...(hash && { hash }) });
    }
    this.#pending.clear();
    // before the modules that read them
    if (files.length > 0) send({ type: "custom", event: "hmr:data-files", data: { files } });
    if (updates.length === 0) return;
    this.#config.logger.info(`hmr update ${updates.map((update) => update.path).join(", ")}`, { timestamp: true, clear: true });
    send({ type: "update", updates });
  }

  #isBeingWritten(url) {
    const status = statSync(this.#project.pathOf(url), { throwIfNoEntry: false });
    return status?.size === 0 && Math.abs(Date.now() - status.mtimeMs) <= 50;
  }

  #concerns(url) {
    if (this.#held.has(url)) return true;
    return [...this.#folders].some((folder) => this.#isBelow(folder, url));
  }

  #concernsData(url) {
    if (this.#data.has(url)) return true;
    return this.#isListed && this.#isBelow("/", url) && isDataName(url) && this.#project.isAllowed(this.#project.pathOf(url));
  }

  /** Whether a file lies below a folder, and in none outside of the project's sources. */
  #isBelow(folder, url) {
    const below = folder === "/" ? "/" : `${folder}/`;
    if (!url.startsWith(below)) return false;
    const folders = url.slice(below.length).split("/").slice(0, -1);
    const place = (depth) => this.#project.pathOf(`${below}${folders.slice(0, depth + 1).join("/")}`);
    return !folders.some((name, depth) => this.#project.isSkipped(name, place(depth)));
  }

  #answerTo(query) {
    if (query.get("entry")) return this.#bundle(this.#project.checked(query.get("entry")));
    if (query.get("file")) {
      const url = this.#project.checked(query.get("file"));
      this.#held.add(url);
      const module = this.#project.read(url);
      if (!module) throw new Refused(404, `there is no ${url}`);
      return module;
    }
    if (query.get("package")) return { package: this.#distribution(query.get("package")) };
    if (query.has("watch")) {
      for (const url of query.getAll("watch")) {
        if (url.endsWith(".py")) this.#held.add(this.#project.checked(url));
        else this.#data.add(this.#project.servable(url));
      }
      return {};
    }
    throw new Refused(404, "the query names neither an entry nor a file");
  }

  #bundle(entry) {
    // Also without the entry: the page gets it as soon as it is there.
    const root = path.posix.dirname(entry);
    this.#folders.add(root);
    const first = this.#project.read(entry);
    if (!first) throw new Refused(404, `there is no ${entry}: \`data-entry\` names the file that the page runs`);
    const files = this.#project.below(root, (url) => url.endsWith(".py"), mostFiles).sort();
    const known = new Set(files);
    const modules = { [entry]: first };
    const packages = {};
    const pending = [entry];
    while (pending.length > 0) {
      const url = pending.pop();
      const inside = path.posix.relative(root, path.posix.dirname(url));
      for (const name of readImports(modules[url].source, inside.split("/").filter(Boolean))) {
        const found = locate(name, root, known);
        const top = name.split(".")[0];
        // What Python brings itself is left out by the page, which knows its own version.
        const isFolder = files.some((file) => file.startsWith(`${path.posix.join(root, top)}/`));
        if (found.length === 0 && !isFolder && top && !neverInstalled.has(top)) packages[top] = this.#distribution(top);
        for (const other of found) {
          const module = modules[other] ? undefined : this.#project.read(other);
          if (!module) continue;
          modules[other] = module;
          pending.push(other);
        }
      }
    }
    return { entry, root, modules, files, packages, data: this.#listData() };
  }

  /** How the data files look that Python may open: those of the whole project, as in production. */
  #listData() {
    this.#isListed = true;
    const urls = this.#project.below("/", isDataName, mostDataFiles);
    if (urls.length === mostDataFiles) {
      this.#config.logger.warnOnce(`hmr-client: Python can open the first ${mostDataFiles} data files of this project only.`);
    }
    const looks = urls.map((url) => [url, this.#look(url)]);
    return Object.fromEntries(looks.filter(([, look]) => look));
  }

  /** A file's size and when it was written. */
  #look(url) {
    const status = statSync(this.#project.pathOf(url), { throwIfNoEntry: false });
    return status?.isFile() ? [status.size, Math.floor(status.mtimeMs)] : undefined;
  }

  #content(url) {
    try {
      return readFileSync(this.#project.pathOf(this.#project.servable(url)));
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(404, `there is no ${url}`);
    }
  }

  #distribution(name) {
    return Object.hasOwn(this.#packages, name) ? this.#packages[name] : name;
  }
}

function reply(response, status, answer) {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Cache-Control", "no-cache");
  response.end(JSON.stringify(answer));
}

/** A byte in front, so that a page's XMLHttpRequest takes no byte for a byte order mark. */
function sendData(response, content) {
  response.setHeader("Content-Type", "application/octet-stream");
  response.setHeader("Cache-Control", "no-store");
  response.end(Buffer.concat([Buffer.alloc(1), content]));
}

