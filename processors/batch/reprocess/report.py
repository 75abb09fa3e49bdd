"""The report as one HTML page that loads nothing and runs nothing; its plots are SVG and described in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processors.batch.reprocess.drawing import stacked

#: What became of values, in the order in which it is drawn.
KINDS = ("same", "changed", "appeared", "vanished")
#: Bars of a plot: of more fields the table tells.
_MOST_BARS = 40


def page(figures: Mapping[str, Any]) -> str:
    """The page; of one agency where there are "examples", which hold text of its documents."""
    # Everything that is put in is escaped; values of documents are untrusted.
    environment = Environment(
        loader=PackageLoader("processors.batch.reprocess", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = sorted({(one["agency"], one["type"]) for one in figures["fields"]})
    groups = [
        (f"{kind}, {agency}", rows := _rows(figures, agency, kind), _plot(f"{kind}, {agency}", rows))
        for agency, kind in names
    ]
    return environment.get_template("report.html.j2").render(
        figures=figures, groups=groups, ends=_ends(figures), examples=figures.get("examples", ()), kinds=KINDS
    )


def _rows(figures: Mapping[str, Any], agency: str, kind: str) -> list[Mapping[str, Any]]:
    return [one for one in figures["fields"] if (one["agency"], one["type"]) == (agency, kind)]


def _plot(title: str, rows: list[Mapping[str, Any]]) -> Markup:
    bars = [(one["field"], [one[name] for name in KINDS]) for one in rows[:_MOST_BARS]]
    # The SVG is our own; its texts are escaped where they are made.
    return Markup(stacked(bars, KINDS, f"{title}: what became of values"))  # noqa: S704


def _ends(figures: Mapping[str, Any]) -> Markup:
    """How documents ended before, and of those how they end now."""
    states = sorted({one["new"] for one in figures["ends"]})
    sums: dict[str, dict[str, int]] = {}
    for one in figures["ends"]:
        row = sums.setdefault(one["old"], dict.fromkeys(states, 0))
        row[one["new"]] += one["documents"]
    bars = [(old, list(row.values())) for old, row in sorted(sums.items())]
    return Markup(stacked(bars, states, "How documents ended before, and how they end now"))  # noqa: S704
