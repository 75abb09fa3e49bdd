"""From events to outgoing records, with the rule that a document's run ends once.

Results and reviews of a reprocessing run are stored and not published: its end is an event that says so, and
`batch/reprocess/releasing.py` publishes them once a person has approved the run.

Two page ranges of one document may both fail, one for our reasons and one for the document's. The first end claims
the run, create-only, with the work that ended it and the end itself; any other end is dropped. The work that
claimed repeats that very end when it is delivered again after a crash, and is not tried again: were it to succeed
this time, its document would go on, and the end at the end of its way be dropped, so that none were left. What goes
on in the place of a document that ended, as the documents that a packet was cut into, is announced with the end and
stands in the claim with it: an end that is repeated repeats its announcements.

Of a document that was disposed of the claim stays, without its end: the run ended, and nobody can read how.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog

from processors.events import (
    DeadLettered,
    DocumentEnclosed,
    DocumentId,
    DocumentQuarantined,
    Event,
    ResultReleased,
    ReviewRequested,
)
from processors.names import is_reprocessing
from processors.pipeline import topic_of
from processors.places import Buckets, EndKind, KeptKind, end_key, ended_key
from processors.ports import Objects, Outgoing
from processors.runtime import writing
from processors.runtime.codec import decode, encode
from processors.runtime.firsts import first_bytes

log = structlog.get_logger()


class Storing(Protocol):
    """What is needed of `Surroundings`."""

    @property
    def objects(self) -> Objects:
        """The object store."""
        ...

    @property
    def buckets(self) -> Buckets:
        """Its buckets."""
        ...

    @property
    def ensure_topic(self) -> Callable[[str], None]:
        """Makes a result topic where there is none."""
        ...


class Ending:
    """Turns events into records; ends are claimed, and results and reviews are stored beside the document."""

    def __init__(self, surroundings: Storing) -> None:
        self._with = surroundings

    def outgoing(self, events: Sequence[Event[Any]], work_id: str) -> tuple[Outgoing, ...]:
        """The records of `events`, less an end of a run that has ended already, and what was to take its place."""
        records: list[Outgoing] = []
        ends = [event for event in events if _ended(event) is not None]
        instead = [event for event in events if ends and isinstance(event.data, DocumentEnclosed)]
        for event in events:
            document = _ended(event)
            if document is None and not (ends and isinstance(event.data, DocumentEnclosed)):
                records.append(writing.outgoing(event))
            elif document is None:
                continue  # it stands or falls with the end
            elif event is not ends[0]:
                log.error("two_ends_of_one_work", document=document.id, type=event.type)
            else:
                records += self._end(event, document, work_id, instead)
        return tuple(records)

    def repeated(self, document: DocumentId, work_id: str) -> tuple[Outgoing, ...] | None:
        """The end that this work gave the document in an earlier attempt; None if it gave none.

        Behind it what was announced with it.
        """
        claim = self._claim(document)
        return self._told(claim) if claim and claim["work"] == work_id else None

    def claimed(self, document: DocumentId) -> tuple[Outgoing, ...] | None:
        """The end that was given to this run of the document, by whichever work; None if none was.

        Behind it what was announced with it.
        """
        claim = self._claim(document)
        return self._told(claim) if claim else None

    def event(self, document: DocumentId) -> Event[Any] | None:
        """The end of this run of the document, published, held or neither yet; None if it has none."""
        claim = self._claim(document)
        return decode(claim["end"].encode()) if claim else None

    def published(self, event: Event[Any]) -> Outgoing:
        """The record of a result or review that was held and that a person let go, stored as the document's end."""
        kind: EndKind = "result" if isinstance(event.data, ResultReleased) else "review"
        if kind == "result":
            self._with.ensure_topic(topic_of(event.data))
        return writing.outgoing(event, self._stored(event, kind))

    def _claim(self, document: DocumentId) -> dict[str, Any] | None:
        objects, bucket = self._with.objects, self._with.buckets.work
        there = objects.info(bucket, ended_key(document))
        claim: dict[str, Any] | None = json.loads(objects.read(there.ref)) if there else None
        return claim if claim and claim["end"] else None

    def _end(
        self, event: Event[Any], document: DocumentId, work_id: str, instead: Sequence[Event[Any]]
    ) -> tuple[Outgoing, ...]:
        objects, bucket = self._with.objects, self._with.buckets.work
        claim: dict[str, Any] = {"work": work_id, "end": writing.outgoing(event).value.decode()}
        if instead:
            claim["instead"] = [writing.outgoing(one).value.decode() for one in instead]
        written = json.dumps(claim).encode()
        if objects.put(bucket, ended_key(document), written, "application/json", create_only=True) is not None:
            return self._publish(event), *map(writing.outgoing, instead)
        mine = self.repeated(document, work_id)
        if mine is None:
            log.warning("second_end_dropped", document=document.id, type=event.type)
        return mine or ()

    def _told(self, claim: dict[str, Any]) -> tuple[Outgoing, ...]:
        """The records of what was claimed."""
        instead = (decode(one.encode()) for one in claim.get("instead", ()))
        return self._publish(decode(claim["end"].encode())), *map(writing.outgoing, instead)

    def _publish(self, event: Event[Any]) -> Outgoing:
        """The record of an end; what is stored as a document's end is what is published, to the byte."""
        if not isinstance(event.data, ResultReleased | ReviewRequested):
            return writing.outgoing(event)
        if is_reprocessing(event.data.document.run_id):
            self._stored(event, "held-result" if isinstance(event.data, ResultReleased) else "held-review")
            return writing.outgoing(writing.held(event))
        return self.published(event)

    def _stored(self, event: Event[Any], kind: KeptKind) -> bytes:
        bucket, key = self._with.buckets.documents, end_key(event.data.document, kind)
        return first_bytes(self._with.objects, bucket, key, encode(event), "application/cloudevents+json")


def _ended(event: Event[Any]) -> DocumentId | None:
    """The document that this event ends; None for an event that ends none."""
    if not isinstance(event.data, ResultReleased | ReviewRequested | DocumentQuarantined | DeadLettered):
        return None
    return event.data.document
