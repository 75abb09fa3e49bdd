"""What both simulations saw, in the same few numbers, and what these say in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.capacity import window
from bench.capacity.curve import Floats, Scenario
from bench.capacity.day import Day
from bench.capacity.events import Seen
from bench.capacity.load import Load
from bench.capacity.planning import Plan
from bench.capacity.site import Site

_PERCENTILES = (50, 95, 99)
Percentiles = dict[str, float]


@dataclass(frozen=True)
class Variant:
    """A site of certain partitions, simulated."""

    name: str
    plan: Plan
    site: Site
    day: Day
    burst: Seen


@dataclass(frozen=True)
class Found:
    """All that was simulated."""

    load: Load
    scenario: Scenario
    #: seconds within which 95 of 100 live documents shall have their end
    target: float
    seed: int
    variants: Sequence[Variant]


def percentiles(stays: Floats) -> Percentiles:
    """p50, p95 and p99 in seconds; none where nothing came."""
    if not len(stays):
        return {}
    return {f"p{one}": round(float(np.percentile(stays, one)), 2) for one in _PERCENTILES}


def to_json(found: Found) -> dict[str, Any]:
    """For machines. A stay that was not over counts as long as it had lasted: such percentiles are lower bounds."""
    load, scenario = found.load, found.scenario
    return {
        "bench": "capacity.simulate",
        "pages_per_day": load.pages_per_day,
        "scanned_share": load.scanned_share,
        "pages_per_document": load.pages_per_document,
        "peak": load.peak,
        "sized_for": found.variants[0].plan.load.peak,
        "target_seconds": found.target,
        "seed": found.seed,
        "scenario": vars(scenario),
        "variants": {one.name: _variant(one, found) for one in found.variants},
        "words": [sentence for one in found.variants for sentence in words(one, found)],
    }


def _variant(one: Variant, found: Found) -> dict[str, Any]:
    day, burst = one.day, one.burst
    live = [document for document in burst.documents if document.lane == "live"]
    return {
        "partitions": {stage.live: one.site.partitions[stage.live] for stage in one.site.stages},
        "most_workers": {name: rule.most for name, rule in one.site.rules.items()},
        "partitions_enough": not one.plan.short,
        "day": {
            "whole": percentiles(day.whole),
            "stages": {name: percentiles(stays) for name, stays in day.stay.items()},
            "pages_done": round(float(day.ended["live"][-1]) * found.load.pages_per_document),
            "documents_unfinished_at_midnight": round(day.unfinished),
            "reprocessed_at_midnight": round(float(day.ended["reprocessing"][-1])),
            "most_lag": {name: round(float(lag.max())) for name, lag in day.lag.items()},
            "workers_at_most": {name: int(count.max()) for name, count in day.workers.items()},
            "gpus_at_most": int(day.gpus.max()),
        },
        "burst": {
            "whole": percentiles(window.stays(burst)),
            "stages": {stage.name: percentiles(window.stays(burst, stage.name)) for stage in one.site.stages},
            "documents": len(live),
            "unfinished": sum(document.ended > burst.until for document in live),
            "most_lag": {name: max(lag) for name, lag in burst.lag.items()},
            "workers_at_most": {name: max(count) for name, count in burst.workers.items()},
        },
    }


def words(one: Variant, found: Found) -> list[str]:
    """Whether the partitions are enough, whether the target is held, and where it is not."""
    short = one.plan.short
    told = [
        f"{one.name}: partitions are enough for {one.plan.load.peak:g} times the average."
        if not short
        else f"{one.name}: partitions are too few for {one.plan.load.peak:g} times the average in "
        f"{', '.join(each.name for each in short)}."
    ]
    stages = {name: percentiles(stays) for name, stays in one.day.stay.items()}
    told.append(_held(f"{one.name}, the day", percentiles(one.day.whole), stages, found.target))
    if one.day.unfinished > 0.001 * one.day.came["live"][-1]:
        told.append(
            f"{one.name}: {one.day.unfinished:,.0f} of {one.day.came['live'][-1]:,.0f} live documents have no end "
            "at midnight."
        )
    if found.scenario.reprocessed:
        share = one.day.ended["reprocessing"][-1] / found.scenario.reprocessed
        lane = next(stage for stage in one.site.stages if stage.name == "ocr").topics[-1]
        told.append(
            f"{one.name}: {share:.0%} of the reprocessing is done at midnight; {lane} has "
            f"{one.site.partitions[lane]} partitions, so that many workers read it, between live documents."
        )
    burst: dict[str, Percentiles] = {
        stage.name: percentiles(window.stays(one.burst, stage.name)) for stage in one.site.stages
    }
    where = f"{one.name}, the burst of {found.scenario.burst:g} times for {found.scenario.burst_minutes:g} minutes"
    told.append(_held(where, percentiles(window.stays(one.burst)), burst, found.target))
    return told


def _held(where: str, whole: Percentiles, stages: dict[str, Percentiles], target: float) -> str:
    if not whole:
        return f"{where}: no live document came."
    said = f"{where}: 95 of 100 live documents have their end within {whole['p95']:,.1f} s"
    if whole["p95"] <= target:
        return f"{said}, the target of {target:g} s is held."
    stays = {name: each["p95"] for name, each in stages.items() if each}
    slowest = max(stays, key=lambda name: stays[name])
    return (
        f"{said} or more, the target of {target:g} s is not held; {slowest} takes most "
        f"(p95 {stays[slowest]:,.1f} s)."
    )
