"""One attempt at one piece of work: look, fetch, process, store, join (steps 4 to 8 of `answering.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processors.errors import ArtefactMissing, EventInvalid
from processors.events import DocumentId, Event, Ref
from processors.pipeline import StageRow
from processors.places import belongings
from processors.runtime import arrival, joining, storing, writing
from processors.runtime.scratch import Folder
from processors.runtime.storing import Stored
from processors.runtime.surroundings import Surroundings
from processors.runtime.vetting import vet
from processors.runtime.writing import Trigger
from processors.stage import Outcome, Rejected, Work


class Working:
    """Attempts the work of one stage."""

    def __init__(self, row: StageRow, surroundings: Surroundings) -> None:
        self._row, self._with = row, surroundings

    def attempt(
        self, document: DocumentId, work_id: str, event: Event[Any] | None, *, again: bool
    ) -> list[Event[Any]]:
        """The events that answer this work.

        Args:
            document: which document
            work_id: names the work in claims, marks and kept outcomes
            event: what asked for the work; None when a notification did, and the object is yet to be fetched
            again: an earlier attempt was begun, and may have kept its outcome

        Raises:
            PipelineError: see `runtime/retry.py` for what follows.
        """
        point = self._with.fail_point
        with self._with.scratches.folder() as scratch:
            stored = self._kept(work_id, scratch) if again and self._row.costly else None
            trigger = _trigger(document, event)
            if stored is None:
                if event is None:
                    received = self._receive(document, scratch)
                    if isinstance(received, tuple):
                        return [self.quarantined(received[1], received[0], None)]
                    event = received
                    trigger = _trigger(document, event)
                else:
                    self._fetch(event, scratch)
                outcome = self._process(event, scratch)
                point("processed")
                if isinstance(outcome, Rejected):
                    return [self.quarantined(outcome, document, event)]
                vet(outcome, event, self._row)
                stored = storing.store(outcome, document, self._row.name, self._with.objects, self._with.buckets)
                if self._row.costly:
                    storing.keep(stored, self._row.name, work_id, self._with.objects, self._with.buckets)
            point("stored")
            events = self._events(stored, trigger, work_id, scratch)
            point("joined")
            return events

    def quarantined(self, rejected: Rejected, document: DocumentId, event: Event[Any] | None) -> Event[Any]:
        """The event that sets the document aside."""
        trigger = _trigger(document, event)
        return writing.quarantined(rejected, trigger, writing.step(self._row.name), self._with.now())

    def _kept(self, work_id: str, scratch: Folder) -> Stored | None:
        return storing.kept(self._row.name, work_id, self._with.objects, self._with.buckets, scratch)

    def _receive(self, document: DocumentId, scratch: Folder) -> Event[Any] | tuple[DocumentId, Rejected]:
        """Intake's event, which no topic carries: the object version itself is what asks for the work."""
        lock = self._with.lock.lock(self._with.now())
        received = arrival.receive(
            document, self._with.objects, self._with.buckets, self._with.limits, lock, scratch
        )
        if isinstance(received, tuple):
            return received
        return writing.created(received, self._with.now())

    def _fetch(self, event: Event[Any], scratch: Folder) -> None:
        for role in self._row.needs:
            ref: Ref | None = event.data.artefacts.get(role)
            if ref is None:
                raise EventInvalid(f"no artefact {role}")
            document = event.data.document
            if ref.bucket != self._with.buckets.documents or not ref.key.startswith(belongings(document)):
                raise EventInvalid("an artefact of another document")
            if self._with.objects.fetch(ref, scratch.input(role)) != ref.sha256:
                raise ArtefactMissing(f"{role}: other bytes than the event names")

    def _process(self, event: Event[Any], scratch: Folder) -> Outcome:
        inputs = {role: scratch.input(role) for role in self._row.needs}
        return self._with.workbench.run(Work(event, inputs, scratch.work))

    def _events(self, stored: Stored, trigger: Trigger, work_id: str, scratch: Folder) -> list[Event[Any]]:
        """The events of an outcome, and what follows from a set that is complete."""
        done, now = stored.done, self._with.now()
        signature = writing.step(self._row.name, done.engine, done.model_digest)
        new: Mapping[str, Ref] = stored.by_role
        events: list[Event[Any]] = [writing.event_of(draft, trigger, signature, new, now) for draft in done.events]
        if done.join is not None:
            whole = joining.complete(
                joining.Part(done.join, trigger.document, self._row.name, work_id),
                stored,
                self._with.objects,
                self._with.buckets,
                scratch,
            )
            if whole is not None:
                new = {**new, done.join.role: whole}
                events.append(writing.event_of(done.join.then, trigger, signature, new, now))
        return events


def _trigger(document: DocumentId, event: Event[Any] | None) -> Trigger:
    if event is None:
        return Trigger(document, {}, ())
    return Trigger(event.data.document, event.data.artefacts, event.data.provenance)
