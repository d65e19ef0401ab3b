// Edit me while the page is open: change STEP, save, and watch the number.
import { label as firstLabel } from "./label.js";

const STEP = 1;

const hot = import.meta.hot; // accept() is called on import.meta.hot itself: the server reads it there
// hot.data lives on from one version of this module to the next
const state = hot?.data.state ?? { count: 0 };
let label = firstLabel;

const count = document.querySelector("#count");
const button = document.querySelector("#increment");

function show() {
  count.value = state.count;
  document.querySelector("#label").textContent = label(state.count);
  button.textContent = `+${STEP}`;
}

function increment() {
  state.count += STEP;
  show();
}

button.addEventListener("click", increment);
show();

if (hot) {
  hot.data.state = state;
  import.meta.hot.accept();
  import.meta.hot.accept("./label.js", (next) => {
    label = next?.label ?? label;
    show();
  });
  // the next version adds its own listener
  hot.dispose(() => button.removeEventListener("click", increment));
}
