/** Asks the API for the notes, and adds new ones. */
import { show } from "./view.js";

const form = document.querySelector("#form");
const text = document.querySelector("#text");
let view = show;
let notes = [];

async function ask(options) {
  const response = await fetch("/api/notes", options);
  notes = await response.json();
  view(notes);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ text: text.value });
  await ask({ method: "POST", headers: { "content-type": "application/json" }, body });
  form.reset();
});

ask();

// A new view.js shows the notes that are there; the page, and what is being written, stays.
import.meta.hot?.accept("./view.js", (module) => {
  view = module?.show ?? view;
  view(notes);
});
