// Which file to edit now: the first of these that has not been saved yet.
const steps = [
  ["browser/demo/shapes.py", "Set <code>GRAVITY</code> to -0.2 and save. Everything falls up, and no shape is lost."],
  ["browser/demo/app.py", "Change what <code>caption()</code> returns. The picture goes on from where it is."],
  ["browser/demo/counter.js", "Change <code>STEP</code> to 10 and save. The number stays."],
  ["browser/demo/label.js", "Change the words. <code>counter.js</code> imports this file and accepts its updates."],
  ["browser/demo/card.css", "Give <code>--accent</code> another colour. The page is not reloaded."],
  ["index.html", "Change the headline. Only that changes: the picture goes on, the number stays."],
];

const key = "hmr-demo-saved"; // for when the page is reloaded
const saved = new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));

function show() {
  const step = steps.find(([file]) => !saved.has(file));
  const [file, hint] = step ?? ["any file", "You have seen it all. Now break something."];
  document.querySelector("#edit-file").textContent = file;
  document.querySelector("#edit-hint").innerHTML = hint;
}

function note(path) {
  saved.add(path.replace(/^\//, "").replace(/\?.*$/, ""));
  sessionStorage.setItem(key, JSON.stringify([...saved]));
  show();
}

show();

const hot = import.meta.hot;
if (hot) {
  import.meta.hot.accept();
  hot.on("vite:afterUpdate", ({ updates }) => updates.forEach((update) => note(update.acceptedPath)));
  hot.on("hmr:html-updated", () => note("/index.html"));
  hot.on("vite:beforeFullReload", ({ path }) => note(path ?? "/index.html"));
}
