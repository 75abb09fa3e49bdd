"""Stacked bars as SVG text, for a page that loads nothing; described in words for those who do not see them."""

from __future__ import annotations

import html
from collections.abc import Sequence

#: told apart also by people who do not see red and green (Okabe and Ito)
_COLOURS = ("#b8c4cc", "#0072b2", "#e69f00", "#b3440e", "#5d3a9b")
#: pixels: of the names, of a whole bar, from bar to bar, and above the first
_LEFT, _WIDTH, _STEP, _TOP = 230, 420, 26, 34


def stacked(rows: Sequence[tuple[str, Sequence[int]]], parts: Sequence[str], title: str) -> str:
    """Bars of one length, each cut into the shares of its parts.

    Args:
        rows: a name, and counts in the order of `parts`
        parts: their names
        title: of the plot
    """
    drawn, told = [_legend(parts)], []
    for number, (name, counts) in enumerate(rows):
        y, x, whole = _TOP + _STEP * number, float(_LEFT), sum(counts) or 1
        drawn.append(f'<text x="{_LEFT - 8}" y="{y + 12}" text-anchor="end">{html.escape(name)}</text>')
        for part, count in enumerate(counts):
            width = _WIDTH * count / whole
            drawn.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="16" fill="{_COLOURS[part % 5]}"/>')
            x += width
        drawn.append(f'<text x="{_LEFT + _WIDTH + 8}" y="{y + 12}">{sum(counts):,}</text>')
        told.append(f"{name}: {', '.join(f'{n} {part}' for n, part in zip(counts, parts, strict=True) if n)}")
    width, height = _LEFT + _WIDTH + 90, _TOP + _STEP * len(rows) + 8
    label = html.escape(f"{title}. {'; '.join(told) or 'nothing was compared'}", quote=True)
    return (
        f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" fill="#1a1a1a" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(drawn)}</svg>"
    )


def _legend(parts: Sequence[str]) -> str:
    marks = []
    for number, part in enumerate(parts):
        x = _LEFT + 110 * number
        marks.append(f'<rect x="{x}" y="8" width="12" height="12" fill="{_COLOURS[number % 5]}"/>')
        marks.append(f'<text x="{x + 17}" y="18">{html.escape(part)}</text>')
    return "".join(marks)
