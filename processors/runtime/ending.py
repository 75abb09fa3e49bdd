"""From events to outgoing records, with the rule that a document's run ends once.

Two page ranges of one document may both fail, one for our reasons and one for the document's. The first end claims
the run, create-only, naming the work that ended it; that work may repeat its end after a crash, and any other end
is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import structlog

from processors.events import (
    DeadLettered,
    DocumentId,
    DocumentQuarantined,
    Event,
    ResultReleased,
    ReviewRequested,
)
from processors.pipeline import topic_of
from processors.ports import Outgoing
from processors.record.ends import end_key
from processors.runtime import writing
from processors.runtime.codec import encode
from processors.runtime.surroundings import Surroundings

log = structlog.get_logger()


class Ending:
    """Turns events into records; ends are claimed, and results and reviews are stored beside the document."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._with = surroundings

    def outgoing(self, events: Sequence[Event[Any]], work_id: str) -> tuple[Outgoing, ...]:
        """The records of `events`, less an end of a run that has ended already."""
        return tuple(self._record(event) for event in events if self._may(event, work_id))

    def _may(self, event: Event[Any], work_id: str) -> bool:
        if not isinstance(event.data, ResultReleased | ReviewRequested | DocumentQuarantined | DeadLettered):
            return True
        document: DocumentId | None = event.data.document
        if document is None:
            return True
        objects, bucket = self._with.objects, self._with.buckets.work
        key = f"ends/{document.agency}/{document.id}/{document.run_id}"
        if objects.put(bucket, key, work_id.encode(), "text/plain", create_only=True) is not None:
            return True
        there = objects.info(bucket, key)
        if there is not None and objects.read(there.ref) == work_id.encode():
            return True
        log.warning("second_end_dropped", document=document.id, type=event.type)
        return False

    def _record(self, event: Event[Any]) -> Outgoing:
        """The record of an event; what is stored as a document's end is what is published, to the byte."""
        if isinstance(event.data, ResultReleased):
            self._with.ensure_topic(topic_of(event.data))
            return writing.outgoing(event, self._stored(event, "result"))
        if isinstance(event.data, ReviewRequested):
            return writing.outgoing(event, self._stored(event, "review"))
        return writing.outgoing(event)

    def _stored(self, event: Event[Any], kind: Literal["result", "review"]) -> bytes:
        key, value = end_key(event.data.document, kind), encode(event)
        objects, bucket = self._with.objects, self._with.buckets.documents
        if objects.put(bucket, key, value, "application/cloudevents+json", create_only=True) is not None:
            return value
        there = objects.info(bucket, key)
        return objects.read(there.ref) if there else value
