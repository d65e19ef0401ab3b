"""A constructor that calls the standard library keeps the objects that it has made."""

import pytest

from hmr_client.module_runner.names.library_calls import calls_back

from ..application import drive, running

MADE = [
    "random.uniform(0, 1)",
    "random.choice(NAMES)",
    "math.sqrt(2)",
    "time.monotonic()",
    "datetime.datetime.now()",
    "datetime.timedelta(seconds=1)",
    "uuid.uuid4().hex",
    "pathlib.Path('a') / 'b'",
    "re.compile('a+').sub('b', 'aa')",
    "re.match('a', 'a')",
    "copy.copy(NAMES)",
    "base64.b64encode(b'a')",
    "decimal.Decimal('1.5')",
    "collections.deque(NAMES, 3)",
    "textwrap.dedent(' a')",
    "struct.pack('i', 1)",
    "os.path.join('a', 'b')",
    "statistics.mean([1, 2])",
    "bisect.bisect([1, 2], 1)",
    "json.dumps({'a': NAMES})",
    "json.loads('[1]')",
    "io.StringIO()",
    "string.Template('$a').substitute(a=1)",
]


@pytest.mark.parametrize("made", MADE)
@drive
async def test_a_constant_of_a_method_leaves_the_objects_alone(made):
    source = f"""
        import base64, bisect, collections, copy, datetime, decimal, math, os
        import io, json, pathlib, random, re, string, statistics, struct, textwrap, time, uuid
        STEP = 1
        NAMES = ["a", "b"]
        class Shape:
            def __init__(self):
                self.x = 0
                self.made = {made}
            def move(self):
                self.x += STEP
        """
    async with running(
        shapes=source, main="from shapes import Shape\nworld = [Shape() for _ in range(2)]\n"
    ) as app:
        world = app["main.py"].world
        world[0].move()
        await app.edit("shapes.py", "STEP = 1", "STEP = 10")
        assert app["main.py"].world is world
        world[0].move()
        assert world[0].x == 11


@pytest.mark.parametrize("module", ["json", "ast", "string", "unittest.loader", "collections.abc"])
def test_these_call_methods_of_what_they_get(module):
    assert calls_back(module, is_effect=False)
