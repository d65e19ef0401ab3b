/**
 * Data files in Python's file system: they lie where they lie in the project, and the content of each
 * comes when it is opened, so that a listing of thousands costs the boot next to nothing.
 *
 * A file is a node of Emscripten's MEMFS that waits for its content. To open it fetches, while everything
 * waits: a program that reads a file can't wait in any other way. To open it for writing does not,
 * and makes it the program's own.
 */

const notFound = 44; // Emscripten's errno: ENOENT, EACCES, EIO
const notAllowed = 2;
const noAnswer = 29;

/**
 * @param FS Pyodide's file system.
 * @param {string} base What a file's name is put behind, encoded, to fetch its content.
 * @param {{ skip?: number, prefix?: string, opened?: () => void }} options `skip`: how many bytes the server sends in
 *   front of the content; `prefix`: what a line of the console begins with; `opened` is called when a file is opened.
 */
export function dataFiles(FS, base, { skip = 0, prefix = "", opened } = {}) {
  const waiting = new WeakMap(); // node → its name for the server
  const said = (sentence) => (prefix ? [prefix, sentence] : [sentence]);
  let ops;

  function load(node) {
    const name = waiting.get(node);
    if (name === undefined) return;
    const url = base + name.split("/").map(encodeURIComponent).join("/");
    const { status, content } = fetchNow(url, skip);
    if (!content) {
      const why = status ? `was answered with ${status}` : "was not answered";
      console.error(...said(`${FS.getPath(node)} could not be read: ${url} ${why}`));
      throw new FS.ErrnoError({ 403: notAllowed, 404: notFound }[status] ?? noAnswer);
    }
    fill(node, content);
  }

  function fill(node, content) {
    waiting.delete(node);
    node.contents = content;
    node.usedBytes = content.length;
  }

  /** MEMFS's own operations, but for what needs the content. */
  function makeOps({ node_ops, stream_ops }) {
    const setattr = (node, attributes) => {
      if (attributes.size === 0 && waiting.delete(node)) node.usedBytes = 0;
      else if (attributes.size !== undefined) load(node);
      node_ops.setattr(node, attributes);
    };
    const open = (stream) => {
      opened?.();
      try {
        load(stream.node);
      } catch (error) {
        FS.closeStream(stream.fd); // no other code has it
        throw error;
      }
    };
    return { node_ops: { ...node_ops, setattr }, stream_ops: { ...stream_ops, open } };
  }

  function create(place, name, size, modified, folders = new Set()) {
    const folder = place.slice(0, place.lastIndexOf("/"));
    if (!folders.has(folder)) FS.mkdirTree(folder);
    folders.add(folder);
    const node = FS.create(place, 0o644);
    Object.assign(node, (ops ??= makeOps(node)));
    node.usedBytes = size;
    node.atime = node.mtime = node.ctime = modified;
    waiting.set(node, name);
  }

  function find(place) {
    try {
      return FS.lookupPath(place, { follow: false }).node;
    } catch {
      return undefined; // it is not there, or can't be: the call that creates it reports that
    }
  }

  function remove(place) {
    const node = find(place);
    if (!node) return undefined;
    FS.unlink(place); // an open file keeps its old content
    return !waiting.delete(node);
  }

  /** Does what a file of the program's may be in the way of: a folder is a file there, or the reverse. */
  function attempt(place, action) {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof FS.ErrnoError)) throw error;
      console.warn(...said(`${place} is not brought up to date: the program has something else there`));
      return false;
    }
  }

  return {
    /**
     * Adds files; existing ones stay.
     *
     * @param {string} listing JSON: for each place its name, size and time of modification.
     */
    add(listing) {
      const folders = new Set(); // that are there for sure
      for (const [place, ...file] of JSON.parse(listing)) {
        attempt(place, () => find(place) || create(place, ...file, folders));
      }
    },

    /** Gives a file its content before it is opened, if it waits for it. */
    fill(place, content) {
      const node = find(place);
      if (waiting.has(node)) fill(node, content);
    },

    /** Has a file's content fetched again when it is opened next; says whether the program has had it. */
    renew: (place, ...file) =>
      attempt(place, () => {
        const wasRead = remove(place) === true;
        create(place, ...file);
        return wasRead;
      }),

    /** Takes a file away; says whether the program has had its content. */
    remove: (place) => attempt(place, () => remove(place) === true),
  };
}

/** The bytes of a file, without waiting for the event loop. */
function fetchNow(url, skip) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  // A page may only ask for text: one of a character a byte, by the encoding that is made for this.
  const isPage = !globalThis.WorkerGlobalScope;
  if (isPage) request.overrideMimeType("text/plain; charset=x-user-defined");
  else request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    return { status: 0 }; // no server answers
  }
  const { status } = request;
  if (status !== 200) return { status };
  if (!isPage) return { status, content: new Uint8Array(request.response, skip) };
  const text = request.responseText;
  const content = new Uint8Array(text.length - skip);
  for (let i = 0; i < content.length; i++) content[i] = text.charCodeAt(i + skip);
  return { status, content };
}
