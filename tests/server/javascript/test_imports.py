"""What is read of a JavaScript module."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.javascript.imports import ImportKind, parse_module

STATIC, DYNAMIC, REEXPORT = ImportKind.STATIC, ImportKind.DYNAMIC, ImportKind.REEXPORT


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import './a'", [("./a", STATIC, set())]),
        ("import a from './a'", [("./a", STATIC, {"default"})]),
        ("import { a } from './a'", [("./a", STATIC, {"a"})]),
        ("import { a as b } from './a'", [("./a", STATIC, {"a"})]),
        ("import { default as b } from './a'", [("./a", STATIC, {"default"})]),
        ("import { 'a b' as c } from './a'", [("./a", STATIC, {"a b"})]),
        ("import x, { a } from './a'", [("./a", STATIC, {"default", "a"})]),
        ("import x, * as y from './a'", [("./a", STATIC, {"default", "*"})]),
        ("import * as a from './a'", [("./a", STATIC, {"*"})]),
        ("import {} from './a'", [("./a", STATIC, set())]),
        ("import{a}from'./a'", [("./a", STATIC, {"a"})]),
        ("import defer * as a from './a'", [("./a", STATIC, {"*"})]),
        ("export { a } from './a'", [("./a", REEXPORT, set())]),
        ("export * from './a'", [("./a", REEXPORT, set())]),
        ("export * as a from './a'", [("./a", REEXPORT, set())]),
        ("export { a }", []),
        ("import('./a')", [("./a", DYNAMIC, {"*"})]),
        ("const f = async () => (await import(`./a`)).x", [("./a", DYNAMIC, {"*"})]),
        ("import(a ? './a' : './b')", []),
        ("import(`./${a}`)", []),
        ("import.meta.url", []),
        ("a.import('./a')", []),
        ("({ import() {} }).import", []),
        ("// import './a'\n/* import './b' */ import './c'", [("./c", STATIC, set())]),
        ("const s = \"import './a'\" + 'import(\"./b\")' + `import './c'`", []),
        ("const r = /import '.\\/a'/; import './b'", [("./b", STATIC, set())]),
        ("const s = `${import('./a')}`", [("./a", DYNAMIC, {"*"})]),
        ("a = b / import('./a') / c", [("./a", DYNAMIC, {"*"})]),
        ("import './a'; import './a'", [("./a", STATIC, set()), ("./a", STATIC, set())]),
        ("import '\\u002e/\\x61\\u{62}'", [("./ab", STATIC, set())]),
        ("import './größe'", [("./größe", STATIC, set())]),
        ("#!/usr/bin/env node\nimport './a'", [("./a", STATIC, set())]),
        ("\ufeffimport './a'", [("./a", STATIC, set())]),
    ],
)
def test_imports(code, expected):
    found = parse_module(code.encode()).imports
    assert [(i.specifier.text, i.kind, set(i.bindings)) for i in found] == expected
    for statement in found:
        assert code.encode()[statement.specifier.start] in b"'\"`"
        assert code.encode()[statement.specifier.end - 1] in b"'\"`"


@pytest.mark.parametrize(
    ("code", "cut"),
    [
        ("import a from './a' with { type: 'json' };", " with { type: 'json' }"),
        ("export { a } from './a' with { type: 'json' }", " with { type: 'json' }"),
        ("import('./a', { with: { type: 'json' } })", ", { with: { type: 'json' } }"),
        ("import('./a')", None),
        ("import './a'", None),
    ],
)
def test_import_attributes(code, cut):
    (statement,) = parse_module(code.encode()).imports
    place = statement.attributes
    assert (code[place[0] : place[1]] if place else None) == cut


@pytest.mark.parametrize(
    ("code", "accepts", "dependencies"),
    [
        ("import.meta.hot.accept()", True, []),
        ("import.meta.hot?.accept()", True, []),
        ("import.meta.hot.accept(() => {})", True, []),
        ("import.meta.hot.accept(callback)", True, []),
        ("import.meta.hot.accept(undefined)", True, []),
        ("if (import.meta.hot) { import.meta.hot.accept(); }", True, []),
        ("import.meta.hot\n  .accept()", True, []),
        ("import.meta.hot.accept(/* './a' */)", True, []),
        ("import.meta.hot.accept('./a')", False, ["./a"]),
        ("import.meta.hot.accept('./a', f)", False, ["./a"]),
        ("import.meta.hot.accept(`./a`, f)", False, ["./a"]),
        ('import.meta.hot?.accept("./a", f)', False, ["./a"]),
        ("import.meta.hot.accept(['./a', \"./b\", `./c`], f)", False, ["./a", "./b", "./c"]),
        ("import.meta.hot.accept([\n './a', // one\n './b',\n], f)", False, ["./a", "./b"]),
        ("import.meta.hot.accept([])", False, []),
        ("import.meta.hot.accept('./a'); import.meta.hot.accept()", True, ["./a"]),
        ("// import.meta.hot.accept()", False, []),
        ("/* import.meta.hot.accept() */", False, []),
        ("'import.meta.hot.accept()'", False, []),
        ("`import.meta.hot.accept()`", False, []),
        ("/import.meta.hot.accept()/", False, []),
        ("const hot = import.meta.hot; hot.accept()", False, []),
        ("import.meta . hot.accept()", False, []),
        ("import.meta?.hot.accept()", False, []),
        ("import.meta['hot'].accept()", False, []),
        ("import.meta.hot.dispose(f)", False, []),
        ("import.meta.hot.accept", False, []),
        ("f(import.meta.hot).accept()", False, []),
        ("import.meta.hotter.accept()", False, []),
        ("new.target.hot.accept()", False, []),
    ],
)
def test_accepted_updates(code, accepts, dependencies):
    module = parse_module(code.encode())
    assert module.is_self_accepting is accepts
    assert [dependency.text for dependency in module.accepted] == dependencies


@pytest.mark.parametrize(
    ("code", "uses_hot", "uses_env"),
    [
        ("import.meta.hot", True, False),
        ("import.meta.env", False, True),
        ("import.meta.env.MODE; import.meta.hot?.on('x', f)", True, True),
        ("import.meta.url", False, False),
        ("import.meta . hot", False, False),
        ("import . meta.hot", False, False),
        ("// import.meta.hot import.meta.env", False, False),
        ("const { hot } = import.meta", False, False),
        ("`${import.meta.env.MODE}`", False, True),
    ],
)
def test_uses_of_import_meta(code, uses_hot, uses_env):
    module = parse_module(code.encode())
    assert (module.uses_hot, module.uses_env) == (uses_hot, uses_env)


@pytest.mark.parametrize(
    ("code", "exports"),
    [
        ("export const a = 1, b = 2", {"a", "b"}),
        ("export let { a, b: [c, ...d], e = 1, f: { g } = {}, ...h } = x", set("acdegh")),
        ("export function a() {} export async function b() {} export function* c() {}", set("abc")),
        ("export class A { static x = 1 }", {"A"}),
        ("export default function f() {}", {"default"}),
        ("export default 1", {"default"}),
        (
            "const a = 1; export { a, a as b, a as default, a as 'c d' }",
            {"a", "b", "default", "c d"},
        ),
        ("export * from './a'", {"*"}),
        ("export * as ns from './a'; export { x as y } from './b'", {"ns", "y"}),
    ],
)
def test_exports(code, exports):
    module = parse_module(f"{code}; import.meta.hot.acceptExports('zzz')".encode())
    assert module.exports == exports


def test_accepted_exports_add_up():
    code = b"import.meta.hot.acceptExports('a'); import.meta.hot.acceptExports(['b', `c`], f)"
    assert parse_module(code).accepted_exports == {"a", "b", "c"}
    assert parse_module(b"import.meta.hot.acceptExports([])").accepted_exports == set()
    assert parse_module(b"import.meta.hot").accepted_exports is None


@pytest.mark.parametrize(
    "code",
    [
        "accept([a])",
        "accept(['./a', b])",
        "accept(`./${a}`)",
        "accept(['a', ...b])",
        "acceptExports([a])",
    ],
)
def test_a_dependency_that_cannot_be_read_is_a_problem(code):
    problem = parse_module(f"import.meta.hot.{code}".encode()).misuse
    assert problem is not None
    assert "can only accept string literals" in problem.message


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('import(/* @vite-ignore */ "./" + x)', True),
        ("eval(code)", True),
        ("(0, eval)(code)", True),
        ('new Function("x", code)', True),
        ("const Async = Object.getPrototypeOf(async function () {}).constructor", True),
        ("(async () => {}).constructor(code)", True),
        ('import("./a.js"); import(x)', False),
        ("const evaluate = (x) => x instanceof Function && x.constructor", False),
    ],
)
def test_whether_a_module_may_import_what_is_not_rewritten(code, expected):
    assert parse_module(code.encode()).resolves_itself is expected


def test_expressions_that_are_imported():
    code = "import(a + b); import('./c'); import(d)"
    found = parse_module(code.encode()).dynamic_expressions
    assert [code[start:end] for start, end in found] == ["a + b", "d"]


@given(st.text())
def test_any_text_can_be_read(text):
    parse_module(text.encode("utf-8", "surrogatepass"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["import {q}'{s}';", "import x{i} from {q}{s}{q};", "void import({q}{s}{q});"]
            ),
            st.text(
                st.characters(
                    exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="'\"`\\${}"
                )
            ),
            st.sampled_from(["", "/* ü ' */", '// " \n', "'é';", "`日${1}`;", "/[/'\"]/.test(1);"]),
        )
    )
)
def test_places_are_bytes_whatever_stands_between(parts):
    code = "".join(
        between + form.replace("{q}'{s}'", "'{s}'").format(q="'", s=text, i=number)
        for number, (form, text, between) in enumerate(parts)
    )
    source = code.encode()
    found = parse_module(source).imports
    assert [i.specifier.text for i in found] == [text for _, text, _ in parts]
    for statement in found:
        place = statement.specifier
        assert source[place.start : place.end].decode() == f"'{place.text}'"


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("if (process.env.NODE_ENV) x", 1),
        ("é; a(process.env.NODE_ENV, process.env.NODE_ENV)", 2),
        ("b = process.env.NODE_ENV", 1),
        ("process.env.NODE_ENV.length", 1),
        ("'process.env.NODE_ENV'", 0),
        ("// process.env.NODE_ENV", 0),
        ("process.env.NODE_ENV = 'test'", 0),
        ("a.process.env.NODE_ENV", 0),
        ("process.env.NODE_ENVS", 0),
        ("process.env", 0),
        ("import process from 'process'; process.env.NODE_ENV", 0),
        ("import { process } from './p'; process.env.NODE_ENV", 0),
        ("const process = p(); process.env.NODE_ENV", 0),
    ],
)
def test_where_the_kind_of_environment_is_read(code, read):
    source = code.encode()
    found = parse_module(source).node_env
    assert [source[start:end] for start, end in found] == [b"process.env.NODE_ENV"] * read
