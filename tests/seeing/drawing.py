"""A dashboard drawn from Prometheus' answers, where there is no Grafana: the same panels in the same places."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
from matplotlib import dates, pyplot
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec
from PIL import Image

from tests.seeing.files import Json, panels

#: Told apart also by people who do not see red and green (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#444444")
#: Lines that are named; a legend of more is longer than the picture.
_MOST = 8
_INCHES = 0.26
_TONES = 200

#: what a line is called, and its points in time and values
Line = tuple[str, list[float], list[float]]


def draw(page: Json, answers: dict[int, list[Line]], file: Path) -> None:
    """Write a picture of a dashboard.

    Args:
        page: its JSON
        answers: by the panel's id
        file: PNG
    """
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in page["panels"])
    figure = pyplot.figure(figsize=(16, rows * _INCHES + 0.6))
    grid = GridSpec(
        rows, 24, figure, left=0.03, right=0.99, top=1 - 0.6 / (rows * _INCHES), bottom=0.01, wspace=4, hspace=4
    )
    figure.suptitle(page["title"], x=0.03, ha="left", fontsize=15, fontweight="bold")
    for panel in page["panels"]:
        place = panel["gridPos"]
        cell = grid[place["y"] : place["y"] + place["h"], place["x"] : place["x"] + place["w"]]
        axes = figure.add_subplot(cell)
        if panel["type"] == "row":
            axes.axis("off")
            axes.text(
                0, 0.9, panel["title"], fontsize=11, fontweight="bold", color="#555555", transform=axes.transAxes
            )
        else:
            _panel(axes, panel, answers[panel["id"]])
    figure.savefig(file, dpi=75)
    pyplot.close(figure)
    with Image.open(file) as drawn:
        # Few colours are in it, and a third of the bytes will do.
        small = drawn.convert("RGB").quantize(_TONES)
    small.save(file, optimize=True)


def _panel(axes: Axes, panel: Json, lines: list[Line]) -> None:
    axes.set_title(panel["title"], fontsize=8.5, loc="left")
    if not lines:
        axes.axis("off")
        axes.text(0.5, 0.5, "nothing to show", fontsize=8, color="#999999", ha="center", transform=axes.transAxes)
    elif panel["type"] == "timeseries":
        _over_time(axes, panel, lines)
    else:
        axes.axis("off")
        told = "\n".join(f"{name}   {_said(values[-1], _unit(panel))}" for name, _, values in lines[:_MOST])
        size = 20 if panel["type"] == "stat" else 9
        axes.text(0.02, 0.6, told, fontsize=size, transform=axes.transAxes)


def _over_time(axes: Axes, panel: Json, lines: list[Line]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    scale = 100 if defaults["unit"] == "percentunit" else 1
    stacked = defaults["custom"]["stacking"]["mode"] == "normal"
    if stacked:
        at = sorted({moment for _, moments, _ in lines for moment in moments})
        known = [dict(zip(moments, values, strict=True)) for _, moments, values in lines]
        layers = [[one.get(moment, 0.0) * scale for moment in at] for one in known]
        names = [name if number < _MOST else "_" for number, (name, _, _) in enumerate(lines)]
        colours = [_COLOURS[number % len(_COLOURS)] for number in range(len(lines))]
        axes.stackplot([_day(moment) for moment in at], *layers, labels=names, colors=colours, alpha=0.8)
    else:
        for number, (name, moments, values) in enumerate(lines):
            axes.plot(
                [_day(moment) for moment in moments],
                [value * scale for value in values],
                color=_COLOURS[number % len(_COLOURS)],
                linewidth=1,
                label=name if number < _MOST else "_",
            )
    axes.set_ylim(bottom=0)
    axes.set_ylabel(_unit(panel), fontsize=6.5, labelpad=1)
    axes.tick_params(labelsize=6.5, length=2, pad=1)
    axes.xaxis.set_major_locator(dates.MinuteLocator())  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))  # type: ignore[no-untyped-call]
    axes.grid(color="#eeeeee")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=6, loc="upper left", framealpha=0.6, borderpad=0.2, labelspacing=0.2)


def _unit(panel: Json) -> str:
    unit = str(panel["fieldConfig"]["defaults"]["unit"])
    return {"s": "s", "percentunit": "%", "short": ""}.get(unit, unit.removeprefix("suffix: "))


def _said(value: float, unit: str) -> str:
    return f"{value:.3g} {unit}".strip()


def _day(moment: float) -> float:
    """Days since 1970, which is how pictures of time are counted."""
    return moment / 86_400


def name_of(legend: str, labels: dict[str, str]) -> str:
    """What a line is called, as Grafana puts it together."""
    if not legend:
        return ", ".join(f"{name} {value}" for name, value in sorted(labels.items()) if name != "__name__")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), legend)


def asked(page: Json) -> dict[int, list[Json]]:
    """The queries of a dashboard, by the panel's id."""
    return {panel["id"]: panel["targets"] for panel in panels(page)}
