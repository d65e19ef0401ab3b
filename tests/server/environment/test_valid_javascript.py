"""Valid JavaScript, however strange: the browser judges it, and no script is refused."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import platformdirs
import pytest

from hmr_server.javascript.imports import parse_module
from tests.server.project import ACCEPT

SHAPES = {
    # automatic semicolons
    "a name that begins as an operator": "var in_b = 1\nin_b = 2",
    "a call, then a name like an operator": "f()\nin_x()\ninstanceof_y()",
    "an array in a new line": "var a, b\n[a, b] = [1, 2]",
    "a bracket in a new line": "let a\n(f)()",
    "a template in a new line": "let a\n`b`",
    "a regular expression in a new line": "let a = b\n/c/g.exec(d)",
    "a sign in a new line": "let a = b\n+c\n-d",
    "an increment in a new line": "a\n++\nb",
    "a return of nothing": "function f() { return\n1 }",
    "a do loop without a semicolon": "do x(); while (y) z()",
    "a block ends the statement": "{ 1 } 2",
    "a let that is a name": "let\na",
    "an async that is a name": "async\nfunction f() {}",
    "line separators": "let a = 1\u2028let b = 2\u2029b",
    "returns without line feeds": "let a = 1\rlet b = 2\ra = b",
    # regular expressions
    "a regular expression after a condition": "if (x) /re/.test(y)",
    "a regular expression after a block": "function f() {}\n/re/g.exec(x)",
    "a division after a bracket": "(a) / b / c",
    "a regular expression with a slash in a class": "x = /[/\\]]+/g",
    "flags and sets": "x = /(?<year>\\d{4})(?i:x)[\\p{L}--[a-z]]/v",
    "a regular expression after typeof": "typeof /x/ / y",
    "a regular expression after an arrow": "f = () => /import('a')/",
    # what only scripts have
    "HTML comments": "<!-- old\nx()\n--> older",
    "await as a name": "var await = 1; await\n/2",
    "yield as a name": "var yield = 1; yield * 2",
    "let as a name": "var let = 1; let[0]",
    "octal numbers": "x = 010 + 09.5 + '\\07'",
    "with": "with (a) b()",
    "delete of a name": "delete a",
    "a function in an if": "if (a) function f() {}",
    "assigned arguments": "arguments = eval = 1",
    "import() in a script": "button.onclick = () => import(name)",
    "import() of a template": "import(`./${a}.js`)",
    "import() that is never reached": "if (false) import('nowhere/at/all')",
    # other hosts
    "a hashbang": "#!/usr/bin/env node\nrequire('fs')",
    "a return at the top level": "if (!a) return\nmodule.exports = 1",
    "new.target at the top level": "new.target",
    # newer syntax
    "escapes in names": "var \\u0061b, \\u{63}d; a.\\u0069f = 1",
    "names of other scripts": "var ünï, 変数, 𠮷; ünï\u200c",
    "a static block": "class A { static { this.x = await_ } static x }",
    "a private name in an object": "class A { #x; static has(o) { return #x in o } }",
    "fields without semicolons": "class A { a\nb = 1\n'c'\n[d] = 2\n#e\nstatic\nget\nset }",
    "accessors": "class A { accessor x = 1; static accessor #y; get; set; async; static }",
    "using": "{ using a = b(); } async () => { await using c = d() }",
    "using as a name": "using = 1; using[0]",
    "decorators": "@a @b.c(d) class A { @e f; @g() h() {} }",
    "import attributes": "export { a } from './a.json' with { type: 'json' }",
    "import attributes of import()": "import('./a.json', { with: { type: 'json' } })",
    "import defer and source": "import defer * as a from './a.js'\nimport source b from './b.js'",
    "names that are strings": "export { a as 'b c' }; import { 'd e' as f } from './a.js'",
    "logical assignments": "a ??= b ||= c &&= d?.[e]?.(f) ?? 1_000n",
    "await at the top level": "for await (const a of b) await c",
    "names that are keywords": "({ if: 1, class: 2, import: 3 }).import.meta",
    "nested templates": "`${`${a + `}`}`}`",
    "get and set as names": "({ get, set, async, await: 1, get get() {}, async *async() {} })",
    "of as a name": "for (of of of); for (async of => 1;;) break",
    "destructuring with defaults": "({ a: (b), c = 1, ...d } = e); [(a.b), ...[c]] = d",
    "a lone surrogate": "x = '\\ud800'",
    "a NUL and a BOM": "\ufeffx = 'a\0b'",
    "nothing": "",
    "a comment alone": "// nothing",
    # size
    "a very long line": "x = [" + "1," * 50_000 + "]",
    "deep brackets": "x = " + "(" * 400 + "1" + ")" * 400,
    "a long chain": "x" + ".y()" * 2_000,
    "many statements": "f();" * 20_000,
}


END = "\n// the end"  # what stands before may be rewritten: the URLs of imports


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_no_valid_script_is_refused(project, code):
    """An answer of 500 is a `TransformError`, and an overlay is a payload."""
    dependency = "export default 1; export let d, a; export { d as 'd e' };" + ACCEPT
    p = project({"main.js": code + END, "a.js": dependency, "b.js": "", "a.json": "{}"})

    assert p.get("/main.js").endswith(END)
    assert p.sent() == []


MOST_FILES, MOST_BYTES = 1_500, 300_000  # a few seconds; larger ones are served as they are anyhow


def test_public_scripts_can_be_read():
    """What our parser says is wrong stands beside a browser's error, so it must not be made up."""
    files = list(islice(_public_scripts(), MOST_FILES))
    if not files:
        pytest.skip("no npm package is on this machine")
    modules = {file: parse_module(file.read_bytes()) for file in files}
    wrong = {file: module.problem for file, module in modules.items() if module.problem}
    assert len(wrong) <= len(files) / 500, wrong  # some packages hold a broken file on purpose


def _public_scripts() -> Iterator[Path]:
    folders = [
        Path(platformdirs.user_cache_dir("hmr-e2e", appauthor=False)),
        *Path(__file__).parents[3].glob("*/node_modules"),
    ]
    if (npm := shutil.which("npm")) is not None:
        folders.append(Path(npm).resolve().parents[1])  # npm itself, which comes with Node.js
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            is_script = file.suffix in {".js", ".mjs"} and file.is_file()
            if is_script and file.stat().st_size < MOST_BYTES:
                yield file
