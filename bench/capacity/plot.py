"""The plots of a simulation, as SVG to be put into a page: lag, workers and latency over time."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
import numpy as np
from matplotlib import pyplot

from bench.capacity import window
from bench.capacity.curve import Floats
from bench.capacity.day import Day
from bench.capacity.events import Seen

#: Told apart also by people who do not see red and green (Okabe and Ito).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
_POINTS = 1500


def day(seen: Day, target: float) -> str:
    """Documents that wait, workers and latency over the day."""
    hours = seen.at / 3600
    figure, (lag, workers, stay) = pyplot.subplots(3, 1, figsize=(8, 7.5), layout="constrained", sharex=True)
    _lines(lag, hours, seen.lag, "documents that wait")
    _lines(workers, hours, seen.workers, "workers")
    if seen.gpus.any():
        workers.plot(*_thin(hours, seen.gpus), color="#444444", linestyle="--", label="GPUs")
        workers.legend(fontsize=8, ncols=3)
    # The stays stand at even places of all that came: when that was, the curve of arrivals tells.
    came = seen.came["live"]
    when = np.interp((np.arange(len(seen.whole)) + 0.5) / len(seen.whole) * came[-1], came, hours)
    stay.plot(*_thin(when, seen.whole), color=_COLOURS[0])
    _target(stay, target)
    stay.set_xlabel("hour of the day in which the document came")
    return _svg(figure)


def burst(seen: Seen, target: float) -> str:
    """The same for the minutes around a burst, with each document's latency."""
    at = np.array(seen.at) / 60
    figure, (lag, workers, stay) = pyplot.subplots(3, 1, figsize=(8, 7.5), layout="constrained", sharex=True)
    _lines(lag, at, {name: np.array(values) for name, values in seen.lag.items()}, "records in work or waiting")
    _lines(workers, at, {name: np.array(values) for name, values in seen.workers.items()}, "workers")
    came = np.array([one.arrived for one in seen.documents if one.lane == "live" and not one.long]) / 60
    took = window.stays(seen)
    every = max(1, len(came) // (4 * _POINTS))
    stay.plot(came[::every], took[::every], ".", markersize=1.5, color=_COLOURS[0], rasterized=True)
    _target(stay, target)
    stay.set_xlabel("minute in which the document came")
    return _svg(figure)


def _lines(axes: Any, at: Floats, named: Mapping[str, Sequence[float] | Floats], label: str) -> None:
    for (name, values), colour in zip(named.items(), _COLOURS, strict=False):
        axes.plot(*_thin(at, np.asarray(values)), color=colour, label=name)
    axes.set_ylabel(label)
    axes.set_yscale("symlog", linthresh=10)
    axes.legend(fontsize=8, ncols=3)


def _target(axes: Any, target: float) -> None:
    axes.axhline(target, color="#444444", linestyle=":", label=f"target {target:g} s")
    axes.set_yscale("log")
    axes.set_ylabel("seconds to the end")
    axes.legend(fontsize=8)


def _thin(at: Floats, values: Floats) -> tuple[Floats, Floats]:
    every = max(1, len(at) // _POINTS)
    return at[::every], values[::every]


def _svg(figure: Any) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return "<svg" + out.getvalue().partition("<svg")[2]
