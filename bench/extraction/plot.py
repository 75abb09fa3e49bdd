"""The plot of `bench.extraction`: micro-F1 by set with intervals, risk by coverage, learning from few."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
from matplotlib import pyplot

from bench.extraction.measured import Measured
from processors.forge.evaluation import confidence, figures

#: Told apart also by people who do not see red and green (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")


def draw(measured: Measured, line: Mapping[str, Any], place: Path) -> None:
    """Write the plot to `place`."""
    shots = line["few_shot"] or {}
    figure, axes = pyplot.subplots(1, 3 if shots else 2, figsize=(17 if shots else 12, 5), layout="constrained")
    _accuracy(axes[0], line)
    _risk(axes[1], measured)
    if shots:
        _few(axes[2], shots)
    figure.savefig(place, dpi=110)
    pyplot.close(figure)


def _accuracy(axes: Any, line: Mapping[str, Any]) -> None:
    names = list(line["sets"])
    for shift, key, colour, label in (
        (-0.2, "micro_f1", _COLOURS[0], "all labelled fields"),
        (0.2, "micro_f1_legible", _COLOURS[1], "fields that recognition read"),
    ):
        for place, name in enumerate(names):
            one = line["sets"][name][key]
            if one is None:
                continue
            around = [[one["value"] - one["low"]], [one["high"] - one["value"]]]
            axes.bar(
                place + shift,
                one["value"],
                0.38,
                color=colour,
                yerr=around,
                capsize=3,
                label="" if place else label,
            )
            axes.text(place + shift, 0.02, f"{one['value']:.2f}", ha="center", color="white")
    told = [f"{name}\n{line['sets'][name]['measure']}, n={line['sets'][name]['documents']}" for name in names]
    axes.set_xticks(range(len(names)), told)
    axes.set_ylim(0, 1.12)
    axes.set_ylabel("micro-F1, 95 % interval")
    axes.set_title(f"Values read right ({line['how']} models)")
    axes.legend(loc="upper center", ncols=2, fontsize=9, frameon=False)


def _risk(axes: Any, measured: Measured) -> None:
    for (name, mine), colour in zip(measured.sets.items(), _COLOURS, strict=False):
        points = confidence.curve(figures.beliefs(mine))
        axes.step([p.coverage for p in points], [p.risk for p in points], where="post", color=colour, label=name)
    axes.axhline(confidence.BEARABLE, color="#444444", linestyle="--", linewidth=1)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, None)
    axes.set_xlabel("share of values released, the surest first")
    axes.set_ylabel("share of wrong values among them")
    axes.set_title("Risk by coverage (dashed: 1 %)")
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=9, frameon=False)


def _few(axes: Any, shots: Mapping[str, Mapping[str, Any]]) -> None:
    for (name, by_size), colour in zip(shots.items(), _COLOURS, strict=False):
        rows = [(int(size), one) for size, one in by_size.items() if one]
        values = [one["value"] for _, one in rows]
        around = [[one["value"] - one["low"] for _, one in rows], [one["high"] - one["value"] for _, one in rows]]
        axes.errorbar(
            [size for size, _ in rows], values, yerr=around, color=colour, marker="o", capsize=3, label=name
        )
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("documents that were learned from")
    axes.set_ylabel("micro-F1")
    axes.set_title("Learned from few documents")
    axes.legend(fontsize=9, frameon=False)
