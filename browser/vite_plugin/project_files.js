/** The files of a Vite project that pages with Python may have, by URL. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { decode } from "./python_imports.js";

const noData = /\.(?:pyc?|pyi|whl|[cm]?js|jsx|m?ts|tsx|map|vue|svelte)$/i;
const skippedFolders = new Set(["node_modules", "__pycache__", "site-packages"]);

/** The error that the page gets instead of an answer. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class ProjectFiles {
  #config;
  #allowed;

  /**
   * @param config Vite's resolved configuration
   * @param allowed Vite's own check of a file
   */
  constructor(config, allowed) {
    this.#config = config;
    this.#allowed = allowed;
  }

  /** @returns {Promise<ProjectFiles>} with the check of the Vite that runs this plugin */
  static async of(config) {
    return new ProjectFiles(config, await fileCheckOfVite(config.root));
  }

  /** The URLs of files below a folder that Python may have, those at the top first. */
  below(root, isWanted, most) {
    const found = [];
    const folders = [root];
    for (const folder of folders) {
      let entries;
      try {
        entries = readdirSync(this.pathOf(folder), { withFileTypes: true });
      } catch {
        continue; // it is deleted or not readable: its modules can't be imported either
      }
      for (const entry of entries) {
        const url = path.posix.join(folder, entry.name);
        const file = this.pathOf(url);
        if (entry.isDirectory()) {
          if (!this.isSkipped(entry.name, file)) folders.push(url);
        } else if (isWanted(url) && this.isAllowed(file)) {
          found.push(url);
        }
        if (found.length >= most) return found;
      }
    }
    return found;
  }

  /** Whether a folder is not part of the project's sources. */
  isSkipped(name, folder) {
    const { root, build, cacheDir } = this.#config;
    return (
      name.startsWith(".") ||
      skippedFolders.has(name) ||
      path.resolve(folder) === path.resolve(root, build.outDir) ||
      path.resolve(folder) === path.resolve(cacheDir) ||
      existsSync(path.join(folder, "pyvenv.cfg"))
    );
  }

  /** Where the file of a URL is. */
  pathOf(url) {
    return path.posix.join(this.#config.root, url);
  }

  /** The URL of a file of the project. */
  urlOf(file) {
    return `/${path.posix.relative(this.#config.root, file)}`;
  }

  /** The URL of a Python file of the project that may be served, as a page may ask for it. */
  checked(url) {
    const normal = this.servable(url);
    if (!normal.endsWith(".py")) throw new Refused(403, `${normal} is no Python file`);
    return normal;
  }

  /** The URL of any file of the project that may be served. */
  servable(url) {
    if (/[\0-\x1f\x7f\\]/.test(url)) throw new Refused(403, "its path holds a character that no file of ours has");
    const normal = path.posix.join("/", url);
    if (!this.isAllowed(this.pathOf(normal))) {
      throw new Refused(403, `${normal} may not be served: see Vite's \`server.fs\``);
    }
    return normal;
  }

  /** Vite's rules for a file, and for the one that it is a link to. */
  isAllowed(file) {
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

  /** A Python module's source and hash; undefined where none may be served. */
  read(url) {
    const file = this.pathOf(url);
    if (!this.isAllowed(file)) return undefined;
    try {
      const source = decode(readFileSync(file));
      return { source, hash: createHash("sha256").update(source).digest("hex").slice(0, 16) };
    } catch {
      return undefined; // not there, or not to be read
    }
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

/** Whether a file is one that Python may open, by its name. */
export function isDataName(url) {
  const name = path.posix.basename(url);
  return !name.startsWith(".") && !noData.test(name) && !/[\0-\x1f\x7f\\]/.test(url);
}
