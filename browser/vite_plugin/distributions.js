/** What to install for an import: the table of `distributions.py` of hmr-server, and a test compares them. */
import { readFileSync } from "node:fs";

/** What `import` calls differently from the index, beyond what Pyodide's own lock file knows. */
export const distributions = {
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
export const neverInstalled = new Set(
  ("__future__ __main__ js pyodide pyodide_js _pyodide pyscript polyscript hmr_client micropip " +
    "curses dbm ensurepip fcntl grp idlelib msvcrt nt pwd readline resource syslog termios tkinter " +
    "turtle turtledemo venv winreg winsound _winapi").split(" "),
);

/** What Pyodide's own lock file knows. */
export function distributionsOf(lock) {
  try {
    const { packages } = JSON.parse(readFileSync(lock, "utf8"));
    const pairs = Object.values(packages).flatMap(({ name, imports }) => imports.map((imported) => [imported, name]));
    return Object.fromEntries(pairs.filter(([imported]) => !imported.includes(".")));
  } catch {
    return {}; // another release's format, or none here: names are then taken as they are
  }
}
