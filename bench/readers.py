"""Whether what reads sources is linear: CPU time over inputs that are made to be slow.

    python -m bench.readers [WORDS]

Each input is read in three sizes, four times as long each. A linear reader takes four times as long, a
quadratic one sixteen times; `!` marks what grew more than eight times between the last two.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from hmr_server.css.references import read_references
from hmr_server.html.document import read_page
from hmr_server.javascript.imports import parse_module
from hmr_server.python.imports import read_imports

SIZES = (4_000, 16_000, 64_000)

READERS: dict[str, Callable[[str], object]] = {
    "js": lambda text: parse_module(text.encode()),
    "css": lambda text: list(read_references(text)),
    "html": read_page,
    "py": read_imports,
}
REPEATED = {
    "js": (
        "'", "/[", "/*", "(", "[", "{", "`${", "}", "<!--", "<a>", "import(", "import.meta.hot.", "a+",
        "import a from './a.js';\n", "let = 3 3;\n", 'from "a" ', 'from "a" with{', "import a.a",
    ),
    "css": ("/*", "{", "}", "'", "url(", "a(", "@import ", "@import '", "a{b:url(x.png)}\n"),
    "html": (
        "<", "</", "<!", "<?", "<!--", "<![CDATA[", "<a ", "<a b='", "&", "<div>", "<title>",
        "<script>", "<style>", "<script type=module>x</script>", "<!-->",
    ),
    "py": ("import a\n", "(", "'", "\\\n", "a.", "import "),
}  # fmt: skip


def inputs() -> Iterator[tuple[str, str, Callable[[int], str]]]:
    for kind, pieces in REPEATED.items():
        for piece in pieces:
            yield kind, repr(piece), lambda n, piece=piece: piece * n
    yield "py", "'import a' + '.a'", lambda n: "import a" + ".a" * n
    yield "js", "'/' + '['", lambda n: "/" + "[" * n
    yield "html", "'<a ' and '>'", lambda n: "<a " * n + ">"


def main(words: list[str]) -> None:
    for kind, name, make in inputs():
        if words and not any(word in f"{kind} {name}" for word in words):
            continue
        took = []
        for size in SIZES:
            text = make(size)
            began = time.process_time()
            READERS[kind](text)
            took.append((time.process_time() - began) * 1000)
        mark = "!" if took[-1] > 8 * max(took[-2], 5) else " "
        print(f"{mark} {kind:5}{name:36}", *(f"{ms:9.1f} ms" for ms in took), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
