"""Code frames."""

import pytest

from hmr_server.text.code_frame import Position, code_frame, position_at, position_at_byte


@pytest.mark.parametrize(
    ("source", "position", "expected"),
    [
        ("import 'x'", Position(1, 7), "1  |  import 'x'\n   |         ^"),
        (
            "a\nb\nc\nd\ne\nf\ng",
            Position(4, 0),
            "2  |  b\n3  |  c\n4  |  d\n   |  ^\n5  |  e\n6  |  f",
        ),
        ("\tx = ;", Position(1, 5), "1  |  \tx = ;\n   |  \t    ^"),
        ("a\r\nb", Position(2, 0), "1  |  a\n2  |  b\n   |  ^"),
        ("", Position(1, 0), "1  |\n   |  ^"),
        ("a", Position(9, 9), "1  |  a\n   |   ^"),
        # what reads as other code than it is (CVE-2021-42574), and what a terminal would act on
        ("a\u202eb = ;", Position(1, 5), "1  |  a\\u202eb = ;\n   |            ^"),
        (
            "\x1b]0;title\x07;",
            Position(1, 10),
            "1  |  \\x1b]0;title\\x07;\n   |                  ^",
        ),
    ],
)
def test_frames(source, position, expected):
    assert code_frame(source, position) == expected


def test_a_long_line_is_cut_around_the_place():
    frame = code_frame("x" * 5000 + "!" + "y" * 5000, Position(1, 5000))
    code, caret = frame.split("\n")
    assert len(code) < 500
    assert code[caret.index("^")] == "!"


def test_places():
    source = "aü\nb日c"
    assert position_at(source, source.index("c")) == Position(2, 2)
    assert position_at_byte(source.encode(), source.encode().index(b"c")) == Position(2, 2)
    assert position_at("", 0) == Position(1, 0)
