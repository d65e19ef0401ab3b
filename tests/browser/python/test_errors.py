"""The user's mistakes, as the overlay shows them."""

import traceback

import pytest

from hmr_browser.python.errors import code_frame, details_of, shown
from hmr_browser.python.source import HOME

NAME = f"{HOME}/app/words.py"


def raised(source, files=None):
    """Run a source as the page does, and return the details of what it raises."""
    files = files or {NAME: source}
    try:
        exec(compile(source, NAME, "exec"), {"__name__": "app.words"})
    except Exception as error:  # noqa: BLE001  # whatever it is
        printed = "".join(traceback.format_exception(error))
        return details_of(error, printed, files.get)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("source", "message", "line", "column", "marked"),
    [
        ("a = 1\nb = (1 / 0)\n", "ZeroDivisionError: division by zero", 2, 5, "1 / 0"),
        ("def f(:\n    pass\n", "SyntaxError: invalid syntax", 1, 6, ":"),
        ("a = 1\n  b = 2\n", "IndentationError: unexpected indent", 2, None, None),
        ("def f():\n\treturn {}['é'] + né\nf()", "KeyError: 'é'", 2, 8, "{}['é']"),
        ("é = 'ü'; è = nö()\n", "NameError: name 'nö' is not defined", 1, 13, "nö"),
        ("raise ValueError", "ValueError", 1, 0, "raise ValueError"),
    ],
)
def test_the_place_is_marked(source, message, line, column, marked):
    details = raised(source)

    assert details.message == message
    assert details.id == "app/words.py"
    assert details.loc.file == "app/words.py"
    assert details.loc.line == line
    frame = details.frame.split("\n")
    index = next(i for i, text in enumerate(frame) if text.startswith(">"))
    carets = frame[index + 1]
    if column is not None:
        assert details.loc.column == column
        start = carets.index("^")
        assert frame[index][start : start + carets.count("^")] == marked


def test_the_innermost_place_in_the_users_code_counts():
    details = raised("import json\ndef f():\n    json.loads('{')\nf()\n")

    assert details.loc.line == 3
    assert 'File "app/words.py", line 3, in f' in details.stack
    assert HOME not in details.stack


def test_a_refused_source_is_shown_without_who_compiled_it():
    details = raised("def f(:\n")

    assert details.stack.startswith('  File "app/words.py", line 1')
    assert "Traceback" not in details.stack


def test_an_error_outside_of_the_users_code_has_no_place():
    error = ValueError("no")
    details = details_of(error, "printed", lambda name: None)

    assert (details.loc, details.frame, details.id) == (None, None, None)
    assert (details.message, details.stack) == ("ValueError: no", "printed")


def test_an_error_of_several_errors_is_shown_in_full():
    details = raised("raise ExceptionGroup('many', [ValueError('a'), KeyError('b')])")

    assert details.message.startswith("ExceptionGroup: many")
    assert "KeyError: 'b'" in details.stack


@pytest.mark.parametrize(
    ("line", "column", "end", "frame"),
    [
        (1, 0, 1, "> 1 | one\n    | ^\n  2 | two\n  3 |"),
        (
            4,
            1,
            3,
            "  2 | two\n  3 |\n> 4 |     tab\n    |  ^^^\n  5 | five".replace(" ^^^", "    ^^"),
        ),
        (99, 5, None, "  3 |\n  4 |     tab\n> 5 | five\n    |     ^"),
    ],
)
def test_code_frames(line, column, end, frame):
    assert code_frame("one\ntwo\n\n\ttab\nfive", line, column, end) == frame


def test_a_frame_of_an_empty_file():
    assert code_frame("", 1, 0) == "> 1 |\n    | ^"


def test_names_are_relative_to_the_project():
    assert shown(f'  File "{HOME}/a/b.py", line 1\n') == '  File "a/b.py", line 1'
