"""Costs of round numbers, and small sites made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bench.capacity.costs import Costs, Figure
from bench.capacity.load import Load
from bench.capacity.scaling import Rule
from bench.capacity.site import Site
from bench.capacity.stages import PARTITIONS, Costed, costed

VALUES = {
    "intake_document": 0.05,
    "ocr_scanned_page": 1.0,
    "ocr_text_page": 0.05,
    "classify_document": 0.05,
    "extract_page": 0.1,
    "publish_document": 0.02,
    "record_document": 0.05,
    "audit_document": 0.05,
    "kafka_page": 0.1,
    "minio_page": 0.05,
    "intake_turn": 0.01,
    "ocr_turn": 0.05,
    "classify_turn": 0.02,
    "extract_turn": 0.02,
    "publish_turn": 0.01,
    "rebalance": 2.0,
    "ocr_start": 4.0,
    "stage_start": 2.0,
    **{f"{name}_memory": 256.0 for name in ("intake", "ocr", "classify", "extract", "publish", "record", "audit")},
    "scanned_page_stored": 500_000.0,
    "text_page_stored": 50_000.0,
    "document_kafka": 20_000.0,
}


def costs(**changed: float) -> Costs:
    """Nobody measured these."""
    figures = {
        name: Figure(value=value, unit="as it comes", command="made for tests")
        for name, value in (VALUES | changed).items()
    }
    return Costs(**figures)


#: One scanned page a document, so that a second of ocr is a document.
LOAD = Load(pages_per_day=86_400, scanned_share=1.0, pages_per_document=1.0, peak=2.0)


def stages(**changed: float) -> tuple[Costed, ...]:
    return costed(costs(**changed), LOAD)


def site(
    workers: Mapping[str, int],
    partitions: Mapping[str, int] | None = None,
    rules: Mapping[str, Rule] | None = None,
    *,
    rebalance: float = 0.0,
    **changed: float,
) -> Site:
    """A site that keeps its workers unless it has rules."""
    made = stages(**changed)
    return Site(
        made,
        {**PARTITIONS, **(partitions or {})},
        {one.name: workers.get(one.name, 0) for one in made},
        rebalance,
        rules or {},
    )


def ocr_alone(
    workers: int, partitions: int, rules: Mapping[str, Rule] | None = None, *, rebalance: float = 0.0
) -> Site:
    """What comes is before ocr at once; a page is a second, a turn takes no time, and nobody reads what follows."""
    made = site(
        {"intake": 1, "ocr": workers}, {"pages.requested": partitions}, rules, rebalance=rebalance, ocr_turn=0.0
    )
    quick = tuple(replace(one, document=0.0, turn=0.0) if one.name == "intake" else one for one in made.stages)
    return replace(made, stages=quick)
