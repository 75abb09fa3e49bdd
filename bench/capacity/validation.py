"""How far the event simulation is off: runs of `bench.scale` and `bench.pipeline`, simulated and compared.

Nothing is fitted to them: the costs are CPU seconds and turns, what comes out is pages a second and waiting.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.capacity import reading
from bench.capacity.costs import Costs, Figure
from bench.capacity.events import run
from bench.capacity.load import Load
from bench.capacity.site import Site
from bench.capacity.stages import PARTITIONS, Costed, costed
from bench.capacity.travelling import Travelling
from processors.local.plan import WORKERS
from processors.local.stack import MOST_PARTITIONS

#: Seeds of each run: on eight partitions chance decides much.
_SEEDS = 20
_SINGLES_EVERY = 12.0


@dataclass(frozen=True)
class Compared:
    """One number of a real run beside the same of the simulated one."""

    what: str
    measured: float
    simulated: float

    @property
    def off(self) -> float:
        """Simulated to measured, less one."""
        return self.simulated / self.measured - 1.0


def compared(costs: Costs, results: Path) -> list[Compared]:
    """Every number that the results tell.

    Raises:
        reading.ResultMissing: one of them is not there.
    """
    pipeline, scale = reading.read(results / "pipeline.md"), reading.read(results / "scale.md")
    pages, documents, _ = _numbers(pipeline.row("pages a round, rounds"))
    # Its documents were mostly of types without fields: what their extraction cost, it tells itself.
    cost = pipeline.number("CPU s/page, extract")
    own = costs.model_copy(update={"extract_page": Figure(value=cost, unit="CPU s", command=pipeline.command)})
    one, two = scale.number("pages a second, 1 OCR worker"), scale.number("pages a second, 2 OCR workers")
    scans = _scans(round(scale.number("scanned pages a turn")), pages / documents)
    found = [
        Compared("pages a second, 1 OCR worker", one, _throughput(own, scans, 1)),
        Compared("pages a second, 2 OCR workers", two, _throughput(own, scans, 2)),
        Compared(
            "pages a second, the whole local stack",
            pipeline.number("pages a second"),
            _whole(own, _scans(pages, pages / documents)),
        ),
    ]
    long_pages, scanned, _ = _numbers(scale.row("long document"))
    singles = next(value for name, value in scale.rows.items() if name.startswith("one page sent meanwhile"))
    median = float(singles.removeprefix("p50 ").partition(" s")[0])
    last, p50 = _long(own, long_pages, scanned / long_pages)
    return [
        *found,
        Compared(
            "a long document's last range was read after, s", scale.number("its last range was read after"), last
        ),
        Compared("one page sent meanwhile, p50, s", median, p50),
    ]


def local(costs: Costs, workers: Mapping[str, int], *, quick_intake: bool = False) -> Site:
    """The local stack: its partitions, its workers, no scaling.

    Args:
        costs: what was measured
        workers: of each stage
        quick_intake: what comes is with the OCR workers at once
    """
    stages: Sequence[Costed] = costed(costs, Load(1.0, 1.0, 1.0, 1.0))
    if quick_intake:
        stages = [replace(one, document=0.0, turn=0.0) if one.name == "intake" else one for one in stages]
    partitions = {topic: min(count, MOST_PARTITIONS) for topic, count in PARTITIONS.items()}
    return Site(tuple(stages), partitions, {one.name: workers.get(one.name, 0) for one in stages}, 0.0, {})


def _throughput(costs: Costs, scans: Sequence[int], workers: int) -> float:
    """As `bench.scale` counts: what is read while every worker has work."""
    site = local(costs, {"intake": 1, "ocr": workers}, quick_intake=True)
    rates = []
    for seed in range(_SEEDS):
        read = sorted(run(site, [Travelling(0.0, one, 1.0) for one in scans], 3600.0, seed, tick=100.0).read)
        within = read[workers : len(read) - workers + 1]
        rates.append(sum(count for _, count in within) / (within[-1][0] - read[workers - 1][0]))
    return statistics.median(rates)


def _whole(costs: Costs, scans: Sequence[int]) -> float:
    site = local(costs, WORKERS)
    rates = []
    for seed in range(_SEEDS):
        seen = run(site, [Travelling(0.0, one, 1.0) for one in scans], 3600.0, seed, tick=100.0)
        rates.append(sum(scans) / max(one.ended for one in seen.documents))
    return statistics.median(rates)


def _long(costs: Costs, pages: int, scanned: float) -> tuple[float, float]:
    """When the last range was read, and the median of single pages that are sent until then."""
    site = local(costs, WORKERS)
    lasts, singles = [], []
    for seed in range(_SEEDS // 4):
        long = Travelling(0.0, pages, scanned)
        single = [Travelling(_SINGLES_EVERY * n, 1, 1.0) for n in range(1, 100)]
        run(site, [long, *single], 1200.0, seed, tick=100.0)
        lasts.append(long.went["ocr"])
        singles += [one.ended - one.arrived for one in single if one.arrived < long.went["ocr"]]
    return statistics.median(lasts), statistics.median(singles)


def _scans(pages: int, each: float) -> list[int]:
    """So many pages in documents of one and of two pages, `each` on average."""
    documents = round(pages / each)
    larger, rest = divmod(pages, documents)
    return [larger + (n < rest) for n in range(documents)]


def _numbers(words: str) -> tuple[int, int, int]:
    found = [int(word) for word in words.replace(",", " ").split() if word.isdigit()]
    return found[0], found[1], (found[2:] or [0])[0]
