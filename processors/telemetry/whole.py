"""What `chancery observe` tells of the whole. What a server does not say is not told: no number grows stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processors.telemetry import metrics
from processors.telemetry.labels import OPEN_STATES
from processors.telemetry.settings import TelemetrySettings


@dataclass(frozen=True)
class Line:
    """What waits on a topic for a stage."""

    stage: str
    topic: str
    lane: str
    #: not dealt with yet
    records: int
    #: age of the oldest; 0 where none waits
    seconds: float


@dataclass(frozen=True)
class Open:
    """Documents that have no end yet, or wait for a person."""

    #: by state, as the ledger calls it
    documents: Mapping[str, int]
    #: age of the oldest that is on its way; 0 where none is
    oldest_seconds: float


def lines(told: Sequence[Line] | None, now: float) -> None:
    """Tell the lines, at this time (seconds since 1970); None: Kafka does not say."""
    names = ("chancery_line_records", "chancery_line_seconds")
    if told is None:
        for name in names:
            metrics.forget(name)
        return
    for line in told:
        where = {"stage": line.stage, "topic": line.topic, "lane": line.lane}
        metrics.put(names[0], line.records, **where)
        metrics.put(names[1], line.seconds, **where)
    metrics.put("chancery_observed_timestamp_seconds", now, of="kafka")


def documents(told: Open | None, now: float) -> None:
    """Tell of the ledger, at this time (seconds since 1970); None: it does not say."""
    if told is None:
        for name in ("chancery_documents_open", "chancery_oldest_open_seconds"):
            metrics.forget(name)
        return
    for state in OPEN_STATES:
        metrics.put("chancery_documents_open", told.documents.get(state, 0), state=state)
    metrics.put("chancery_oldest_open_seconds", told.oldest_seconds)
    metrics.put("chancery_observed_timestamp_seconds", now, of="ledger")


def prices(settings: TelemetrySettings) -> None:
    """Tell what an hour costs, where the site says it."""
    for resource, price in (("core", settings.price_core_hour), ("gpu", settings.price_gpu_hour)):
        if price:
            metrics.put("chancery_price_per_hour", price, resource=resource)
