/** What a Python module's text says without a Python to read it: its encoding, and what it imports. */
import path from "node:path";

/** The text of a Python file: the encoding that it declares (PEP 263), and `\n` as line ends. */
export function decode(bytes) {
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
export function readImports(source, packageParts) {
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
export function locate(name, root, known) {
  const parts = name.split(".");
  return parts.flatMap((_, index) => {
    const base = path.posix.join(root, ...parts.slice(0, index + 1));
    return [`${base}/__init__.py`, `${base}.py`].filter((url) => known.has(url)).slice(0, 1);
  });
}
