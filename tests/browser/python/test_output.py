"""What is printed while an update runs, marked."""

import asyncio
import contextlib
import io
import sys

import pytest

from hmr_browser.python.output import MarkedOutput, MarkedStream

MARK = "[hmr] app/words.py ↻ "


@contextlib.contextmanager
def streams():
    """One stream in place of both; a fixture's would be pytest's again when the test begins."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        yield out


def run(code, **names):
    """Runs a module of the user's."""
    exec(compile(code, "/home/pyodide/app/words.py", "exec"), {"sys": sys, **names})


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print('one')", f"{MARK}one\n"),
        ("print('one', 2, end='!')\nprint()", f"{MARK}one 2!\n"),
        ("print('one\\ntwo')", f"{MARK}one\n{MARK}two\n"),
        ("print('a\\x0cb\\u2028c\\r')", f"{MARK}a\x0cb\u2028c\r\n"),
        ("print()", f"{MARK}\n"),
        ("sys.stdout.write('')\nsys.stdout.writelines(['a\\n', 'b'])", f"{MARK}a\n{MARK}b"),
        ("print('bad', file=sys.stderr, flush=True)", f"{MARK}bad\n"),
        ("assert sys.stdout.getvalue() == ''", ""),
    ],
)
def test_each_line_is_marked(code, expected):
    with streams() as out:
        with MarkedOutput("[hmr]"):
            run(code)
        print("after")
        assert out.getvalue() == f"{expected}after\n"
        assert sys.stdout is sys.stderr is out


def test_what_no_file_of_the_users_prints_is_marked_without_a_name():
    with streams() as out:
        with MarkedOutput("[hmr]"):
            print("installing")
        assert out.getvalue() == "[hmr] ↻ installing\n"


def test_a_stream_that_the_program_puts_in_place_meanwhile_stays():
    with streams() as out:
        own = io.StringIO()
        with MarkedOutput("[hmr]"):
            run("sys.stdout = own", own=own)
        assert sys.stdout is own
        assert sys.stderr is out


def test_a_stream_that_the_program_has_kept_marks_nothing_afterwards():
    with streams() as out:
        names = {}
        with MarkedOutput("[hmr]"):
            names["kept"] = sys.stdout
        run("print('later', file=kept)", **names)
        assert out.getvalue() == "later\n"


def test_a_stream_that_is_put_back_later_is_not_wrapped_again():
    with streams() as out:
        with contextlib.ExitStack() as later, MarkedOutput("[hmr]"):
            later.enter_context(contextlib.redirect_stdout(io.StringIO()))
        assert isinstance(sys.stdout, MarkedStream)
        with MarkedOutput("[hmr]"):
            run("print('one')")
        assert out.getvalue() == f"{MARK}one\n"
        assert sys.stdout is out


def test_a_page_without_streams_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with MarkedOutput("[hmr]"):
        run("print('nowhere')")
    assert sys.stdout is None


def test_streams_are_put_back_after_an_error():
    with streams() as out:
        with pytest.raises(ZeroDivisionError), MarkedOutput("[hmr]"):
            run("1 / 0")
        assert sys.stdout is out


def test_others_print_as_ever_while_the_update_waits():
    with streams() as out:

        async def update(waiting):
            with MarkedOutput("[hmr]"):
                run("print('before', end=' ')")
                await waiting
                run("print('after')\n")
                task = asyncio.create_task(later())
            await task

        async def later():
            run("print('a task of the update, later')")

        async def main():
            waiting = asyncio.get_running_loop().create_future()
            running = asyncio.create_task(update(waiting))
            await asyncio.sleep(0)
            run("print('a handler')")
            waiting.set_result(None)
            await running

        asyncio.run(main())
        assert out.getvalue() == (
            f"{MARK}before a handler\n{MARK}after\na task of the update, later\n"
        )
