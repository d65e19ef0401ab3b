/**
 * Pyodide's standard library and the client with their bytecode, which spares each page from compiling 250 modules.
 * Pyodide's own Python makes them in Node.js, once, while the first pages boot without; they are kept in Vite's cache.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const script = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "compile_archives.mjs");
const niceness = 10; // the first page boots meanwhile

export class CompiledArchives {
  /** Where the standard library is, once it is there. */
  library;
  /** The client's wheel, once it is there, and what the bytecode in it begins with. */
  client;
  magic;
  #pyodide;
  #wheel;
  #folder;
  #files;
  #process;

  /**
   * @param {string} cache Vite's folder for what can be made again
   * @param {string} pyodide the folder with Pyodide's files
   * @param {Buffer} wheel the client's wheel, with sources
   */
  constructor(cache, pyodide, wheel) {
    this.#pyodide = pyodide;
    this.#wheel = wheel;
    this.#folder = path.join(cache, "hmr-client");
    const library = path.join(pyodide, "python_stdlib.zip");
    const made = createHash("sha256").update(readFileSync(script)).update(readFileSync(library)).digest("hex").slice(0, 16);
    const client = createHash("sha256").update(made).update(wheel).digest("hex").slice(0, 16);
    this.#files = [path.join(this.#folder, `library-${made}.zip`), path.join(this.#folder, `client-${client}.whl`)];
    this.#read();
  }

  /** Makes what is missing; resolves to whether there is something new. */
  async make() {
    if (this.library) return false;
    mkdirSync(this.#folder, { recursive: true });
    // a folder beside them, so that each is there as a whole or not at all
    const made = mkdtempSync(path.join(this.#folder, "made-"));
    try {
      const [library, source, client] = ["library.zip", "source.whl", "client.whl"].map((name) => path.join(made, name));
      const stdlib = path.join(this.#pyodide, "python_stdlib.zip");
      writeFileSync(source, this.#wheel);
      if (!(await this.#run([this.#pyodide, stdlib, "library", stdlib, library, "client", source, client]))) return false;
      [library, client].forEach((file, index) => renameSync(file, this.#files[index]));
      this.#read();
      return true;
    } catch {
      return false; // a full disk, or a cache that can't be written: pages boot as they would without
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  }

  stop() {
    this.#process?.kill();
  }

  #run(work) {
    return new Promise((resolve) => {
      this.#process = spawn(process.execPath, [script, ...work], { stdio: "ignore" });
      this.#process.on("error", () => resolve(false));
      this.#process.on("exit", (code) => resolve(code === 0));
      try {
        os.setPriority(this.#process.pid, niceness);
      } catch {
        // it has ended already, or the system has no such thing
      }
    }).finally(() => (this.#process = undefined));
  }

  #read() {
    const [library, client] = this.#files;
    if (!existsSync(library) || !existsSync(client)) return;
    const content = readFileSync(client);
    const magic = magicOf(content);
    if (magic) Object.assign(this, { library, client: content, magic });
  }
}

/** What the first bytecode in an archive begins with (APPNOTE 6.3.10, section 4.3.7); it is stored, not deflated. */
function magicOf(archive) {
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50; ) {
    const [size, name, extra] = [archive.readUInt32LE(at + 18), archive.readUInt16LE(at + 26), archive.readUInt16LE(at + 28)];
    const start = at + 30 + name + extra;
    if (archive.toString("utf8", at + 30, at + 30 + name).endsWith(".pyc")) return archive.toString("hex", start, start + 4);
    at = start + size;
  }
  return undefined;
}
