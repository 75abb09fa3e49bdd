"""What is told of documents as a whole, from the events that were new to the ledger, and of operators' runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from processors.events import (
    DeadLettered,
    DocumentHeld,
    DocumentQuarantined,
    Event,
    ResultReleased,
    ReviewRequested,
)
from processors.telemetry import metrics
from processors.telemetry.labels import JOBS, REASONS, RUN_STATES

_ENDS: dict[type[Any], str] = {
    ResultReleased: "result",
    ReviewRequested: "review",
    DocumentQuarantined: "quarantine",
    DeadLettered: "dead_letter",
    DocumentHeld: "held",
}


def may_end() -> None:
    """Make every end visible before there is one, so that the first is seen as a rise."""
    for end, reasons in REASONS.items():
        for reason in reasons:
            metrics.count("chancery_documents_ended_total", 0, end=end, reason=reason)


def may_run() -> None:
    """The same of the operators' jobs."""
    for job in JOBS:
        for state in RUN_STATES:
            metrics.count("chancery_runs_total", 0, dag=job, state=state)


def ended(news: Iterable[tuple[Event[Any], datetime]]) -> None:
    """Count the ends among events that were new to the ledger; each comes with its document's first time."""
    for event, arrived in news:
        end = _ENDS.get(type(event.data))
        if end is None or event.data.document is None:
            continue
        metrics.count("chancery_documents_ended_total", end=end, reason=getattr(event.data, "reason", ""))
        # A time without a zone is nobody's of ours, and is read as the ledger reads it.
        seconds = (event.time.astimezone(UTC) - arrived.astimezone(UTC)).total_seconds()
        if seconds > 0:
            metrics.observe("chancery_document_seconds", seconds, end=end)


def run(untrusted_value: bytes) -> None:
    """Count a run of an operators' job, of the record that reports it."""
    try:
        data = json.loads(untrusted_value)["data"]
        job, state = str(data["dag"]), str(data["outcome"])
    except (ValueError, KeyError, TypeError, RecursionError):
        job = state = ""
    metrics.count("chancery_runs_total", dag=job, state=state)


def signed(chain: str, at: datetime) -> None:
    """A head of this audit chain was signed."""
    metrics.put("chancery_audit_head_timestamp_seconds", at.timestamp(), chain=chain)
