"""Which wheels there are, and what they satisfy."""

import pytest

from hmr_server.python.wheel_names import is_satisfied, wheel_name

WHEELS = [
    found
    for name in (
        "rich-13.9.4-py3-none-any.whl",
        "zope.interface-7.2-py3-none-any.whl",
        "Flask_Login-0.7rc1-py3-none-any.whl",
        "not a wheel.whl",
    )
    if (found := wheel_name(name)) is not None
]


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("rich", True),
        ("Rich", True),
        ("rich>=13", True),
        ("rich == 13.9.4", True),
        ("rich>=14", False),
        ("rich[jupyter]", False),
        ("zope-interface", True),
        ("zope_interface<8", True),
        ("flask-login", True),
        ("attrs", False),
        ("https://x.example/rich-13.9.4-py3-none-any.whl", False),
        ("rich @ https://x.example/rich.whl", False),
        ("", False),
    ],
)
def test_what_a_wheel_satisfies(requirement: str, expected: bool) -> None:
    assert len(WHEELS) == 3
    assert is_satisfied(requirement, WHEELS) is expected
