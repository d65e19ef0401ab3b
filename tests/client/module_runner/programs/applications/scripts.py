"""Scripts that compute at import, from tables and from other modules."""

from ..program import Program

PROGRAMS = [
    Program(
        "i18n_tables",
        {
            "main.py": """\
import i18n
from i18n import _, ngettext
TITLE = _("title"); MANY = ngettext("file", 3)
MENU = [(k, _(k)) for k in ("open", "close")]
class Page:
    heading = _("title")
    def show(self): return self.heading + _("open")
SHOWN = Page().show()
""",
            "i18n/__init__.py": """\
from . import en, de
CATALOGS = {m.__name__.rpartition(".")[2]: m.T for m in (en, de)}
LANG = "de"
FALLBACK = "en"
def _(k):
    for l in (LANG, FALLBACK):
        if k in CATALOGS[l]: return CATALOGS[l][k]
    return k
def ngettext(k, n): return PLURAL[LANG](n, _(k))
PLURAL = {"de": lambda n, w: f"{n} {w}en", "en": lambda n, w: f"{n} {w}s"}
""",
            "i18n/en.py": """\
T = {"title": "Title", "open": "Open", "close": "Close", "file": "file"}
""",
            "i18n/de.py": """\
T = {"title": "Titel", "open": "Oeffnen", "file": "Datei"}
""",
        },
        [
            [("i18n/de.py", '"Titel"', '"Ueberschrift"')],
            [("i18n/en.py", '"Close"', '"Shut"')],
            [("i18n/__init__.py", 'LANG = "de"', 'LANG = "en"')],
            [("i18n/de.py", ', "file": "Datei"', "")],
        ],
        ["[TITLE, MANY, MENU, SHOWN]", "Page().show()"],
    ),
    Program(
        "pipeline_at_import",
        {
            "main.py": r"""import csv, io, collections, itertools
from source import DATA, clean, STEPS
rows = list(csv.DictReader(io.StringIO(DATA)))
for step in STEPS: rows = [step(dict(r)) for r in rows]
by = collections.defaultdict(list)
for r in rows: by[r["k"]].append(r["v"])
totals = {k: sum(v) for k, v in by.items()}
top = max(totals, key=totals.get)
groups = {k: len(list(g)) for k, g in itertools.groupby(sorted(rows, key=lambda r: r["k"]), key=lambda r: r["k"])}
report = "\n".join(f"{k}={v:>3}" for k, v in sorted(totals.items()))
assert all(isinstance(v, int) for v in totals.values()), "bad"
del rows
""",
            "source.py": r'''DATA = """k,v
a,1
b,2
a,3
"""
FACTOR = 1
def clean(r): r["v"] = int(r["v"]); return r
def scale(r): r["v"] *= FACTOR; return r
STEPS = [clean, scale]
''',
        },
        [
            [("source.py", "b,2", "b,20")],
            [("source.py", "FACTOR = 1", "FACTOR = 10")],
            [("source.py", "[clean, scale]", "[clean]")],
            [("main.py", "v:>3", "v:<3")],
            [("main.py", "max(totals", "min(totals")],
        ],
        ["[totals, top, groups, report, dict(by)]"],
    ),
    Program(
        "notebook_script",
        {
            "main.py": """\
# %% cell 1
import math
data = [1, 2, 3, 4]
scale = 2
# %% cell 2
data = [x * scale for x in data]
mean = sum(data) / len(data)
data.append(mean)
# %% cell 3
_ = data.sort(reverse=True)
best, *rest = data
fig = {"title": f"mean {mean:.1f}", "points": list(zip(range(9), data))}
if __name__ == "__main__":
    fig["main"] = True
    total = sum(rest)
    print(fig)
# %% cell 4
def summary(): return best, total, fig["title"]
text = summary()
""",
        },
        [
            [("main.py", "scale = 2", "scale = 3")],
            [("main.py", "data = [1, 2, 3, 4]", "data = [5, 6]")],
            [("main.py", "reverse=True", "reverse=False")],
            [("main.py", 'fig["main"] = True', 'fig["main"] = 1')],
            [("main.py", "data.append(mean)", "")],
        ],
        ["[data, mean, best, rest, fig, total, text]"],
    ),
]
