"""What code says of itself without a look at each of its instructions."""

from __future__ import annotations

import pytest

from hmr_client.module_runner.analysis.code_names import calls_unknown, codes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("len(x)", False),
        ("json.dumps(x)", False),
        ("a.b.c()", False),
        ("x.method(1)", False),
        ("super().method()", False),
        ("[len(y) for y in x]", False),
        ("x()", True),
        ("x[0]()", True),
        ("make(x)(1)", True),
        ("[y() for y in x]", True),
        ("lambda: x()", True),
        ("len(x), x()", True),
        ("H[x]()", True),
        ("H[x](y=1)", True),
        ("H[x](*x)", True),
        ("H.get(x)(1)", True),
        ("a.b.c(x)(1)", True),
        ("(H.get(x) or x)(1)", True),
        ("(f or g)(1)", True),
        ("make(1)(x)", True),
        ("f(H[x](1))", True),
        ("f(H[x], g(x)[0], a.b(x))", False),
        ("f(1 if x else 2, g(x))", False),
        ("f(*x, **x)", False),
        ("f(x, key=g(1))[0]", False),
        ("f(y for y in x)", False),
        ("f(x).g(2).h(3)", False),
        ("a.b(c.d(e(x)))", False),
        ("f(x or 1, y=x and 2)", False),
        ("f(f'{x:>{g(x)}}', -x, not x, [*x], {**x})", False),
        ("f(x)[1:2], a.b[x].c(1)", False),
    ],
)
def test_a_call_of_what_code_was_given_is_told_from_one_by_name(body, expected):
    code = compile(f"class C:\n    def f(self, x):\n        return {body}\n", "m.py", "exec")
    method = next(x for x in codes(code) if x.co_name == "f")

    assert any(map(calls_unknown, codes(method))) is expected
