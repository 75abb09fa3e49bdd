"""What a run of `bench.pipeline` measured: as one JSON object, as a table, as a Markdown file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bench.pipeline.latency import Latency
from bench.pipeline.overhead import Idle, Round

INCLUDED = (
    "Ours is user and system time of the supervisor, every worker and its child, forks that ended included, from "
    "the first upload until 1 s after the last end was readable: rendering, both looks at a page that gave little, "
    "events, objects, ledger, and what the processes use while they wait. Not in it: Kafka and MinIO (shown "
    "apart), starting the processes, the benchmark's own sender and reader. The floor is `SetImageBytes` and "
    "`Recognize` once a page, on pictures rendered before, and nothing else. Nothing is subtracted."
)


@dataclass(frozen=True)
class Measured:
    """One run."""

    documents: int
    rounds: Sequence[Round]
    idle: Idle
    #: CPU seconds until the stack had started and its first documents had ended
    start: Mapping[str, float]
    #: "text_layer", "scan" -> latency
    latency: Mapping[str, Latency]

    @property
    def pages(self) -> int:
        """Pages of one round."""
        return self.rounds[0].pages

    @property
    def by_stage(self) -> dict[str, float]:
        """Part of Chancery -> CPU seconds a page."""
        return _a_page((one.chancery for one in self.rounds), self.pages * len(self.rounds))

    @property
    def by_server(self) -> dict[str, float]:
        """Server -> CPU seconds a page."""
        return _a_page((one.servers for one in self.rounds), self.pages * len(self.rounds))

    @property
    def ours(self) -> float:
        """CPU seconds a page of everything that is Chancery's."""
        return sum(self.by_stage.values())

    @property
    def floor(self) -> float:
        """CPU seconds a page of the bare engine."""
        return sum(one.floor for one in self.rounds) / (self.pages * len(self.rounds))

    @property
    def ratios(self) -> list[float]:
        """Ours to floor, round by round: their spread tells how much to believe."""
        return [sum(one.chancery.values()) / one.floor for one in self.rounds]

    def to_json(self) -> dict[str, Any]:
        """The line for machines; seconds and ratios rounded to what the grain of the clocks allows."""
        return {
            "bench": "pipeline",
            "pages": self.pages,
            "documents": self.documents,
            "rounds": len(self.rounds),
            "cpu_seconds_per_page": round(self.ours, 4),
            "floor_cpu_seconds_per_page": round(self.floor, 4),
            "ratio": round(self.ours / self.floor, 4),
            "ratio_by_round": [round(ratio, 4) for ratio in self.ratios],
            "overhead_cpu_seconds_per_page": round(self.ours - self.floor, 4),
            "by_stage": _rounded(self.by_stage),
            "servers_cpu_seconds_per_page": _rounded(self.by_server),
            "idle_cpu_per_second": round(sum(self.idle.chancery.values()), 4),
            "idle_by_stage": _rounded(self.idle.chancery),
            "idle_servers": _rounded(self.idle.servers),
            "start_cpu_seconds": _rounded(self.start),
            "pages_per_second": round(self.pages * len(self.rounds) / sum(one.wall for one in self.rounds), 3),
            "ends": dict(sum((Counter(one.ends) for one in self.rounds), Counter())),
            "latency_seconds": {
                kind: {
                    "n": len(one.each),
                    "p50": round(one.p50, 4),
                    "p95": round(one.p95, 4),
                    "p50_by_step": _rounded(one.by_step),
                }
                for kind, one in self.latency.items()
            },
        }


def rows(measured: Measured) -> list[tuple[str, str]]:
    """The table: what, and how much."""
    ours, floor = measured.ours, measured.floor
    ratios = measured.ratios
    waited = sum(measured.idle.chancery.values())
    json = measured.to_json()
    return [
        ("pages a round, rounds", f"{measured.pages} in {measured.documents} documents, {len(measured.rounds)}"),
        ("CPU s/page, Chancery", f"{ours:.3f}"),
        ("CPU s/page, bare engine (floor)", f"{floor:.3f}"),
        ("ratio (lowest to highest round)", f"{ours / floor:.3f} ({min(ratios):.3f} to {max(ratios):.3f})"),
        ("CPU s/page, all but the recognition", f"{ours - floor:.3f}"),
        *((f"CPU s/page, {name}", f"{value:.4f}") for name, value in measured.by_stage.items()),
        *((f"CPU s/page, server {name}", f"{value:.4f}") for name, value in measured.by_server.items()),
        ("idle, CPU s a second, Chancery", f"{waited:.4f}"),
        ("idle, CPU s a second, servers", f"{sum(measured.idle.servers.values()):.4f}"),
        ("start and first documents, CPU s, Chancery", f"{sum(measured.start.values()):.1f}"),
        ("pages a second", f"{json['pages_per_second']:.2f}"),
        ("ends", ", ".join(f"{count} {end}" for end, count in json["ends"].items())),
        *(
            (f"latency of one page, {kind}, n={len(one.each)}", f"p50 {one.p50:.2f} s, p95 {one.p95:.2f} s")
            for kind, one in measured.latency.items()
        ),
        *(
            (f"p50 by step, {kind}", ", ".join(f"{step} {1000 * s:.0f} ms" for step, s in one.by_step.items()))
            for kind, one in measured.latency.items()
        ),
    ]


def table(measured: Measured) -> Table:
    """For the terminal."""
    drawn = Table("what", "measured", title="bench.pipeline")
    for what, value in rows(measured):
        drawn.add_row(what, value)
    return drawn


def markdown(measured: Measured, date: str, command: str, surroundings: Mapping[str, str]) -> str:
    """The file beside the plot."""
    return "\n".join(
        (
            "# bench.pipeline",
            "",
            f"{date}, `{command}`",
            "",
            *(f"- {name}: {value}" for name, value in surroundings.items()),
            "",
            INCLUDED,
            "",
            "| what | measured |",
            "|---|---|",
            *(f"| {what} | {value} |" for what, value in rows(measured)),
            "",
            "![CPU by part, and latency by step](pipeline.png)",
            "",
        )
    )


def _a_page(readings: Iterable[Mapping[str, float]], pages: int) -> dict[str, float]:
    total: dict[str, float] = {}
    for reading in readings:
        for name, seconds in reading.items():
            total[name] = total.get(name, 0.0) + seconds
    return {name: seconds / pages for name, seconds in total.items()}


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}
