"""The measurement as a picture: one group of bars a scenario."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _LABEL, _BAR, _GAP = 760, 250, 13, 16
_COLOURS = {"hmr-server": "#2563eb", "floor": "#94a3b8", "Vite": "#a855f7", "Bun": "#f59e0b"}


def plot(medians: Mapping[str, Mapping[str, float]], title: str) -> str:
    """An SVG of medians, each group on a scale of its own.

    Args:
        medians: By scenario and server, in the scenario's unit.
        title: Above it: what, when, where.
    """
    rows: list[str] = []
    y = 44
    for scenario, found in medians.items():
        most = max(found.values(), default=1) or 1
        rows.append(_text(_LABEL - 12, y + _BAR * len(found) / 2 + 4, scenario, "end"))
        for name, value in found.items():
            width = max(1.0, (_WIDTH - _LABEL - 170) * value / most)
            colour = _COLOURS.get(name, "#64748b")
            rows.append(
                f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="{_BAR - 2}" fill="{colour}" rx="2"/>'
            )
            rows.append(_text(_LABEL + width + 6, y + _BAR - 3, f"{value:,.1f}  {name}", "start"))
            y += _BAR
        y += _GAP
    return _document(rows, title, y)


def _document(rows: Sequence[str], title: str, height: float) -> str:
    style = "font: 11px ui-sans-serif, system-ui, sans-serif; background: #fff"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" style="{style}">'
    )
    heading = f'<text x="12" y="24" font-size="13" font-weight="600">{escape(title)}</text>'
    back = f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([head, back, heading, *rows, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#0f172a">{escape(text)}</text>'
    )
