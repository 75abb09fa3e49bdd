"""The report: one HTML page that loads nothing and runs nothing, and the same figures as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bench.faults import plot
from bench.faults.reading import Told, total

#: What every judged run counts.
COUNTS = ("documents", "lost", "doubled", "ends_without_input", "repeated_events", "altered", "uncommitted_copies")
#: Shown in places of their own.
_APART = frozenset({*COUNTS, "seed", "ends", "points", "kills_by_stage"})


def summary(told: Sequence[Told]) -> dict[str, Any]:
    """The figures of all faults together; controls are not in them."""
    by_stage: Counter[str] = Counter()
    quarantined: Counter[str] = Counter()
    for one in told:
        if not one.control:
            by_stage.update(one.figures.get("kills_by_stage", {}))
            quarantined.update(one.figures.get("quarantined", {}))
    stalls = [one.figures["longest_stall_seconds"] for one in told if "longest_stall_seconds" in one.figures]
    return {
        "tests": {
            outcome: sum(one.outcome == outcome for one in told) for outcome in ("held", "failed", "skipped")
        },
        "controls": sum(one.control for one in told),
        **{name: total(told, name) for name in COUNTS},
        "kills": total(told, "kills"),
        "kills_by_stage": dict(by_stage),
        "server_kills": total(told, "server_kills") + total(told, "store_kills"),
        "longest_stall_seconds": max(stalls, default=None),
        "quarantined": dict(quarantined),
        "lost_without_the_reconciler": sum(one.figures.get("lost_without_the_reconciler", 0) for one in told),
        "doubled_in_controls": sum(one.figures.get("doubled", 0) for one in told if one.control),
    }


def to_json(told: Sequence[Told], about: Mapping[str, str]) -> dict[str, Any]:
    """What goes into `faults.json`."""
    return {
        "bench": "faults",
        **about,
        "summary": summary(told),
        "tests": [
            {
                "fault": one.fault,
                "test": one.test,
                "control": one.control,
                "outcome": one.outcome,
                **({"reason": one.reason} if one.reason else {}),
                "seconds": round(one.seconds, 1),
                "figures": one.figures,
            }
            for one in told
        ],
    }


def page(told: Sequence[Told], about: Mapping[str, str]) -> str:
    """The page for people."""
    environment = Environment(
        loader=PackageLoader("bench.faults", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ordered = sorted(told, key=lambda one: one.fault)
    found = summary(told)
    return environment.get_template("report.html.j2").render(
        about=about,
        found=found,
        counts=COUNTS,
        faults=[(fault, list(each)) for fault, each in groupby(ordered, lambda one: one.fault)],
        others={one.test: _others(one) for one in told},
        plots=[(name, Markup(drawn)) for name, drawn in _plots(told, found)],
    )


def _plots(told: Sequence[Told], found: Mapping[str, Any]) -> list[tuple[str, str]]:
    points: Counter[str] = Counter()
    for one in told:
        points.update(one.figures.get("points", {}))
    stalls = [
        (one.test.partition("::")[0].removeprefix("test_").replace("_", " "), float(seconds))
        for one in told
        for name in ("longest_stall_seconds", "longest_until_flowing_seconds", "flowing_again_after_seconds")
        if isinstance(seconds := one.figures.get(name), int | float)
    ]
    drawn = [("Lost and doubled documents: with every guard, and with one off", plot.lost_and_doubled(told))]
    if found["kills_by_stage"]:
        drawn.append(("Kills by stage and place", plot.kills(points, found["kills_by_stage"])))
    if stalls:
        drawn.append(("Longest time without any end, by run", plot.stalls(stalls)))
    return drawn


def _others(one: Told) -> list[tuple[str, str]]:
    """The figures that have no column of their own, in words."""
    return [
        (name.replace("_", " "), _words(value))
        for name, value in one.figures.items()
        if name not in _APART and value not in ([], {}, None)
    ]


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(_words(each) for each in value)
    return str(value)
