"""Programs that patch a library: after an edit the library is as after a fresh start, and not wrapped twice."""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ..application import code, drive, running

WRAP = "def wrap(f, tail):\n    return lambda s: f(s) + tail\n"
CALL = "__import__('string').capwords('a')"

# program, edits, what shows the result
CASES = {
    "an attribute of a module, wrapped": (
        f"import string\n{WRAP}string.capwords = wrap(string.capwords, 'x')\n",
        [("'x')", "'y')"), ("'y')", "'z')")],
        CALL,
    ),
    "what it is wrapped with comes from a constant": (
        f"import string\nTAIL = 'x'\n{WRAP}string.capwords = wrap(string.capwords, TAIL)\n",
        [("TAIL = 'x'", "TAIL = 'y'")],
        CALL,
    ),
    "a global keeps the original": (
        (
            "import string\nSTEP = 1\n_original = string.capwords\n"
            "def patched(s):\n    return _original(s) + str(STEP)\nstring.capwords = patched\n"
        ),
        [("STEP = 1", "STEP = 2"), ("str(STEP)", "'!'")],
        CALL,
    ),
    "the patch is removed": (
        f"import string\n{WRAP}string.capwords = wrap(string.capwords, 'x')\n",
        [("string.capwords = wrap(string.capwords, 'x')\n", "")],
        CALL,
    ),
    "something else restarts": (
        (
            f"import string\nclass K(Exception):\n    __slots__ = ('a',)\nkeep = [K()]\n{WRAP}"
            "string.capwords = wrap(string.capwords, 'x')\n"
        ),
        [("('a',)", "('a', 'b')")],
        CALL,
    ),
    "by setattr": (
        f"import string\n{WRAP}setattr(string, 'capwords', wrap(string.capwords, 'x'))\n",
        [("'x')", "'y')")],
        CALL,
    ),
    "by a function": (
        f"import string\n{WRAP}def patch(tail):\n    string.capwords = wrap(string.capwords, tail)\npatch('x')\n",
        [("patch('x')", "patch('y')")],
        CALL,
    ),
    "by a function that uses setattr in a loop": (
        (
            f"import string\n{WRAP}def patch(tail):\n    for name in ('capwords',):\n"
            "        setattr(string, name, wrap(getattr(string, name), tail))\nT = 'x'\npatch(T)\n"
        ),
        [("T = 'x'", "T = 'y'")],
        CALL,
    ),
    "a method of a class": (
        (
            "import string\n_original = string.Formatter.format\ndef format(self, *a):\n"
            "    return _original(self, *a) + '1'\nstring.Formatter.format = format\n"
        ),
        [("'1'", "'2'"), ("_original(self, *a) +", "'!' +")],
        "__import__('string').Formatter().format('a')",
    ),
    "a new attribute of a class, through another name": (
        "from string import Formatter as F\nN = 2\nF.extra = N\n",
        [("N = 2", "N = 3"), ("F.extra = N\n", "")],
        "getattr(__import__('string').Formatter, 'extra', None)",
    ),
    "a hook of the interpreter": (
        "import sys\nN = 1\nsys.displayhook = lambda value, n=N: n\n",
        [("N = 1", "N = 2")],
        "__import__('sys').displayhook(0)",
    ),
    "the environment": (
        "import os\nos.environ['HMR_T'] = os.environ.get('HMR_T', '') + 'x'\n",
        [("+ 'x'", "+ 'y'"), ("os.environ['HMR_T'] = os.environ.get('HMR_T', '') + 'y'\n", "")],
        "__import__('os').environ.get('HMR_T')",
    ),
    "the environment, by a method": (
        "import os\nos.environ.setdefault('HMR_T', 'x')\n",
        [("'x'", "'y'")],
        "__import__('os').environ.get('HMR_T')",
    ),
}


@contextmanager
def untouched() -> Iterator[None]:
    before = string.capwords, sys.displayhook, dict(vars(string.Formatter))
    try:
        yield
    finally:
        string.capwords, sys.displayhook = before[:2]
        for name in {*vars(string.Formatter)} - {*before[2]}:
            delattr(string.Formatter, name)
        string.Formatter.format = before[2]["format"]
        os.environ.pop("HMR_T", None)


async def fresh(source: str, look: str) -> object:
    with untouched():
        async with running(m=source):
            return eval(look)


@pytest.mark.parametrize("name", CASES)
@drive
async def test_a_patched_library_is_as_after_a_fresh_start(name):
    source, edits, look = CASES[name]
    source, hot = code(source), []
    expected = [await fresh(source, look)]
    texts = []
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
        texts.append(source)
        expected.append(await fresh(source, look))
    with untouched():
        async with running(m=CASES[name][0]) as app:
            hot.append(eval(look))
            for text in texts:
                await app.good(m=text)
                hot.append(eval(look))
    assert hot == expected


@drive
async def test_the_library_is_its_own_again_after_the_end():
    with untouched():
        before = string.capwords
        async with running(
            m=f"import string\n{WRAP}string.capwords = wrap(string.capwords, 'x')\n"
        ):
            assert string.capwords is not before
        assert string.capwords is before
