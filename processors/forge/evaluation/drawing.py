"""Plots as SVG text, for a page that loads nothing; each is described in words for those who do not see it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

#: pixels of a square plot, and around it for the axes
_SIDE, _LEFT, _TOP, _RIGHT, _BOTTOM = 240, 52, 12, 12, 44
#: told apart also by people who do not see red and green (Okabe and Ito), and dark enough on white
LINE, REST, BAD = "#0072b2", "#6b6b6b", "#b3440e"
Pair = tuple[float, float]


def reliability(bins: Sequence[tuple[float, float, int]], title: str) -> str:
    """Precision over confidence; a dot's size grows with the number of values, the diagonal is what should be."""
    most = max((values for _, _, values in bins), default=1)
    dots = [
        f'<circle cx="{_x(c):.1f}" cy="{_y(p):.1f}" r="{3 + 7 * (n / most) ** 0.5:.1f}" fill="{LINE}" '
        f'fill-opacity="0.75"/>'
        for c, p, n in bins
    ]
    told = "; ".join(f"confidence {c:.2f}: {p:.0%} right of {n}" for c, p, n in bins)
    diagonal = _line([(0, 0), (1, 1)], REST, dashed=True)
    return _square(title, told or "nothing was read", [diagonal, *dots], "confidence", "precision")


def risk(curve: Sequence[Pair], bearable: float, title: str) -> str:
    """Share of wrong values over the share that is released, up to the most that is wrong."""
    top = max((y for _, y in curve), default=0.0)
    top = next(limit for limit in (0.05, 0.1, 0.2, 0.5, 1.0) if top <= limit)
    points = [(x, y / top) for x, y in curve]
    limit = _line([(0, bearable / top), (1, bearable / top)], BAD, dashed=True)
    told = "; ".join(f"{x:.0%} released: {y:.1%} wrong" for x, y in curve[:: max(len(curve) // 8, 1)])
    return _square(title, told or "nothing was read", [limit, _line(points, LINE)], "released", "wrong", top)


def bars(rows: Iterable[tuple[str, float, float, float]], title: str) -> str:
    """Figures from 0 to 1 with their intervals, one below the other.

    Args:
        rows: name, figure, low, high
        title: of the plot
    """
    rows = list(rows)
    left, width, step = 230, 420, 26
    height = step * len(rows) + 40
    parts, told = [], []
    for number, (name, value, low, high) in enumerate(rows):
        y = 8 + step * number
        middle = y + 8
        parts += [
            f'<text x="{left - 8}" y="{middle + 4}" text-anchor="end">{html.escape(name)}</text>',
            f'<rect x="{left}" y="{y}" width="{width * value:.1f}" height="16" fill="{LINE}"/>',
            f'<path d="M{left + width * low:.1f} {middle}H{left + width * high:.1f}" stroke="#000"/>',
            f'<text x="{left + width * high + 8:.1f}" y="{middle + 4}">{value:.2f}</text>',
        ]
        told.append(f"{name} {value:.2f} ({low:.2f} to {high:.2f})")
    lines = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = left + width * tick
        lines.append(f'<path d="M{x} 4V{height - 28}" stroke="#ccc" stroke-width="0.7"/>')
        lines.append(f'<text x="{x}" y="{height - 12}" text-anchor="middle">{tick:g}</text>')
    return _picture(left + width + 60, height, title, "; ".join(told), [*lines, *parts])


def _square(title: str, told: str, inside: Sequence[str], across: str, up: str, top: float = 1.0) -> str:
    frame = [
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="#fff" stroke="{REST}"/>',
        *(
            f'<text x="{_x(tick):.0f}" y="{_TOP + _SIDE + 16}" text-anchor="middle">{tick:g}</text>'
            f'<text x="{_LEFT - 6}" y="{_y(tick) + 4:.0f}" text-anchor="end">{tick * top:.3g}</text>'
            for tick in (0, 0.5, 1)
        ),
        f'<text x="{_LEFT + _SIDE / 2}" y="{_TOP + _SIDE + 36}" text-anchor="middle">{across}</text>',
        f'<text transform="translate(14 {_TOP + _SIDE / 2}) rotate(-90)" text-anchor="middle">{up}</text>',
    ]
    return _picture(_LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BOTTOM, title, told, [*frame, *inside])


def _picture(width: float, height: float, title: str, told: str, parts: Sequence[str]) -> str:
    label = html.escape(f"{title}. {told}", quote=True)
    return (
        f'<svg role="img" aria-label="{label}" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="sans-serif" font-size="12" fill="#1a1a1a" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _line(points: Sequence[Pair], colour: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)
