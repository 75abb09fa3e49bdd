"""A worker with one stage on memory: everything real except Kafka, MinIO, the child process and time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag
from typing import Any

from processors import pipeline
from processors.adapters.memory import MemoryLog, MemoryObjects, MemoryTopics
from processors.advisers import LanguageModel, Scanner
from processors.config import Limits
from processors.events import Event
from processors.fail_points import FailPoint, never
from processors.pipeline import DEAD_LETTERS, NOTIFICATIONS, QUARANTINE, topic_of
from processors.places import Buckets
from processors.ports import Incoming, Outgoing
from processors.runtime.answering import Answerer
from processors.runtime.arrival import LockPolicy
from processors.runtime.codec import decode, encode
from processors.runtime.originals import Originals
from processors.runtime.scratch import Scratches
from processors.runtime.surroundings import Surroundings
from processors.runtime.workbench import InProcess, Workbench
from processors.runtime.worker import Worker
from processors.stage import Outcome, Work
from processors.telemetry.work import Telling

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, nothing is tidied."""


class Timeless(Flag):
    """A flag on which nobody waits."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class Draining(MemoryLog):
    """A log that stops its worker when everything is read, or when it was asked in vain too often."""

    def __init__(self, topics: MemoryTopics, row: pipeline.StageRow, stop: Flag, polls: int) -> None:
        super().__init__(topics, group=row.name, reads=row.reads, batch=row.batch)
        self._stop, self._polls = stop, polls

    def poll(self, seconds: float) -> Sequence[Incoming]:
        batch = super().poll(seconds)
        if seconds:
            self._polls -= 1
            if not batch or self._polls < 0:
                self._stop.set()
        return batch


@dataclass(frozen=True)
class Does:
    """A stage that is one function."""

    does: Callable[[Work], Outcome]

    def process(self, work: Work) -> Outcome:
        return self.does(work)


@dataclass
class Shop:
    """The world of one stage; each `run` is a new process in it."""

    stage: str
    home: Path
    does: Callable[[Work], Outcome]
    topics: MemoryTopics = field(default_factory=MemoryTopics)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    limits: Limits = field(default_factory=Limits)
    result_topics: list[str] = field(default_factory=list)
    originals: Originals | None = None
    language: LanguageModel | None = None
    cluster: str = ""
    scanner: Scanner | None = None
    telling: Telling = field(default_factory=Telling)

    @property
    def row(self) -> pipeline.StageRow:
        return pipeline.stage(self.stage)

    def answerer(
        self, fail_point: FailPoint = never, stop: Flag | None = None, bench: Workbench | None = None
    ) -> Answerer:
        surroundings = Surroundings(
            objects=self.objects,
            buckets=Buckets(),
            workbench=bench or InProcess(Does(self.does)),
            scratches=Scratches(self.home / f"scratch-{self.stage}"),
            limits=self.limits,
            lock=LockPolicy(30, "GOVERNANCE"),
            now=lambda: NOW,
            ensure_topic=self.result_topics.append,
            originals=self.originals,
            language=self.language,
            cluster=self.cluster,
            scanner=self.scanner,
            fail_point=fail_point,
            telling=self.telling,
        )
        return Answerer(self.row, surroundings, stop or Timeless())

    def run(
        self,
        fail_point: FailPoint = never,
        polls: int = 50,
        log: Callable[[MemoryTopics, pipeline.StageRow, Flag, int], MemoryLog] = Draining,
    ) -> Answerer:
        """Work until nothing is left, as a new process would."""
        stop = Timeless()
        answerer = self.answerer(fail_point, stop)
        hold = log(self.topics, self.row, stop, polls)
        Worker(hold, answerer, stop, abandon=lambda: None, telling=self.telling).run()
        return answerer

    def killed_at(self, point: str) -> None:
        """Work until `point`, and die there."""

        def strike(here: str) -> None:
            if here == point:
                raise Killed

        try:
            self.run(strike)
        except Killed:
            return
        raise AssertionError(f"never came to {point}")

    def land(self, content: bytes, key: str = "letter.pdf", agency: str = "alpha") -> bytes:
        """An upload; returns its announcement, which is announced once."""
        ref = self.objects.put(f"inbox-{agency}", key, content, "application/pdf")
        assert ref is not None
        announcement = notification(ref.bucket, key, ref.version_id)
        self.topics.write(NOTIFICATIONS, announcement)
        return announcement

    def ask(self, event: Event[Any]) -> None:
        """Put an event on the topic that the stage reads."""
        self.topics.write(topic_of(event.data), encode(event))

    def records(self, topic: str) -> list[Outgoing]:
        return self.topics.records.get(topic, [])

    def events(self, topic: str) -> list[Event[Any]]:
        return [decode(record.value) for record in self.records(topic)]

    @property
    def quarantined(self) -> list[Event[Any]]:
        return self.events(QUARANTINE)

    @property
    def dead_letters(self) -> list[Event[Any]]:
        return self.events(DEAD_LETTERS)

    @property
    def committed(self) -> int:
        return self.topics.committed.get((self.row.name, self.row.reads[0]), 0)


def notification(bucket: str, key: str, version: str = "", name: str = "s3:ObjectCreated:Put") -> bytes:
    """As MinIO writes it: the key query-escaped."""
    from urllib.parse import quote_plus

    thing = {"key": quote_plus(key)} | ({"versionId": version} if version else {})
    return json.dumps(
        {"Records": [{"eventName": name, "s3": {"bucket": {"name": bucket}, "object": thing}}]}
    ).encode()
