// The list of the updates that arrived, with the milliseconds from their arrival to their end.
const list = document.querySelector("#updates");
const hot = import.meta.hot;
const entries = hot?.data.entries ?? [];
const words = { HTML: "changed in place", PATCH: "patched", RERUN: "run again", RESTART: "restarted", RELOAD: "reloaded" };
let began = 0;

function kind(update) {
  return update.type === "css-update" || update.path.endsWith(".css") ? "css" : update.type.slice(0, 2);
}

function name(path) {
  return path.replace(/\?.*$/, "").replace(/^.*\//, "");
}

function show() {
  list.replaceChildren(
    ...entries.map(({ type, file, via, how, milliseconds, at }) => {
      const item = document.createElement("li");
      const chip = Object.assign(document.createElement("span"), { className: `chip ${type}`, textContent: type });
      const what = Object.assign(document.createElement("span"), { className: "what", textContent: file });
      if (how) what.append(Object.assign(document.createElement("small"), { textContent: ` ${how}` }));
      if (via) what.append(Object.assign(document.createElement("small"), { textContent: ` → ${via}` }));
      const took = Object.assign(document.createElement("span"), {
        className: "took",
        textContent: `${milliseconds.toFixed(1)} ms`,
        title: at,
      });
      item.append(chip, what, took);
      return item;
    }),
  );
}

show();

if (hot) {
  hot.data.entries = entries;
  import.meta.hot.accept();
  hot.on("vite:beforeUpdate", () => {
    began = performance.now();
  });
  hot.on("vite:afterUpdate", ({ updates }) => {
    const milliseconds = performance.now() - began;
    for (const update of updates.filter(({ type }) => type !== "py-update")) {
      entries.unshift({
        type: kind(update),
        file: name(update.acceptedPath),
        via: update.path === update.acceptedPath ? null : name(update.path),
        milliseconds,
        at: new Date().toLocaleTimeString(),
      });
    }
    entries.splice(8);
    show();
  });
  // what Python did about each file, and why: a patch, a re-run, a soft restart
  hot.on("hmr:applied", ({ updates }) => {
    for (const { path, tier, reason, error, milliseconds } of updates) {
      if (!tier && !error) continue;
      entries.unshift({
        type: tier === "HTML" ? "html" : "py",
        file: name(path) || "index.html",
        how: error ? "has an error" : `${words[tier]}${reason.includes(": ") ? ` ${reason.split(": ").pop()}` : ""}`,
        milliseconds,
        at: reason,
      });
    }
    entries.splice(8);
    show();
  });
}
