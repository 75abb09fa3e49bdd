"""The order of effects: what happens between a record that is read and the records that answer it.

1. decode            a record that cannot be read is a dead letter
2. claim             (what begins a run) announced twice, by the store or by people, it is worked on once
3. count             the attempt, before the work, so that a document that kills workers ends
4. look              a repeated attempt may find the outcome that an earlier one kept      (working.py, to 8)
5. fetch             the artefacts that the stage needs
6. process           in the child
7. store             artefacts, create-only under derived names
8. join              page ranges: does this one complete the set?
9. end               a document ends once: the first end is claimed, a second is dropped   (ending.py)
10. answer           the worker writes the events with the reader's position in one transaction

Every step may be repeated after a crash: 1 and 5 read, 2, 3, 7, 8 and 9 find what is there, 10 is all or nothing.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event as Flag
from typing import Any

import structlog

from processors import __version__
from processors.errors import AttemptsExhausted, EventInvalid, Interrupted, PipelineError
from processors.events import (
    DeadLettered,
    DocumentEnclosed,
    DocumentId,
    DocumentResubmitted,
    Event,
    ReviewDecided,
)
from processors.pipeline import NOTIFICATIONS, TOPICS, StageRow
from processors.places import Buckets
from processors.ports import Incoming, Outgoing
from processors.runtime import arrival, enclosing, resubmitting, retry, reviewing, writing
from processors.runtime.attempts import Attempts
from processors.runtime.claims import Claims
from processors.runtime.codec import decode, encode
from processors.runtime.ending import Ending
from processors.runtime.identity import is_event_id, is_ours, named_by
from processors.runtime.notification import landed
from processors.runtime.surroundings import Surroundings
from processors.runtime.working import Working
from processors.stage import Rejected
from processors.telemetry.tracing import Attempt, InHand, in_hand, step

log = structlog.get_logger()

#: Bytes of an event that its dead letter repeats. Ours stay below 100 kB; only a forged one is larger.
_MOST_ECHOED = 1024 * 1024

#: What a trace says of answers that were not written, for whatever reason: the worker's log names it.
_NOT_COMMITTED = "not_committed"

#: What is announced by an event and may be announced twice: whether it lies where such things lie.
_CHECKS: dict[type[Any], Callable[[Any, Buckets], None]] = {
    DocumentEnclosed: lambda data, buckets: enclosing.check(data.document, buckets),
    DocumentResubmitted: resubmitting.check,
    ReviewDecided: reviewing.check,
}


class Answerer:
    """Answers the records of one stage's topic."""

    def __init__(self, row: StageRow, surroundings: Surroundings, stop: Flag) -> None:
        self._row, self._with, self._stop = row, surroundings, stop
        self._working = Working(row, surroundings)
        self._ending = Ending(surroundings)
        self._claims = Claims(surroundings.objects, surroundings.buckets.work, surroundings.cluster)
        self.attempts = Attempts(surroundings.objects, surroundings.buckets.work, row.name)
        self._reads = {topic.event for topic in TOPICS if topic.name in row.reads}
        #: attempts whose answers are not yet committed, by work
        self._undelivered: dict[str, int] = {}

    def answer(self, incoming: Incoming) -> tuple[Outgoing, ...]:
        """The records that answer `incoming`; none for an announcement that was answered before.

        Raises:
            PipelineError: with blame "dependency" only: give the record back and wait.
        """
        self._with.tracing.taken()
        self._with.fail_point("taken")
        try:
            if incoming.origin.topic != NOTIFICATIONS:
                event = self._event(incoming.value)
                document = event.data.document
                if (check := _CHECKS.get(type(event.data))) is not None:
                    check(event.data, self._with.buckets)
                    if not self._claims.take(document, incoming.origin):
                        return ()
                return self._until_answered(incoming, document, event.id, event)
            answers: list[Outgoing] = []
            # All are read before the first is claimed: what is claimed must be answered.
            documents = {arrival.identify(said, self._with.buckets): None for said in landed(incoming.value)}
            for document in documents:
                if self._claims.take(document, incoming.origin):
                    answers += self._until_answered(incoming, document, document.id, None)
            return tuple(answers)
        except EventInvalid as error:
            self._with.telling.failed(error.code, retry.DeadLetter.__name__)
            return (writing.outgoing(self._dead_letter(error.code, incoming, None, None, 1)),)

    def delivered(self) -> None:
        """What was answered since the last call is committed."""
        self._with.tracing.committed()
        self._undelivered.clear()

    def undelivered(self) -> None:
        """What was answered since the last call could not be committed: its attempts do not count."""
        self._with.tracing.committed(_NOT_COMMITTED)
        for work_id, attempt in self._undelivered.items():
            self.attempts.take_back(work_id, attempt)
        self._undelivered.clear()

    def _until_answered(
        self, incoming: Incoming, document: DocumentId, work_id: str, event: Event[Any] | None
    ) -> tuple[Outgoing, ...]:
        """Try until there is an answer."""
        while True:
            begun = self.attempts.count(work_id)
            tried = Attempt(incoming, document, work_id, event, begun.number, begun.again, begun.earlier)
            with in_hand(self._with.tracing, tried) as told:
                answers = self._tried(tried, told)
                if answers is not None:
                    self._undelivered[work_id] = begun.number
                    return tuple(replace(one, trace=told.header) for one in answers) if told.header else answers

    def _tried(self, tried: Attempt, told: InHand) -> tuple[Outgoing, ...] | None:
        """The answer of this attempt; None where it failed, and another is to follow."""
        document, work_id, event, attempt = tried.document, tried.work_id, tried.event, tried.number
        self._with.fail_point("counted")
        try:
            said = self._ending.repeated(document, work_id) if tried.again else None
            if said is not None:
                told.answered(())
                return said
            if attempt > retry.MAX_UNEXPLAINED:
                raise AttemptsExhausted(work_id)
            # Of a single page nothing is left to deliver without it.
            resume = attempt >= retry.MAX_CRASHES and document.original.pages > 1
            return self._told(
                self._working.attempt(document, work_id, event, again=tried.again, resume=resume), work_id, told
            )
        except PipelineError as error:
            decision = self._decide(error, tried, told)
            if isinstance(decision, retry.DeadLetter):
                letter = self._dead_letter(decision.code, tried.incoming, document, event, attempt)
                return self._told([letter], work_id, told)
            if isinstance(decision, retry.Quarantine):
                rejected = Rejected(decision.reason, {"attempts": attempt})
                return self._told([self._working.quarantined(rejected, document, event)], work_id, told)
            return None

    def _told(self, events: Sequence[Event[Any]], work_id: str, told: InHand) -> tuple[Outgoing, ...]:
        with step("end"):
            answers = self._ending.outgoing(events, work_id)
        told.answered(events if answers else ())
        return answers

    def _event(self, value: bytes) -> Event[Any]:
        event = decode(value)
        if type(event.data) not in self._reads:
            raise EventInvalid("an event of another topic")
        document: DocumentId = event.data.document
        if not is_ours(document) or not is_event_id(event.id):
            raise EventInvalid("no name of ours")
        return event

    def _decide(self, error: PipelineError, tried: Attempt, told: InHand) -> retry.Decision:
        """What to do now; waits for a retry, and raises what must stop the worker from taking more."""
        work_id, attempt = tried.work_id, tried.number
        decision = retry.decide(error, attempt, random.random())  # noqa: S311 - spreads the workers, no secret
        self._with.telling.failed(error.code, type(decision).__name__)
        log.warning(
            "work_failed",
            stage=self._row.name,
            work=work_id,
            attempt=attempt,
            code=error.code,
            detail=error.detail,
            decision=type(decision).__name__,
        )
        told.failed(error.code)
        if isinstance(decision, retry.Pause) or self._stop.is_set():
            self.attempts.take_back(work_id, attempt)
            raise error if isinstance(decision, retry.Pause) else Interrupted() from error
        if isinstance(decision, retry.Retry):
            told.decided("retried")
            if self._stop.wait(decision.after):
                raise Interrupted() from error
        return decision

    def _dead_letter(
        self, code: str, incoming: Incoming, document: DocumentId | None, event: Event[Any] | None, attempt: int
    ) -> Event[DeadLettered]:
        letter = DeadLettered(
            document=document,
            about=named_by(incoming.key) if document is None else "",
            reason=code,
            stage=self._row.name,
            code_version=__version__,
            attempt=attempt,
            origin=incoming.origin,
            payload_sha256=hashlib.sha256(incoming.value).hexdigest(),
            # An event that fills a record leaves no room for what stands around it; `origin` says where it lies.
            event=None if event is None or len(incoming.value) > _MOST_ECHOED else json.loads(encode(event)),
        )
        return writing.dead_lettered(letter, self._with.now())
