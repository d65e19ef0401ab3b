"""What the program has built of its registrations, at the first request, is built again after one of them comes or goes."""

from __future__ import annotations

import pytest

from ..application import drive, running, tiers

# how an application keeps what its first request has built of `self.filters`
BUILDS = {
    "closures": """
        stack = lambda x: x
        for f in reversed(self.filters): stack = (lambda f, inner: lambda x: f(inner(x)))(f, stack)
        self.stack = stack
""",
    "a tuple": """
        copy = tuple(self.filters)
        self.stack = Stack(copy)
""",
    "a dict": """
        self.stack = Stack({f.__name__: f for f in self.filters}.values())
""",
    "links": """
        self.stack = None
        for f in reversed(self.filters): self.stack = Link(f, self.stack)
""",
}
LIBRARY = """
class Stack:
    def __init__(self, filters): self.filters = filters
    def __call__(self, x):
        for f in [*self.filters][::-1]: x = f(x)
        return x
class Link:
    def __init__(self, f, rest): self.f, self.rest = f, rest
    def __call__(self, x): return self.f(self.rest(x) if self.rest else x)
class App:
    def __init__(self): self.filters, self.stack = [], None
    def filter(self, f): self.filters.append(f); return f
    def __call__(self, x):
        if self.stack is None: self.build()
        return self.stack(x)
    def build(self):
"""
MAIN = """
from library import App
app = App()
@app.filter
def first(x): return x + "1"
@app.filter
def second(x): return x + "2"
TABLE = {"second": second, "all": [first, second]}
"""
EDITS = {
    "one goes": ("@app.filter\ndef first", "def first", "RESTART"),
    "one comes": ("TABLE", "@app.filter\ndef third(x): return x + '3'\nTABLE", "RESTART"),
    "one has another name": ("def second", "def zwei", "RESTART"),
    "one gets a parameter": ("first(x)", "first(x, y=1)", "PATCH"),
    "a body changes": ('+ "1"', '+ "one"', "PATCH"),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("is_asked", [True, False], ids=["asked", "not asked"])
@drive
async def test_what_was_built_of_registrations_follows_them(build, edit, is_asked):
    old, new, tier = EDITS[edit]
    library = f"{LIBRARY}{BUILDS[build]}"
    main = MAIN.replace("first, second]", "first]") if "name" in edit else MAIN
    main = main.replace('"second": second, ', "") if "name" in edit else main
    async with running(library=library, main=main.replace(old, new)) as app:
        fresh = app["main.py"].app("x")
    async with running(library=library, main=main) as app:
        if is_asked:
            app["main.py"].app("x")
        report = await app.edit("main.py", old, new)
        assert app["main.py"].app("x") == fresh
        # before the first request nothing was built: no reason to start again
        wanted = tier if is_asked else "PATCH"
        assert {tier for _, tier in tiers(report)} == {wanted}
