"""Text from elsewhere: what does something instead of being seen is spelled out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.text.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("as it is: ü 日 👋 \t and\nlines", "as it is: ü 日 👋 \t and\nlines"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x1b]52;c;cm0gLXJm\x07", "\\x1b]52;c;cm0gLXJm\\x07"),
        ("\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"),
        ("\x9b2J", "\\x9b2J"),
        ("a\rb", "a\\x0db"),
        ("a\r\nb", "a\nb"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("half \ud83d", "half \\ud83d"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert plain_text(text) == shown


@given(st.text(st.characters(categories=("Cc", "Cf", "Cs", "L", "P", "Z"))))
def test_nothing_active_is_left_and_nothing_is_shown_twice(text: str) -> None:
    shown = plain_text(text)
    assert not any(x in shown for x in "\x1b\x07\x9b\r\u202a\u202e\u2066\u2069")
    assert plain_text(shown) == shown
    shown.encode()
