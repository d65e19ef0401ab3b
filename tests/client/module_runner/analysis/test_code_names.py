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
    ],
)
def test_a_call_of_what_code_was_given_is_told_from_one_by_name(body, expected):
    code = compile(f"class C:\n    def f(self, x):\n        return {body}\n", "m.py", "exec")
    method = next(x for x in codes(code) if x.co_name == "f")

    assert any(map(calls_unknown, codes(method))) is expected
