/** The client as Vite sends it: its script, and a wheel of its Python sources. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url))); // browser/
const packageFolders = [path.basename(here) === "hmr_browser" ? here : path.join(here, "hmr_browser"), path.join(here, "../hmr_client")];

/** `bootstrap.js`, `rest.js` and their rooms as one module: `client/scripts.py` of hmr-server joins each of the two. */
export function bootstrapScript() {
  const reference = /^(?:import|(export)) (?:(\{[^}]*\}) from )?"(\.\/[^"]+)";\n/gm;
  const sources = new Map();
  const read = (script) => {
    const source = readFileSync(script, "utf8");
    for (const [, , , room] of source.matchAll(reference)) {
      const file = path.join(path.dirname(script), room);
      if (!sources.has(file)) read(file);
    }
    sources.set(script, source);
  };
  const [entry, rest] = ["bootstrap.js", "rest.js"].map((name) => path.join(here, name));
  read(entry);
  read(rest);
  const exports = sources.get(entry).replace(reference, (_, isExport, names) => (isExport ? `export ${names};\n` : ""));
  sources.delete(entry);
  const rooms = [...sources.values()].map((source) =>
    source.replace(reference, "").replace(/^export (?=(?:async )?(?:function|class|const|let) )/gm, ""),
  );
  return [...rooms, exports].join("\n");
}

/**
 * The Python sources as a zip archive without compression, which is short to write and quick to unpack
 * (the format: APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
 */
export function packWheel() {
  const files = packageFolders.flatMap((folder) => pythonFiles(folder, path.basename(folder)));
  const locals = [];
  const directory = [];
  let offset = 0;
  for (const { name, content } of files) {
    const encoded = Buffer.from(name);
    const common = Buffer.alloc(26); // version, flags, method, time and date are zero but for these
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2); // the name is UTF-8
    common.writeUInt16LE(0x21, 8); // the first day that the format knows: same sources, same bytes
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(encoded.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, encoded, content]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, encoded);
    locals.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function pythonFiles(folder, name) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "__pycache__" ? [] : pythonFiles(file, `${name}/${entry.name}`);
      return entry.name.endsWith(".py") ? [{ name: `${name}/${entry.name}`, content: readFileSync(file) }] : [];
    });
}
