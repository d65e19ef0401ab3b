/** How the notes look. */
export function show(notes) {
  const items = notes.map(({ text }) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  });
  document.querySelector("#notes").replaceChildren(...items);
}
