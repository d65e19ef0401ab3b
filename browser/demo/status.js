// The line at the top: whether the dev server and Python are there.
const line = document.querySelector("#status");

function show(state, text) {
  line.dataset.state = state;
  document.querySelector("#status-text").textContent = text;
}

const hot = import.meta.hot;
if (hot) {
  import.meta.hot.accept();
  hot.on("vite:ws:disconnect", () => show("off", "the dev server is gone: waiting for it"));
  hot.on("vite:ws:connect", () => show("on", "connected"));

  const { ready } = await import("/@hmr/client");
  if (!hot.data.ready) {
    show("booting", "Python is booting; the page already works");
    await ready;
    hot.data.ready = `Python is ready after ${(performance.now() / 1000).toFixed(1)} s`;
  }
  show("on", hot.data.ready);
}
