"""JSON as modules."""

import pytest

from hmr_server.builtin_plugins.json_modules import json_module


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"a": 1, "b": [True, None]},
            "export const a = 1;\nexport const b = [true, null];\nexport default {a, b};\n",
        ),
        ({"a-b": 1, "class": 2, "ü": 3}, 'export default {"a-b": 1, "class": 2, "ü": 3};\n'),
        ([1], "export default [1];\n"),
        ("x\u2028", 'export default "x\u2028";\n'),
        ([{"__proto__": 1}], 'export default JSON.parse("[{\\"__proto__\\": 1}]");\n'),
        ({"__proto__": 1}, "export const __proto__ = 1;\nexport default {__proto__};\n"),
        ({}, "export default {};\n"),
    ],
)
def test_json_as_a_module(value, expected):
    assert json_module(value) == expected
