import { greet, type Greeting } from "./greeting";

function show(greeting: Greeting): void {
  document.querySelector<HTMLOutputElement>("#greeting")!.value = greeting.text;
}

show(greet("page"));

import.meta.hot?.accept("./greeting", (next) => next && show(next.greet("page")));
