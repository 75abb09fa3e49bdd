"""The plots of the report, as SVG to be put into a page: kills by stage and point, and how long nothing ended."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
from matplotlib import pyplot

from bench.faults.reading import Told

#: Told apart also by people who do not see red and green (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442")


def kills(points: Mapping[str, int], by_stage: Mapping[str, int]) -> str:
    """Kills by stage, the fail points stacked.

    Args:
        points: "stage:point" -> kills
        by_stage: stage -> kills, those from outside included
    """
    figure, axes = pyplot.subplots(figsize=(7, 3.2), layout="constrained")
    names = sorted({name.partition(":")[2] for name in points})
    bottoms = dict.fromkeys(by_stage, 0)
    for point, colour in zip(names, _COLOURS, strict=False):
        counts = [points.get(f"{stage}:{point}", 0) for stage in by_stage]
        axes.bar(list(by_stage), counts, 0.6, bottom=list(bottoms.values()), color=colour, label=point)
        bottoms = {stage: bottoms[stage] + count for stage, count in zip(bottoms, counts, strict=True)}
    rest = [max(0, by_stage[stage] - bottoms[stage]) for stage in by_stage]
    axes.bar(list(by_stage), rest, 0.6, bottom=list(bottoms.values()), color="#999999", label="from outside")
    axes.set_ylabel("kill -9")
    figure.legend(fontsize=8, loc="outside right center")
    return _svg(figure)


def stalls(rows: Sequence[tuple[str, float]]) -> str:
    """The longest time without an end, by fault, in seconds."""
    figure, axes = pyplot.subplots(figsize=(7, 0.5 + 0.35 * max(1, len(rows))), layout="constrained")
    # By place, not by name: two runs of one kind are two bars.
    axes.barh(range(len(rows)), [seconds for _, seconds in rows], color=_COLOURS[0])
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    for at, (_, seconds) in enumerate(rows):
        axes.text(seconds, at, f" {seconds:.1f} s", va="center", fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel("seconds")
    return _svg(figure)


def lost_and_doubled(told: Sequence[Told]) -> str:
    """Lost and doubled documents, with every guard and in the controls."""
    figure, axes = pyplot.subplots(figsize=(4.5, 3.2), layout="constrained")
    for at, (name, control) in enumerate((("guards on", False), ("controls", True))):
        sums = [_sum(told, figure_name, control) for figure_name in ("lost", "doubled")]
        if control:
            sums[0] += sum(int(one.figures.get("lost_without_the_reconciler", 0)) for one in told)
        bars = axes.bar([place + 0.4 * at for place in (0, 1)], sums, 0.36, color=_COLOURS[at], label=name)
        axes.bar_label(bars)
    axes.margins(y=0.12)
    axes.set_xticks([0.2, 1.2], ["lost", "doubled"])
    axes.set_ylabel("documents")
    axes.legend(fontsize=8)
    return _svg(figure)


def _sum(told: Sequence[Told], name: str, control: bool) -> int:
    return sum(int(one.figures.get(name, 0)) for one in told if one.control is control)


def _svg(figure: Any) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return out.getvalue().partition("<svg")[1] + out.getvalue().partition("<svg")[2]
