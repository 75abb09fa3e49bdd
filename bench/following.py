"""Sending documents and seeing them end, as a sender and a consumer do."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench.throwaway import AGENCY
from processors.adapters.kafka_reader import KafkaReader
from processors.adapters.minio_objects import MinioObjects
from processors.commands.sending import send
from processors.config import Settings
from processors.events import (
    DeadLettered,
    DocumentQuarantined,
    Event,
    PagesRecognised,
    ResultReleased,
    ReviewRequested,
)
from processors.pipeline import NOTIFICATIONS
from processors.places import Buckets
from processors.runtime import recording
from processors.runtime.codec import decode
from processors.runtime.identity import document_id
from processors.runtime.notification import landed

_ENDS = (ResultReleased, ReviewRequested, DocumentQuarantined, DeadLettered)
_GOOD_ENDS = (ResultReleased, ReviewRequested)


@dataclass
class Course:
    """A document's way, as far as it was seen; all times are seconds since the epoch, by one machine's clock."""

    sent: float
    #: when MinIO's notification stood on its topic, as a consumer sees it; infinity while it does not
    notified: float = math.inf
    #: event type -> when the stage made it, by the event's own `time`
    times: dict[str, float] = field(default_factory=dict)
    #: first page of a range -> when it was read, and how many pages it has
    ranges: dict[int, tuple[float, int]] = field(default_factory=dict)
    #: type of the event that ended it; empty while it is on its way
    end: str = ""
    #: when a read_committed consumer had the end in hand
    readable: float = 0.0


class Follower:
    """Puts files into the benchmark's inbox and follows all topics, read_committed."""

    def __init__(self, settings: Settings) -> None:
        self._objects = MinioObjects(settings.s3)
        self._buckets = Buckets(settings.prefix)
        pattern = f"{recording.pattern()}|{re.escape(NOTIFICATIONS)}"
        self._reader = KafkaReader(
            settings.kafka, pattern, group=None, prefix=settings.prefix, security=settings.kafka_security
        )
        self._courses: dict[str, Course] = {}

    def put(self, path: Path, key: str) -> str:
        """Upload a file; returns the document's id."""
        began = time.time()
        sent = send(self._objects, self._buckets, AGENCY, path, key)
        if sent.problem:
            raise RuntimeError(f"{path}: {sent.problem}")
        self._courses[sent.document_id] = Course(began)
        return sent.document_id

    def until_ended(self, ids: Sequence[str], seconds: float) -> list[Course]:
        """The courses of these documents, once all have a result or a review.

        Raises:
            RuntimeError: one has no end in time, or ended in quarantine or as a dead letter.
        """
        deadline = time.monotonic() + seconds
        while waiting := [one for one in ids if not self._courses[one].end]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(waiting)} of {len(ids)} documents have no end after {seconds:.0f} s")
            self.look()
        return [self._courses[one] for one in ids]

    def course(self, document: str) -> Course:
        """The course of a document, as far as it was seen."""
        return self._courses[document]

    def look(self) -> None:
        """Take note of what is new; waits up to half a second for news."""
        records = self._reader.poll(0.5)
        now = time.time()
        for record in records:
            if record.origin.topic == NOTIFICATIONS:
                self._note_notification(record.value, now)
            else:
                self._note(decode(record.value), now)

    def close(self) -> None:
        """Stop following."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note_notification(self, value: bytes, now: float) -> None:
        for said in landed(value):
            course = self._courses.get(document_id(said.bucket, said.key, said.version_id))
            if course is not None:
                course.notified = min(course.notified, now)

    def _note(self, event: Event[Any], now: float) -> None:
        course = self._courses.get(event.subject)
        if course is None:
            return
        course.times[event.type] = event.time.timestamp()
        if isinstance(event.data, PagesRecognised):
            course.ranges[event.data.range.first] = event.time.timestamp(), event.data.reading.pages
        if isinstance(event.data, _ENDS):
            if not isinstance(event.data, _GOOD_ENDS):
                raise RuntimeError(f"a document that should pass ended as {event.type}: {event.data.reason}")
            course.end, course.readable = event.type, now
