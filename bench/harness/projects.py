"""The generated projects that every server is measured on, and the edits made in them."""

import itertools
from pathlib import Path

from e2e.harness.project import html

FAN_OUT = 10

_REPORT = """\
if (import.meta.hot) import.meta.hot.accept((module) => {{
  if (module) globalThis.report("{name}", module.value);
}});
"""
_PAGE = """\
<script>
globalThis.reports = {};
globalThis.report = (name, value) => {
  document.querySelector("#out").textContent = value;
  reports[name] = [value, performance.timeOrigin + performance.now()];
};
const style = () => {
  const value = getComputedStyle(document.querySelector("#css")).getPropertyValue("--version").trim();
  if (value && value !== reports.css?.[0]) reports.css = [value, performance.timeOrigin + performance.now()];
};
document.addEventListener("load", style, true);
new MutationObserver(style).observe(document, { subtree: true, childList: true, attributes: true });
</script>
<link rel="stylesheet" href="/style.css" />
"""
_BODY = '<p id="out"></p><p id="css"></p>'
_FILLER = """\
export const id = {number};
export const name = "module {number}";
export function add(a, b) {{
  const sum = a + b + id;
  return sum > 1e9 ? 0 : sum;
}}
export class Item{number} {{
  constructor(value) {{ this.value = value; this.kind = name; }}
  get double() {{ return this.value * 2; }}
}}
"""


def accepting(name: str, value: object) -> str:
    """A module that accepts itself and reports its new value."""
    return f'export const value = "{value}";\n' + _REPORT.format(name=name)


def plain(value: object) -> str:
    """A module that accepts nothing."""
    return f'export const value = "{value}";\n'


def stylesheet(value: object) -> str:
    """A stylesheet whose version the page reads."""
    return f'#css {{ --version: "{value}"; color: rgb(10, 20, 30) }}\n'.replace('"', "")


class BenchProject:
    """Files below a root. Imports are relative and in double quotes, as all servers, and the floor, read them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._imports: list[str] = []

    def write(self, path: str, text: str) -> None:
        """Write a file in place, as most editors do."""
        file = self.root / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def add_leaf(self) -> None:
        """Add `leaf.js`, which accepts itself."""
        self.write("/src/leaf.js", accepting("leaf", 0))
        self._imports.append("/src/leaf.js")

    def add_chain(self, length: int) -> None:
        """Add a boundary with so many importers below it; the last one is `chain{length}_end.js`."""
        name = f"chain{length}"
        links = [f"/src/{name}_{number}.js" for number in range(1, length)]
        links.append(f"/src/{name}_end.js")
        top = f'import {{ value as below }} from ".{links[0].removeprefix("/src")}";\n'
        top += "export const value = below;\n"
        self.write(f"/src/{name}.js", top + _REPORT.format(name=name))
        for link, below in itertools.pairwise(links):
            self.write(link, f'export {{ value }} from ".{below.removeprefix("/src")}";\n')
        self.write(links[-1], plain(0))
        self._imports.append(f"/src/{name}.js")

    def add_fan(self, importers: int) -> None:
        """Add `shared.js` with so many importers that accept themselves."""
        self.write("/src/shared.js", plain(0))
        for number in range(importers):
            text = 'import { value as shared } from "../shared.js";\nexport const value = shared;\n'
            path = f"/src/fan{number // 50}/f{number}.js"
            self.write(path, text + _REPORT.format(name=f"fan {number}"))
            self._imports.append(path)

    def add_many(self, count: int) -> None:
        """Add so many modules that accept themselves: `many/m0.js` and so on."""
        for number in range(count):
            self.write(f"/src/many/m{number}.js", accepting(f"many {number}", 0))
            self._imports.append(f"/src/many/m{number}.js")

    def finish(self, fillers: int) -> None:
        """Write the page, and a tree of modules that are there and not edited."""

        def children(number: int) -> list[str]:
            first = number * FAN_OUT + 1
            names = range(first, min(first + FAN_OUT, fillers + 1))
            return [f"t{child // 50}/m{child}.js" for child in names]

        for number in range(1, fillers + 1):
            imports = "".join(f'import "../{path}";\n' for path in children(number))
            self.write(
                f"/src/t{number // 50}/m{number}.js", imports + _FILLER.format(number=number)
            )
        edited = [path.removeprefix("/src/") for path in self._imports]
        imports = "".join(f'import "./{path}";\n' for path in (*edited, *children(0)))
        self.write("/src/main.js", f"{imports}globalThis.done = performance.now();\n")
        self.write("/style.css", stylesheet(0))
        self.write("/index.html", html(head=_PAGE, body=_BODY, modules=("/src/main.js",)))
        self.write("/package.json", '{ "name": "bench", "private": true }\n')
