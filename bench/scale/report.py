"""What a run of `bench.scale` measured: as one JSON object, as a table, as a Markdown file, as a plot."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # before pyplot looks for a screen
from matplotlib import pyplot
from rich.table import Table

from bench.scale.long_document import LongRun
from bench.scale.throughput import Turn

_MIB = 2**20


@dataclass(frozen=True)
class Scaled:
    """One run."""

    pages: int
    turns: Sequence[Turn]
    long: LongRun

    def throughput(self, workers: int) -> float:
        """Pages a second, the median of the turns."""
        return statistics.median(turn.pages_per_second for turn in self.turns if turn.workers == workers)

    def to_json(self) -> dict[str, Any]:
        """The line for machines."""
        waits = [wait for _, wait in self.long.singles]
        return {
            "bench": "scale",
            "pages": self.pages,
            "pages_per_second": {str(n): round(self.throughput(n), 3) for n in (1, 2)},
            "ratio_1_to_2_workers": round(self.throughput(2) / self.throughput(1), 3),
            "long": {
                "pages": self.long.pages,
                "scanned": self.long.scans,
                "seconds": round(self.long.seconds, 1),
                "first_range_read_after": round(self.long.first_read, 1),
                "last_range_read_after": round(self.long.last_read, 1),
                "peak_mib_first_third": round(self.long.peak(0, 1 / 3) / _MIB),
                "peak_mib_last_third": round(self.long.peak(2 / 3, 1) / _MIB),
                "singles": len(waits),
                "single_p50": round(statistics.median(waits), 2) if waits else None,
                "single_max": round(max(waits), 2) if waits else None,
            },
        }


def rows(scaled: Scaled) -> list[tuple[str, str]]:
    """The table: what, and how much."""
    told = scaled.to_json()
    long = told["long"]
    return [
        ("scanned pages a turn", str(scaled.pages)),
        *((f"pages a second, {n} OCR worker{'s' * (n > 1)}", f"{scaled.throughput(n):.2f}") for n in (1, 2)),
        ("throughput, 2 workers to 1", f"{told['ratio_1_to_2_workers']:.2f}"),
        ("long document", f"{long['pages']} pages, {long['scanned']} of them scanned, {long['seconds']:.0f} s"),
        ("its first range was read after", f"{long['first_range_read_after']:.1f} s"),
        ("its last range was read after", f"{long['last_range_read_after']:.1f} s"),
        (
            "most memory of one OCR worker, first third and last third",
            f"{long['peak_mib_first_third']} and {long['peak_mib_last_third']} MiB",
        ),
        (
            f"one page sent meanwhile, n={long['singles']}",
            f"p50 {long['single_p50']} s, longest {long['single_max']} s",
        ),
    ]


def table(scaled: Scaled) -> Table:
    """For the terminal."""
    drawn = Table("what", "measured", title="bench.scale")
    for what, value in rows(scaled):
        drawn.add_row(what, value)
    return drawn


def markdown(scaled: Scaled, date: str, command: str, surroundings: Mapping[str, str]) -> str:
    """The file beside the plot."""
    return "\n".join(
        (
            "# bench.scale",
            "",
            f"{date}, `{command}`",
            "",
            *(f"- {name}: {value}" for name, value in surroundings.items()),
            "",
            "Throughput is that of the OCR workers while all of them have work, Kafka and MinIO on the same cores, "
            "the other stages not running. Memory is the proportional set size of a worker with child and fork, "
            "looked at four times a second.",
            "",
            "| what | measured |",
            "|---|---|",
            *(f"| {what} | {value} |" for what, value in rows(scaled)),
            "",
            "![A long document: progress, memory, and single pages sent meanwhile](scale.png)",
            "",
        )
    )


def draw(scaled: Scaled, place: Path) -> None:
    """Write the plot to `place`."""
    long = scaled.long
    figure, (progress, memory, singles) = pyplot.subplots(
        3, 1, figsize=(10, 8), sharex=True, layout="constrained", height_ratios=(2, 2, 1)
    )
    ranges = len(long.progress)
    progress.plot([at for at, _ in long.progress], [100 * n / ranges for _, n in long.progress], color="#0072B2")
    progress.set_ylabel("% of the ranges read")
    progress.set_title(f"{long.pages} pages in one document, {long.scans} of them scanned")
    names = sorted({name for _, sample in long.memory for name in sample})
    for name, colour in zip(names, ("#E69F00", "#009E73", "#CC79A7", "#56B4E9"), strict=False):
        at = [when for when, sample in long.memory if name in sample]
        memory.plot(
            at, [sample[name] / _MIB for _, sample in long.memory if name in sample], color=colour, label=name
        )
    memory.set_ylim(bottom=0)
    memory.set_ylabel("MiB of a worker")
    memory.legend(frameon=False, ncols=4, loc="lower right")
    singles.vlines(
        [at for at, _ in long.singles], 0, [wait for _, wait in long.singles], color="#D55E00", linewidth=3
    )
    singles.set_ylim(bottom=0)
    singles.set_ylabel("seconds for\none page")
    singles.set_xlabel("seconds since the upload")
    figure.savefig(place, dpi=110)
    pyplot.close(figure)
