"""A plan as tables for people, as sentences, and as one JSON object."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Group
from rich.table import Table

from bench.capacity.planning import Plan, StagePlan

_GB, _MB = 1e9, 1e6
#: What a plan takes for granted; said with every one.
ASSUMED = (
    "costs are those of the documents that were measured, on the processor that they were measured on",
    "ledger and audit chain keep up, but nothing is said of PostgreSQL",
    "network: what is stored is written once and read once, which is the least",
)


def to_json(plan: Plan) -> dict[str, Any]:
    """The plan for machines; a share that has no bound is null."""
    load = plan.load
    return {
        "bench": "capacity",
        "pages_per_day": load.pages_per_day,
        "scanned_share": load.scanned_share,
        "pages_per_document": load.pages_per_document,
        "peak": load.peak,
        "utilisation": load.utilisation,
        "pages_per_second": round(load.pages_per_second, 3),
        "stages": {
            one.name: {
                "workers": one.workers,
                "busy_workers_at_peak": round(one.erlangs, 2),
                "worker_seconds_per_document": round(one.busy, 4),
                "memory_gib": round(one.memory, 1),
                "topic": one.topic,
                "partitions": one.partitions,
                "partitions_wanted": one.wanted,
                "partitions_enough": one.enough,
                "most_documents_per_second": round(one.most_documents, 2),
                "share_of_peak_that_partitions_carry": round(one.share, 3) if math.isfinite(one.share) else None,
            }
            for one in plan.stages
        },
        "readers": dict(plan.readers),
        "cores": plan.cores,
        "busy_cores_at_peak": round(plan.busy_cores, 1),
        "memory_gib": round(plan.memory, 1),
        "gpus": plan.gpus,
        "stored_bytes_per_day": round(plan.stored),
        "kafka_bytes_per_day": round(plan.kafka),
        "network_bytes_per_day_at_least": round(plan.network),
        "network_bits_per_second_at_peak_at_least": round(plan.peak_network),
        "bottleneck": plan.bottleneck.name,
        "warnings": warnings(plan),
        "assumed": list(ASSUMED),
    }


def warnings(plan: Plan) -> list[str]:
    """What will not do, and what to change."""
    return [_too_few(one, plan) for one in plan.short]


def shown(plan: Plan) -> Group:
    """For the terminal."""
    load = plan.load
    stages = Table(
        *("stage", "workers", "of them busy", "GiB", "topic", "partitions", "wanted", "carry of the peak"),
        title=f"{load.pages_per_day:,.0f} pages a day, {load.pages_per_second * load.peak:,.1f} a second at peak",
    )
    for one in plan.stages:
        stages.add_row(
            one.name,
            str(one.workers),
            f"{one.erlangs:.1f}",
            f"{one.memory:.1f}",
            one.topic,
            str(one.partitions),
            str(one.wanted),
            f"{one.share:.0%}",
        )
    for name, count in plan.readers.items():
        stages.add_row(name, str(count), "", "", "all topics", "", "", "")
    totals = Table("what", "needed", show_header=False)
    for what, needed in totals_of(plan):
        totals.add_row(what, needed)
    return Group(stages, totals, *sentences(plan))


def totals_of(plan: Plan) -> list[tuple[str, str]]:
    """The rows below the stages."""
    return [
        ("CPU cores, servers included", f"{plan.cores} ({plan.busy_cores:.1f} busy at the peak)"),
        ("memory of all workers", f"{plan.memory:.0f} GiB"),
        ("GPUs for the language model", str(plan.gpus) if plan.load.model else "none asked for"),
        ("objects a day, before any replica or parity", f"{plan.stored / _GB:,.1f} GB"),
        ("Kafka's logs a day, all replicas", f"{plan.kafka / _GB:,.1f} GB"),
        ("network a day, at least", f"{plan.network / _GB:,.1f} GB"),
        ("network at the peak, at least", f"{plan.peak_network / _MB:,.0f} Mbit/s"),
    ]


def sentences(plan: Plan) -> list[str]:
    """The plan in words, what will not do first."""
    full = plan.bottleneck
    return [
        *(f"WARNING: {one}" for one in warnings(plan)),
        f"The bottleneck is {full.name}: with the partitions of {full.topic} it carries {full.share:.0%} of the "
        f"peak at {plan.load.utilisation:.0%} utilisation.",
    ]


def _too_few(one: StagePlan, plan: Plan) -> str:
    pages = one.most_documents * plan.load.pages_per_document
    return (
        f"{one.topic} has {one.partitions} partitions, and {one.name} needs {one.workers} workers at the peak. A "
        f"partition is read by one worker at a time, so more than {one.partitions} workers are of no use: they "
        f"carry {pages:,.0f} pages a second, {one.share:.0%} of the peak. Give the topic {one.wanted} partitions "
        "before the site's first start (CHANCERY_PARTITIONS), or run several installations, "
        "each with some of the agencies."
    )
