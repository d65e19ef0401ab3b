/**
 * Python modules in a Vite project: the answers that the page's module runner asks a dev server for,
 * a `py-update` for each `.py` file that is saved, and `hmr:data-files` for what it may open. The same as
 * `python_requests.py`, `python_bundle.py`, `project_files.py` and `builtin_plugins/` of hmr-server; where they
 * differ, those are right.
 *
 *   GET {base}@hmr/python?entry=/main.py   the entry and the modules that it imports, as JSON
 *                        ?file=/app/m.py   one module
 *                        ?data=/a.csv      a data file as it is, after one byte more
 *                        ?package=yaml     what to install for an import
 *                        ?watch=/m.py      a page holds this file, and has it from elsewhere
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const mostFiles = 5000; // an entry in a folder with more is in the wrong place; the rest can't be imported
const mostDataFiles = 4000;
const noData = /\.(?:pyc?|pyi|whl|[cm]?js|jsx|m?ts|tsx|map|vue|svelte)$/i;
const skippedFolders = new Set(["node_modules", "__pycache__", "site-packages"]);

/** What `import` calls differently from the index, beyond what Pyodide's own lock file knows. */
const distributions = {
  attr: "attrs",
  bs4: "beautifulsoup4",
  cv2: "opencv-python",
  dateutil: "python-dateutil",
  dotenv: "python-dotenv",
  jose: "python-jose",
  jwt: "pyjwt",
  markdown_it: "markdown-it-py",
  PIL: "pillow",
  skimage: "scikit-image",
  sklearn: "scikit-learn",
  slugify: "python-slugify",
  yaml: "pyyaml",
};

/** No index has these: the page's own, and modules of the standard library that Pyodide leaves out. */
const neverInstalled = new Set(
  ("__future__ __main__ js pyodide pyodide_js _pyodide pyscript polyscript hmr_client micropip " +
    "curses dbm ensurepip fcntl grp idlelib msvcrt nt pwd readline resource syslog termios tkinter " +
    "turtle turtledemo venv winreg winsound _winapi").split(" "),
);

export class PythonModules {
  #config;
  #allowed; // Vite's own check, once it was loaded
  #folders = new Set(); // URLs of the folders of entries that pages have asked for
  #files = new Set(); // URLs of files that pages hold besides
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
      this.#allowed ??= await fileCheckOfVite(this.#config.root);
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
    if (!file.startsWith(`${this.#config.root.replace(/\/$/, "")}/`)) return false;
    const url = this.#url(file);
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
      const module = this.#read(url);
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
    const status = statSync(this.#file(url), { throwIfNoEntry: false });
    return status?.size === 0 && Math.abs(Date.now() - status.mtimeMs) <= 50;
  }

  #concerns(url) {
    if (this.#files.has(url)) return true;
    return [...this.#folders].some((folder) => this.#isBelow(folder, url));
  }

  #concernsData(url) {
    if (this.#data.has(url)) return true;
    return this.#isListed && this.#isBelow("/", url) && isDataName(url) && this.#isAllowed(this.#file(url));
  }

  /** Whether a file lies below a folder, and in none that is nobody's to edit. */
  #isBelow(folder, url) {
    const below = folder === "/" ? "/" : `${folder}/`;
    if (!url.startsWith(below)) return false;
    const folders = url.slice(below.length).split("/").slice(0, -1);
    const place = (depth) => this.#file(`${below}${folders.slice(0, depth + 1).join("/")}`);
    return !folders.some((name, depth) => this.#isSkipped(name, place(depth)));
  }

  #answerTo(query) {
    if (query.get("entry")) return this.#bundle(this.#checked(query.get("entry")));
    if (query.get("file")) {
      const url = this.#checked(query.get("file"));
      this.#files.add(url);
      const module = this.#read(url);
      if (!module) throw new Refused(404, `there is no ${url}`);
      return module;
    }
    if (query.get("package")) return { package: this.#distribution(query.get("package")) };
    if (query.has("watch")) {
      for (const url of query.getAll("watch")) {
        if (url.endsWith(".py")) this.#files.add(this.#checked(url));
        else this.#data.add(this.#servable(url));
      }
      return {};
    }
    throw new Refused(404, "the query names neither an entry nor a file");
  }

  #bundle(entry) {
    // Also without the entry: the page hears of it as soon as it is there.
    const root = path.posix.dirname(entry);
    this.#folders.add(root);
    const first = this.#read(entry);
    if (!first) throw new Refused(404, `there is no ${entry}: \`data-entry\` names the file that the page runs`);
    const files = this.#below(root, (url) => url.endsWith(".py"), mostFiles).sort();
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
          const module = modules[other] ? undefined : this.#read(other);
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
    const urls = this.#below("/", isDataName, mostDataFiles);
    if (urls.length === mostDataFiles) {
      this.#config.logger.warnOnce(`hmr-client: Python can open the first ${mostDataFiles} data files of this project only.`);
    }
    const looks = urls.map((url) => [url, this.#look(url)]);
    return Object.fromEntries(looks.filter(([, look]) => look));
  }

  /** A file's size and when it was written. */
  #look(url) {
    const status = statSync(this.#file(url), { throwIfNoEntry: false });
    return status?.isFile() ? [status.size, Math.floor(status.mtimeMs)] : undefined;
  }

  #content(url) {
    try {
      return readFileSync(this.#file(this.#servable(url)));
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(404, `there is no ${url}`);
    }
  }

  #distribution(name) {
    return Object.hasOwn(this.#packages, name) ? this.#packages[name] : name;
  }

  /** The URLs of files below a folder that Python may have, those at the top first. */
  #below(root, isWanted, most) {
    const found = [];
    const folders = [root];
    for (const folder of folders) {
      let entries;
      try {
        entries = readdirSync(this.#file(folder), { withFileTypes: true });
      } catch {
        continue; // it is gone, or nobody may read it: neither can its modules be imported
      }
      for (const entry of entries) {
        const url = path.posix.join(folder, entry.name);
        const file = this.#file(url);
        if (entry.isDirectory()) {
          if (!this.#isSkipped(entry.name, file)) folders.push(url);
        } else if (isWanted(url) && this.#isAllowed(file)) {
          found.push(url);
        }
        if (found.length >= most) return found;
      }
    }
    return found;
  }

  #isSkipped(name, folder) {
    const { root, build, cacheDir } = this.#config;
    return (
      name.startsWith(".") ||
      skippedFolders.has(name) ||
      path.resolve(folder) === path.resolve(root, build.outDir) ||
      path.resolve(folder) === path.resolve(cacheDir) ||
      existsSync(path.join(folder, "pyvenv.cfg"))
    );
  }

  #file(url) {
    return path.posix.join(this.#config.root, url);
  }

  #url(file) {
    return `/${path.posix.relative(this.#config.root, file)}`;
  }

  /** The URL of a Python file of the project that may be served, as a page may ask for it. */
  #checked(url) {
    const normal = this.#servable(url);
    if (!normal.endsWith(".py")) throw new Refused(403, `${normal} is no Python file`);
    return normal;
  }

  /** The URL of any file of the project that may be served. */
  #servable(url) {
    if (/[\0-\x1f\x7f\\]/.test(url)) throw new Refused(403, "its path holds a character that no file of ours has");
    const normal = path.posix.join("/", url);
    if (!this.#isAllowed(this.#file(normal))) {
      throw new Refused(403, `${normal} may not be served: see Vite's \`server.fs\``);
    }
    return normal;
  }

  /** Vite's rules for a file, and for the one that it is a link to. */
  #isAllowed(file) {
    if (!this.#allowed(this.#config, file)) return false;
    try {
      const [real, root] = [realpathSync(file), realpathSync(this.#config.root)];
      const inside = path.relative(root, real);
      const outside = inside.startsWith("..") || path.isAbsolute(inside);
      const shown = outside ? real : path.join(this.#config.root, inside);
      return this.#allowed(this.#config, shown.replaceAll("\\", "/"));
    } catch {
      return true; // there is no such file yet
    }
  }

  #read(url) {
    const file = this.#file(url);
    if (!this.#isAllowed(file)) return undefined;
    try {
      const source = decode(readFileSync(file));
      return { source, hash: createHash("sha256").update(source).digest("hex").slice(0, 16) };
    } catch {
      return undefined; // not there, or not to be read
    }
  }
}

/** What the page is told instead of an answer. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The `isFileLoadingAllowed` of the Vite that runs this plugin: `server.fs` is its own affair. */
async function fileCheckOfVite(root) {
  for (const place of [path.join(root, "package.json"), process.argv[1] && realpathSync(process.argv[1])]) {
    try {
      const { isFileLoadingAllowed } = await import(pathToFileURL(createRequire(place).resolve("vite")).href);
      if (isFileLoadingAllowed) return isFileLoadingAllowed;
    } catch {
      continue; // not found from there
    }
  }
  throw new Error("Python modules need Vite 6.1 or newer, installed where the project finds it.");
}

function reply(response, status, answer) {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Cache-Control", "no-cache");
  response.end(JSON.stringify(answer));
}

/** A byte in front: what a page's XMLHttpRequest would take for a byte order mark is none there. */
function sendData(response, content) {
  response.setHeader("Content-Type", "application/octet-stream");
  response.setHeader("Cache-Control", "no-store");
  response.end(Buffer.concat([Buffer.alloc(1), content]));
}

function isDataName(url) {
  const name = path.posix.basename(url);
  return !name.startsWith(".") && !noData.test(name) && !/[\0-\x1f\x7f\\]/.test(url);
}

function distributionsOf(lock) {
  try {
    const { packages } = JSON.parse(readFileSync(lock, "utf8"));
    const pairs = Object.values(packages).flatMap(({ name, imports }) => imports.map((imported) => [imported, name]));
    return Object.fromEntries(pairs.filter(([imported]) => !imported.includes(".")));
  } catch {
    return {}; // another release's format, or none here: names are then taken as they are
  }
}

/** The text of a Python file: the encoding that it declares (PEP 263), and `\n` as line ends. */
function decode(bytes) {
  const head = bytes.subarray(0, 400).toString("latin1").split(/\r\n?|\n/, 2).join("\n");
  const declared = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m.exec(head)?.[1];
  let decoder = new TextDecoder(); // drops the byte order mark
  try {
    // Python's spelling → the web's: latin-1 is latin1, utf_8 is utf-8
    if (declared) decoder = new TextDecoder(declared.replaceAll("_", "-").replace(/^latin-/i, "latin"));
  } catch {
    // unknown here: the page's compiler says what it thinks of it
  }
  return decoder.decode(bytes).replace(/\r\n?/g, "\n");
}

const texts = /("""|''')(?:\\[^]|(?!\1)[^])*\1|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|#.*/g;
const imports = /(?:^|[;:])[ \t]*(?:from[ \t]+(\.*)[ \t]*([\p{L}\p{N}_.]*)[ \t]*\bimport\b[ \t]*(\([^)]*\)|[^;\n]*)|import[ \t]+([^;\n]+))/gmu;

/**
 * The names of modules that a source may import, absolute. Without a Python parser this is a look
 * at its lines, texts and comments left out; what it misses is fetched when it is imported.
 */
function readImports(source, packageParts) {
  const code = source.replace(texts, (text) => (text[0] === "#" ? "" : '""')).replaceAll("\\\n", " ");
  const names = new Set();
  const split = (list) => list.replace(/[()]/g, "").split(",").map((item) => item.trim().split(/\s/)[0]).filter(Boolean);
  for (const [, dots, from, imported, plain] of code.matchAll(imports)) {
    if (plain) {
      split(plain).forEach((name) => names.add(name));
      continue;
    }
    const level = dots.length;
    if (level > 0 && level > packageParts.length) continue; // above the top-level package
    const parts = level > 0 ? packageParts.slice(0, packageParts.length - (level - 1)) : [];
    const base = [...parts, from].filter(Boolean).join(".");
    if (base) names.add(base);
    for (const name of split(imported)) if (name !== "*") names.add(base ? `${base}.${name}` : name);
  }
  return [...names].filter((name) => /^[\p{L}\p{N}_.]+$/u.test(name));
}

/** The files that importing a name runs: its packages' and its own. */
function locate(name, root, known) {
  const parts = name.split(".");
  return parts.flatMap((_, index) => {
    const base = path.posix.join(root, ...parts.slice(0, index + 1));
    return [`${base}/__init__.py`, `${base}.py`].filter((url) => known.has(url)).slice(0, 1);
  });
}
