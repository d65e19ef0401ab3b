/** Makes random pages and random edits of them; returns how many edits were made, and those that went wrong. */
async (seed, pages) => {
  const [{ match }, { planMorph }, { readPage }] = await Promise.all(["match", "morph", "text"].map((name) => import(`/html_${name}.js`)));
  const random = (below) => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8) % below;
  const any = (list) => list[random(list.length)];
  const takeFrom = (list) => list.splice(random(list.length || 1), 1);
  let words = 0;

  const make = (depth) => {
    if (random(10) < 2 || depth > 3) return { text: `w${random(3) ? words++ : random(4)}` };
    if (random(10) < 2) return { text: "\n  " };
    const attributes = {};
    if (!random(3)) attributes.id = `i${random(12)}`;
    if (!random(3)) attributes.class = `c${random(4)}`;
    return { name: any(["div", "ul", "li", "p", "span", "my-x"]), attributes, inner: Array.from({ length: random(5) }, () => make(depth + 1)) };
  };
  const write = ({ name, attributes, inner, text }) =>
    name ? `<${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`).join("")}>${inner.map(write).join("")}</${name}>` : text;
  const elements = (node) => (node.name ? [node, ...node.inner.flatMap(elements)] : []);
  const page = (root) => `<!doctype html><html><head></head><body>${write(root)}</body></html>`;
  const edits = [
    (node) => node.inner.splice(random(node.inner.length + 1), 0, make(2)),
    (node) => takeFrom(node.inner),
    (node) => node.inner.splice(random(node.inner.length + 1), 0, ...takeFrom(node.inner)),
    (node, root) => any(elements(root)).inner.push(...takeFrom(node.inner)),
    (node) => (node.attributes.title = `t${random(9)}`),
    (node) => node.inner.filter(({ name }) => !name).forEach((text) => (text.text = `e${random(99)}`)),
    (node) => node.inner.push({ name: "div", attributes: {}, inner: takeFrom(node.inner) }),
  ];
  const once = () => {
    const found = new Map();
    for (const element of document.body.querySelectorAll("*")) found.set(element.outerHTML, found.has(element.outerHTML) ? null : element);
    return found;
  };

  let done = 0;
  const wrong = [];
  for (let number = 0; number < pages; number++) {
    const root = { name: "main", attributes: {}, inner: [make(0), make(0), make(0)] };
    let before = readPage(page(root)).page;
    document.body.innerHTML = before.body.innerHTML;
    if (document.body.innerHTML !== before.body.innerHTML) continue; // markup that is no tree, such as <p><div>
    const pair = (tree, node) => [[tree, node], ...[...tree.childNodes].flatMap((child, index) => pair(child, node.childNodes[index]))];
    let live = new Map([[before.documentElement, document.documentElement], [before.head, document.head], ...pair(before.body, document.body)]);
    for (let edit = 0; edit < 3; edit++) {
      for (let more = random(4); more >= 0; more--) any(edits)(any(elements(root)), root);
      const after = readPage(page(root)).page;
      const was = once();
      const plan = planMorph(before, after, match(before, after), live, false);
      for (const step of [...plan.steps, ...plan.removals]) step();
      [before, live] = [after, plan.live];
      done++;
      const [shown, wanted] = [document.body.cloneNode(true), after.body.cloneNode(true)];
      for (const tree of [shown, wanted]) tree.normalize();
      if (!shown.isEqualNode(document.importNode(wanted, true))) wrong.push([page(root), document.body.innerHTML]);
      for (const [html, element] of once()) {
        if (/>w\d{2}/.test(html) && element && was.get(html) && was.get(html) !== element) wrong.push(["another node", html]);
      }
    }
  }
  return JSON.stringify([done, wrong.slice(0, 3)]);
}
