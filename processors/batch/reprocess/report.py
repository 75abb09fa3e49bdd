"""The report as one HTML page that loads nothing and runs nothing; its plots are SVG and described in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from processors.batch.report_page import MOST_BARS, plot, templates

#: What became of values, in the order in which it is drawn.
KINDS = ("same", "changed", "appeared", "vanished")


def page(figures: Mapping[str, Any]) -> str:
    """The page; of one agency where there are "examples", which hold text of its documents."""
    names = sorted({(one["agency"], one["type"]) for one in figures["fields"]})
    groups = [
        (f"{kind}, {agency}", rows := _rows(figures, agency, kind), _plot(f"{kind}, {agency}", rows))
        for agency, kind in names
    ]
    return (
        templates("processors.batch.reprocess")
        .get_template("report.html.j2")
        .render(
            figures=figures, groups=groups, ends=_ends(figures), examples=figures.get("examples", ()), kinds=KINDS
        )
    )


def _rows(figures: Mapping[str, Any], agency: str, kind: str) -> list[Mapping[str, Any]]:
    return [one for one in figures["fields"] if (one["agency"], one["type"]) == (agency, kind)]


def _plot(title: str, rows: list[Mapping[str, Any]]) -> Markup:
    bars = [(one["field"], [one[name] for name in KINDS]) for one in rows[:MOST_BARS]]
    return plot(bars, KINDS, f"{title}: what became of values")


def _ends(figures: Mapping[str, Any]) -> Markup:
    """How documents ended before, and of those how they end now."""
    states = sorted({one["new"] for one in figures["ends"]})
    sums: dict[str, dict[str, int]] = {}
    for one in figures["ends"]:
        row = sums.setdefault(one["old"], dict.fromkeys(states, 0))
        row[one["new"]] += one["documents"]
    bars = [(old, list(row.values())) for old, row in sorted(sums.items())]
    return plot(bars, states, "How documents ended before, and how they end now")
