"""What a span says of a piece of work and of its end: ids and words of ours, see `trace_names.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processors.events import (
    DeadLettered,
    DocumentHeld,
    DocumentQuarantined,
    Event,
    PagesRequested,
    ResultReleased,
    ReviewRequested,
)
from processors.telemetry.tracing import Attempt, Value

#: What kind of end an event is, and what became of the work that gave it.
_ENDS: tuple[tuple[type[Any], str, str], ...] = (
    (ResultReleased, "result", "done"),
    (ReviewRequested, "review", "done"),
    (DocumentHeld, "held", "done"),
    (DocumentQuarantined, "quarantine", "quarantined"),
    (DeadLettered, "dead_letter", "dead_lettered"),
)


def attributes_of(attempt: Attempt, stage: str) -> dict[str, Value]:
    """What is known of a piece of work before it is done."""
    origin, document = attempt.incoming.origin, attempt.document
    named: dict[str, Value] = {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.consumer.group.name": stage,
        "messaging.destination.name": origin.topic,
        "messaging.destination.partition.id": str(origin.partition),
        "messaging.kafka.offset": origin.offset,
        "chancery.stage": stage,
        "chancery.document": document.id,
        "chancery.run": document.run_id,
        "chancery.work": attempt.work_id,
        "chancery.attempt": attempt.number,
    }
    if document.continues:
        named["chancery.continues"] = document.continues
    if document.parent:
        named["chancery.parent"] = document.parent
    if attempt.again:
        named["chancery.again"] = True
    if attempt.event is not None and isinstance(attempt.event.data, PagesRequested):
        named["chancery.pages.first"] = attempt.event.data.range.first
        named["chancery.pages.last"] = attempt.event.data.range.last
    return named


def ended_by(events: Sequence[Event[Any]]) -> dict[str, Value]:
    """What became of a piece of work that these events answer; of none, it was answered before."""
    for event in events:
        for kind, end, outcome in _ENDS:
            if isinstance(event.data, kind):
                told: dict[str, Value] = {"chancery.outcome": outcome, "chancery.end": end}
                if reason := getattr(event.data, "reason", ""):
                    told["chancery.reason"] = reason
                return told
    return {"chancery.outcome": "done" if events else "repeated"}
