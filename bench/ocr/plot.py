"""The plot of `bench.ocr`: CPU by tool as a multiple of the floor, word F1 by group beside the bare engine's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
from matplotlib import pyplot

from bench.ocr import accuracy
from bench.ocr.measured import OURS, Measured
from bench.ocr.turns import FLOOR

#: Told apart also by people who do not see red and green (Okabe and Ito).
_OURS, _PEERS, _FLOOR, _TOLD = "#0072B2", "#E69F00", "#444444", "#BBBBBB"
_LABELS = {
    accuracy.OURS: "ours",
    accuracy.PLAIN: "bare engine, English",
    accuracy.TOLD: "bare engine, told the language",
}
_COLOURS = {accuracy.OURS: _OURS, accuracy.PLAIN: _FLOOR, accuracy.TOLD: _TOLD}


def draw(measured: Measured, place: Path) -> None:
    """Write the plot to `place`."""
    figure, (cost, read) = pyplot.subplots(1, 2, figsize=(14, 5.5), layout="constrained")
    _cost(cost, measured)
    _accuracy(read, measured)
    figure.savefig(place, dpi=110)
    pyplot.close(figure)


def _cost(axes: Any, measured: Measured) -> None:
    rows = sorted(measured.compared, key=lambda row: -row.ratio)
    for place, row in enumerate(rows):
        colour = _OURS if row.name.startswith(OURS) else _FLOOR if row.name.startswith(FLOOR) else _PEERS
        around = [[row.ratio - min(row.ratios)], [max(row.ratios) - row.ratio]]
        axes.barh(place, row.ratio, 0.62, color=colour, xerr=around, ecolor="#222222", capsize=3)
        axes.text(max(row.ratios) + 0.03, place, f"{row.ratio:.2f}", va="center")
    axes.set_yticks(range(len(rows)), [f"{row.name}\n{row.engine}" for row in rows], fontsize=9)
    axes.axvline(1.0, color=_FLOOR, linewidth=1.0, linestyle="--")
    axes.set_xlim(0, 1.15 * max((max(row.ratios) for row in rows), default=1.0))
    axes.set_xlabel("CPU a page, times the bare engine (dashed); marks: least and most of the rounds")
    axes.set_title(f"{measured.pages} scanned pages, {measured.rounds} rounds, one thread")


def _accuracy(axes: Any, measured: Measured) -> None:
    table = accuracy.table(measured.scores, lambda one: one.word_f1)
    counts = accuracy.counts(measured.scores)
    seen: set[str] = set()
    for place, by_tool in enumerate(table.values()):
        width = 0.8 / len(by_tool)
        for index, (tool, value) in enumerate(by_tool.items()):
            at = place - 0.4 + width * (index + 0.5)
            label = None if tool in seen else _LABELS[tool]
            seen.add(tool)
            axes.bar(at, value, 0.92 * width, color=_COLOURS[tool], label=label)
            axes.text(
                at,
                value + 0.01,
                f"{value:.2f}",
                ha="center",
                va="bottom",
                fontsize=7,
                rotation=90 * (len(by_tool) > 2),
            )
    names = [f"{group.replace('_', ' ')}\nn={counts[group][0]}" for group in table]
    axes.set_xticks(range(len(names)), names, rotation=30, fontsize=9)
    axes.set_ylim(0, 1.18)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_ylabel("word F1")
    axes.set_title("Words read right, by group of pages")
    if seen:
        axes.legend(loc="upper center", ncols=3, fontsize=9, frameon=False)
