"""Surely wrong JavaScript, and what is only strange."""

import pytest

from hmr_server.javascript.imports import parse_module


def problem(code):
    return parse_module(code.encode()).problem


@pytest.mark.parametrize(
    ("code", "message", "at"),
    [
        ("const = 3", 'Unexpected "="', "= 3"),
        ("let x = (1 + ;\nfoo();", 'Unexpected ";"', ";\nfoo"),
        ("function f() {\n  if (x) {\n  return 1;\n}\n", '"{" is never closed', "{\n  if"),
        ("foo(\n", '"(" is never closed', "(\n"),
        ("const a = 'abc\nfoo()", "The string is never closed", "'abc"),
        ("a = 1;\n/* open", "The comment is never closed", "/* open"),
        ("}\nlet a = 1;", 'Unexpected "}"', "}\n"),
        ("if x { }", 'Unexpected "x"', "x {"),
        ("let a = 5 5;", 'Unexpected "5"', "5;"),
        ("let a = 1 +", "Unexpected end of file", ""),
        ("export defalt function f() {}", 'Unexpected "defalt"', "defalt"),
        ("const x: number = 1;", 'Unexpected ":"', ": number"),
        ("for (const x of ) {}", "Identifier expected", " ) {}"),
        ("export const App = () => <div>hi</div>", None, "<div>"),
    ],
)
def test_what_surely_is_wrong(code, message, at):
    found = problem(code)
    assert found is not None
    assert code.encode()[found.offset :].startswith(at.encode())
    assert found.message == message or "JSX" in found.message


@pytest.mark.parametrize(
    "code",
    [
        "x = () => {}\n[...a].b()",
        "x = () => {}\n\n  [].b()",
        "x = () => {}\n[, a] = b",
        "import defer * as a from 'a'",
        "import source a from 'a'",
        "export { a } from './a' with { type: 'json' }; export * from './b' with {\n type: 'json' }",
        "class A { accessor x = 1; static accessor #y }",
        "@decorated class A { @field x = 1 }",
        "await using a = b(); using c = d();",
        "({ a: (b) } = 1)",
        "[(a.b)] = 1",
        "function* g() { ({ set b(yield) {} }) }",
        "import { null as a } from 'b'",
        "<!-- an old comment\nx()",
        "01.a",
        "{ throw a/*\n*/b }",
        "const re = /(?<year>\\d{4})(?i:x)[\\p{L}--q]/v",
        "class A { static { this.x = 1 } #p; has(o) { return #p in o } }",
        "a ??= b?.c?.[d]?.(e) ?? 1_000n",
        "label: for (;;) { continue label }",
        "async () => { for await (const a of b) {} }",
        "export * as default from 'a'",
        "import a from './a' with { type: 'json' }",
        "html`<b>${x}</b>`",
        "var let = 1; var async = 2; async\n(1)",
        "a = b\n++c",
        "x = a < b > c",
        "return_\n/re/g.test(x)",
        "'\\u2028\\\n continued'",
        "export { a as 'string name' }; export { 'x' as y } from 'z'",
        "new.target; import.meta.resolve('x')",
        "if (a) function f() {}",
        "with (a) b",
        "",
    ],
)
def test_what_may_be_right_is_left_to_the_browser(code):
    assert problem(code) is None
