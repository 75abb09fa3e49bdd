"""The loop of the `record` process: every event of every topic goes into the ledger, at least once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Event as Flag
from typing import Any, Protocol

import structlog

from processors.errors import DependencyUnavailable, EventInvalid
from processors.events import Event
from processors.pipeline import RESULTS, TOPICS, UNNOTED
from processors.ports import Incoming
from processors.runtime.codec import decode
from processors.runtime.retry import backoff
from processors.telemetry import process

log = structlog.get_logger()


class Reader(Protocol):
    """What is needed of `adapters.kafka_reader.KafkaReader`."""

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """New records."""
        ...

    def commit(self) -> None:
        """Remember what was dealt with."""
        ...

    def close(self) -> None:
        """Stop reading."""
        ...


class Recording(Protocol):
    """What is needed of `record.stage.Recorder`."""

    def record(self, events: Sequence[Event[Any]]) -> int:
        """Note the events, all or nothing."""
        ...


def pattern() -> str:
    """A regular expression of the topics that carry events of documents."""
    names = [topic.name for topic in TOPICS if topic.name not in (*UNNOTED, RESULTS)]
    return "|".join([*(name.replace(".", r"\.") for name in names), r"results\..+"])


def reads(topic: str) -> bool:
    """Whether the ledger reads this topic."""
    return re.fullmatch(pattern(), topic) is not None


def run(reader: Reader, recorder: Recording, stop: Flag) -> None:
    """Read, note, remember, until asked to stop. A repeat changes nothing, so the order of the last two is safe."""
    failures = 0
    unnoted: list[Event[Any]] = []
    while not stop.is_set():
        try:
            if not unnoted:
                unnoted = _events(reader.poll(0.5))
            if unnoted:
                _note(recorder, unnoted)
                unnoted = []
                reader.commit()
            failures = 0
        except DependencyUnavailable as error:
            failures += 1
            process.paused("record", error)
            log.warning("paused", code=error.code, detail=error.detail)
            stop.wait(backoff(failures))
    reader.close()


def _note(recorder: Recording, events: Sequence[Event[Any]]) -> None:
    """Note the events; one that no database takes is logged and left out, or the ledger would stand still."""
    try:
        recorder.record(events)
    except EventInvalid as error:
        if len(events) == 1:
            log.error("event_not_noted", type=events[0].type, detail=error.detail)
            return
        for event in events:
            _note(recorder, (event,))


def _events(records: Sequence[Incoming]) -> list[Event[Any]]:
    events = []
    for incoming in records:
        try:
            events.append(decode(incoming.value))
        except EventInvalid as error:
            # Nothing of ours writes such a record; the stage that reads the topic makes a dead letter of it.
            log.error("unreadable_event", detail=error.detail, origin=incoming.origin.model_dump())
    return events
