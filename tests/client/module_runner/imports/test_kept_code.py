"""A program that was compiled in an earlier run starts without the compiler, and is updated as any other."""

from __future__ import annotations

import gc
import traceback

import pytest

from hmr_client.module_runner.imports import importer, watched
from hmr_client.module_runner.imports.kept_code import KeptCode

from ..application import drive, running, tiers

FILES = {
    "main.py": "import app.routes\nfrom app import ROUTES\n",
    "app/__init__.py": "ROUTES = {}\ndef route(name):\n    return lambda f: ROUTES.setdefault(name, f)\n",
    "app/routes.py": "from . import route\n@route('/')\ndef index():\n    return 1\n",
}


async def compiled(files: dict[str, str]) -> bytes:
    """What a run keeps."""
    kept = KeptCode()
    async with running(files, kept=kept):
        content = kept.close()
    assert content is not None
    return content


@drive
async def test_what_was_compiled_is_not_read_again(monkeypatch):
    content = await compiled(FILES)
    monkeypatch.setattr(importer, "compile_watched", None)
    kept = KeptCode(content)
    async with running(FILES, kept=kept) as app:
        assert app["main.py"].ROUTES["/"]() == 1
        assert kept.close() is None


@drive
async def test_it_is_updated_as_if_it_had_been_read():
    kept = KeptCode(await compiled(FILES))
    async with running(FILES, kept=kept) as app:
        held = app["main.py"].ROUTES["/"]
        report = await app.edit("app/routes.py", "return 1", "return 2")
        assert tiers(report) == [("app/routes.py", "PATCH")]
        assert held() == 2
        # what the statement has put into another module's dict is taken back
        await app.edit("app/routes.py", "@route('/')", "@route('/new')")
        assert list(app["main.py"].ROUTES) == ["/new"]


@drive
async def test_no_garbage_is_looked_for_while_it_is_read():
    text = "L = []\n" + "".join(f"L.append({n})\n" for n in range(300))
    content = await compiled({"main.py": text})
    collections = []
    gc.callbacks.append(lambda phase, _: collections.append(phase))
    threshold = gc.get_threshold()
    try:
        gc.set_threshold(100)
        collections.clear()
        KeptCode(content)
        found = len(collections)
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.pop()
    assert found <= 2  # one may be due afterwards
    assert gc.isenabled()


@pytest.mark.parametrize("content", [b"", b"cut short"])
@drive
async def test_a_collector_that_is_off_stays_off(content):
    whole = await compiled(FILES)
    gc.disable()
    try:
        KeptCode(whole[: len(whole) - len(content)])
        assert not gc.isenabled()
    finally:
        gc.enable()


@drive
async def test_a_traceback_names_line_and_text():
    files = {"main.py": "import m\n", "m.py": "def f():\n    return 1 / 0\n"}
    async with running(files, kept=KeptCode(await compiled(files))) as app:
        with pytest.raises(ZeroDivisionError) as caught:
            app["m.py"].f()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno) == ("m.py", 2)


@drive
async def test_only_what_has_changed_is_read(monkeypatch):
    content = await compiled(FILES)
    seen = []

    def noted(tree, filename, flags):
        seen.append(filename)
        return watched.compile_watched(tree, filename, flags)

    monkeypatch.setattr(importer, "compile_watched", noted)
    files = {**FILES, "app/routes.py": FILES["app/routes.py"].replace("1", "3")}
    kept = KeptCode(content)
    async with running(files, kept=kept) as app:
        assert app["main.py"].ROUTES["/"]() == 3
        assert seen == ["app/routes.py"]
        assert kept.close() not in {None, content}


@pytest.mark.parametrize("damage", [lambda x: x[:-9], lambda x: b"\0" + x, lambda x: x[:4] + b"N"])
@drive
async def test_what_is_damaged_is_read_again(damage):
    async with running(FILES, kept=KeptCode(damage(await compiled(FILES)))) as app:
        assert app["main.py"].ROUTES["/"]() == 1


@drive
async def test_what_no_module_is_any_more_is_forgotten():
    content = await compiled(FILES)
    kept = KeptCode(content)
    async with running({"main.py": "X = 1\n"}, kept=kept):
        assert len(kept.close() or b"") < len(content) / 2
