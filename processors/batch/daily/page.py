"""A day's report as one HTML page that loads nothing and runs nothing; its plots are SVG and described in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processors.batch.report_page import MOST_BARS, plot, templates

#: The ends, in the order in which they are drawn.
STATES = ("result", "review", "quarantined", "dead_letter")


def page(figures: Mapping[str, Any]) -> str:
    """The page; of one agency where the figures name one."""
    environment = templates("processors.batch.daily")
    environment.filters |= {"lasted": lasted, "percent": percent}
    rows = figures["by_type"] if "agency" in figures else figures["by_agency"]
    ends = [(_name(one), [one["states"].get(state, 0) for state in STATES]) for one in rows[:MOST_BARS]]
    reviews = [
        (_name(one), [one["decided"] - one["corrected"], one["corrected"]])
        for one in figures["by_type"][:MOST_BARS]
        if one["decided"]
    ]
    return environment.get_template("day.html.j2").render(
        figures=figures,
        states=STATES,
        ends=plot(ends, STATES, "How documents ended"),
        reviews=plot(reviews, ("confirmed", "corrected"), "What people did when they were asked"),
    )


def lasted(seconds: float | None) -> str:
    """A duration for people."""
    if seconds is None:
        return ""
    for limit, unit, length in ((120, "s", 1), (7_200, "min", 60), (172_800, "h", 3_600)):
        if seconds < limit:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds / 86_400:.3g} d"


def percent(share: float | None) -> str:
    """A share for people."""
    return "" if share is None else f"{100 * share:.1f} %"


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['agency']}, {one['type'] or '(none)'}" if "type" in one else str(one["agency"])
