"""The plot of `bench.pipeline`: CPU a page by part beside the floor, and latency by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
from matplotlib import pyplot

from bench.pipeline.latency import STEPS
from bench.pipeline.report import Measured

#: Tells eight parts apart, also for people who do not see red and green (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#999999", "#F0E442")
_FLOOR_COLOUR = "#444444"


def draw(measured: Measured, place: Path) -> None:
    """Write the plot to `place`."""
    figure, (cpu, latency) = pyplot.subplots(1, 2, figsize=(12, 5), layout="constrained")
    _cpu(cpu, measured)
    _latency(latency, measured)
    figure.savefig(place, dpi=110)
    pyplot.close(figure)


def _cpu(axes: Any, measured: Measured) -> None:
    floor, ours = measured.floor, measured.ours
    axes.bar("bare engine", floor, 0.6, color=_FLOOR_COLOUR, label="bare engine")
    axes.text(0, floor, f"{floor:.3f}", ha="center", va="bottom")
    bottom = 0.0
    # The largest part first, so that what is on top of the recognition stands on top.
    parts = sorted(measured.by_stage.items(), key=lambda part: -part[1])
    for (name, seconds), colour in zip(parts, _COLOURS, strict=False):
        label = f"{name} {1000 * seconds:.1f} ms"
        axes.bar("Chancery", seconds, 0.6, bottom=bottom, color=colour, label=label)
        bottom += seconds
    axes.text(1, ours, f"{ours:.3f}  (x {ours / floor:.2f})", ha="center", va="bottom")
    servers = measured.by_server
    bottom = 0.0
    for (name, seconds), hatch in zip(servers.items(), ("//", "xx"), strict=False):
        label = f"{name} {1000 * seconds:.1f} ms"
        axes.bar(
            "servers", seconds, 0.6, bottom=bottom, color="white", edgecolor="#666666", hatch=hatch, label=label
        )
        bottom += seconds
    axes.text(2, bottom, f"{bottom:.3f}", ha="center", va="bottom")
    axes.hlines(floor, -0.5, 2.4, color=_FLOOR_COLOUR, linewidth=0.8, linestyle="--")
    axes.set_ylim(0, max(ours, floor) * 1.12)
    axes.set_xlim(-0.5, 4.4)  # room for the legend
    axes.set_ylabel("CPU seconds a page")
    axes.set_title(f"CPU a page, {measured.pages} scanned pages, {len(measured.rounds)} rounds")
    axes.legend(loc="upper right", fontsize=9, frameon=False)


def _latency(axes: Any, measured: Measured) -> None:
    for row, one in enumerate(measured.latency.values()):
        left = 0.0
        for step, colour in zip(STEPS, _COLOURS, strict=False):
            seconds = one.by_step[step]
            axes.barh(row, seconds, 0.4, left=left, color=colour, label=step if row == 0 else None)
            if seconds > 0.07 * max(each.p95 for each in measured.latency.values()):
                axes.text(left + seconds / 2, row, f"{1000 * seconds:.0f}", ha="center", va="center", color="white")
            left += seconds
        axes.plot([one.p95], [row], "k|", markersize=40)
        axes.text(0, row + 0.22, f" p50 {one.p50:.2f} s, p95 {one.p95:.2f} s", ha="left", va="bottom")
    kinds = [kind.replace("_", " ") for kind in measured.latency]
    axes.set_yticks(range(len(kinds)), kinds)
    axes.set_ylim(-0.5, len(kinds) + 0.1)
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds since the upload began")
    axes.set_title("One page on an idle stack: median by step (ms), | = p95")
    axes.legend(loc="upper center", ncols=4, fontsize=9, frameon=False)
