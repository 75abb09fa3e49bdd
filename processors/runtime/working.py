"""One attempt at one piece of work: look, fetch, process, store, join (steps 4 to 8 of `answering.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from processors.errors import ArtefactMissing, EventInvalid
from processors.events import DocumentEnclosed, DocumentId, DocumentResubmitted, Event, PagesRequested, Ref, Step
from processors.pipeline import StageRow
from processors.places import belongings
from processors.runtime import arrival, enclosing, joining, resubmitting, storing, writing
from processors.runtime.processing import outcome_of
from processors.runtime.scratch import Folder
from processors.runtime.storing import Stored
from processors.runtime.surroundings import Surroundings
from processors.runtime.vetting import vet, vet_rejected, vet_whole
from processors.runtime.writing import Trigger
from processors.stage import Done, Enclosure, Join, Outcome, Rejected, Work


class Working:
    """Attempts the work of one stage."""

    def __init__(self, row: StageRow, surroundings: Surroundings) -> None:
        self._row, self._with = row, surroundings

    def attempt(
        self, document: DocumentId, work_id: str, event: Event[Any] | None, *, again: bool, resume: bool
    ) -> list[Event[Any]]:
        """The events that answer this work.

        Args:
            document: which document
            work_id: names the work in claims, marks and kept outcomes
            event: what asked for the work; None when a notification did
            again: an earlier attempt was begun, and may have kept its outcome
            resume: the stage died over this work before: let it go on behind the place where it dies

        Raises:
            PipelineError: see `runtime/retry.py` for what follows.
        """
        point = self._with.fail_point
        with self._with.scratches.folder() as scratch:
            stored = self._kept(work_id, scratch) if again and self._row.costly else None
            inside: list[Event[Any]] = []
            if event is not None and isinstance(event.data, DocumentResubmitted) and event.data.cuts:
                event = writing.created(resubmitting.to_be_cut(event.data, self._with.objects), self._with.now())
                self._fetch(event, scratch)
            elif event is None or isinstance(event.data, DocumentEnclosed | DocumentResubmitted):
                waived = event.data.waived if event and isinstance(event.data, DocumentResubmitted) else ()
                received = self._receive(document, scratch, waived)
                if isinstance(received, tuple):
                    return [self.quarantined(received[1], received[0], None)]
                event = received
                rejected = arrival.known_malware(scratch, self._with.scanner)
                if rejected is not None:
                    return [self.quarantined(rejected, event.data.document, event)]
            elif stored is None:
                self._fetch(event, scratch)
            if stored is None:
                outcome = self._process(event, scratch, resume=resume)
                point("processed")
                if isinstance(outcome, Rejected):
                    return self._rejected(outcome, event)
                vet(outcome, event, self._row)
                signature = writing.step(self._row.name, outcome.engine, outcome.model_digest)
                inside += self._enclosed(outcome.enclosures, event, signature)
                stored = self._store(outcome, event)
                if self._row.costly:
                    storing.keep(stored, self._row.name, work_id, self._with.objects, self._with.buckets)
            point("stored")
            events = self._events(stored, event, stored.by_role)
            if stored.done.join is not None:
                events += self._whole(stored.done.join, event, work_id, scratch, resume=resume)
            point("joined")
            return events + inside

    def _rejected(self, rejected: Rejected, event: Event[Any]) -> list[Event[Any]]:
        """The event that sets the document aside, and what goes on in its place, stored before anything is told."""
        vet_rejected(rejected, event)
        instead = list(self._enclosed(rejected.enclosures, event, writing.step(self._row.name)))
        if instead:
            self._with.fail_point("stored")
        return [self.quarantined(rejected, event.data.document, event), *instead]

    def quarantined(self, rejected: Rejected, document: DocumentId, event: Event[Any] | None) -> Event[Any]:
        """The event that sets the document aside."""
        trigger = Trigger(document, {}, ()) if event is None else Trigger.of(event)
        return writing.quarantined(rejected, trigger, writing.step(self._row.name), self._with.now())

    def _kept(self, work_id: str, scratch: Folder) -> Stored | None:
        return storing.kept(self._row.name, work_id, self._with.objects, self._with.buckets, scratch)

    def _receive(
        self, document: DocumentId, scratch: Folder, waived: tuple[str, ...]
    ) -> Event[Any] | tuple[DocumentId, Rejected]:
        """Intake's event, which no topic carries: the object version itself is what asks for the work."""
        lock = self._with.lock.lock(self._with.now())
        received = arrival.receive(
            document, self._with.objects, self._with.buckets, self._with.limits, lock, scratch, waived
        )
        if isinstance(received, tuple):
            return received
        return writing.created(received, self._with.now())

    def _fetch(self, event: Event[Any], scratch: Folder) -> None:
        for role in self._roles(event):
            ref: Ref = event.data.artefacts[role]
            document = event.data.document
            if ref.bucket != self._with.buckets.documents or not ref.key.startswith(belongings(document)):
                raise EventInvalid("an artefact of another document")
            if self._fetched(ref, scratch.input(role), event) != ref.sha256:
                raise ArtefactMissing(f"{role}: other bytes than the event names")

    def _fetched(self, ref: Ref, to: Path, event: Event[Any]) -> str:
        several = isinstance(event.data, PagesRequested) and len(event.data.ranges) > 1
        if several and self._with.originals is not None:
            return self._with.originals.fetch(ref, to, self._with.objects)
        return self._with.objects.fetch(ref, to)

    def _roles(self, event: Event[Any]) -> list[str]:
        """The roles of the stage's inputs; of "one|other" the first that the document has."""
        roles = []
        for need in self._row.needs:
            role = next((role for role in need.split("|") if role in event.data.artefacts), None)
            if role is None:
                raise EventInvalid(f"no artefact {need}")
            roles.append(role)
        return list(dict.fromkeys(roles))

    def _process(self, event: Event[Any], scratch: Folder, *, resume: bool, whole: Path | None = None) -> Outcome:
        inputs = {role: scratch.input(role) for role in self._roles(event)}
        return outcome_of(
            Work(event, inputs, scratch.work, whole=whole),
            self._with.workbench,
            self._with.vision,
            self._with.language,
            resume=resume and self._row.resumes,
        )

    def _whole(
        self, join: Join, event: Event[Any], work_id: str, scratch: Folder, *, resume: bool
    ) -> list[Event[Any]]:
        """What follows from the set as a whole, if this work is the one that completes it."""
        part = joining.Part(join, event.data.document, self._row.name, work_id)
        whole = joining.complete(part, self._with.objects, self._with.buckets, scratch)
        if whole is None:
            return []
        if not all(scratch.input(role).exists() for role in self._roles(event)):
            self._fetch(event, scratch)
        outcome = self._process(event, scratch, resume=resume, whole=whole.path)
        if isinstance(outcome, Rejected):
            return [self.quarantined(outcome, event.data.document, event)]
        vet_whole(outcome, event, self._row)
        stored = self._store(outcome, event)
        return self._events(stored, event, {**stored.by_role, join.role: whole.ref})

    def _store(self, outcome: Done, event: Event[Any]) -> Stored:
        document = event.data.document
        stored = storing.store(outcome, document, self._row.name, self._with.objects, self._with.buckets)
        for artefact in outcome.artefacts:
            if artefact.role == "fields":
                self._with.telling.read(artefact.path)
        return stored

    def _enclosed(self, files: Sequence[Enclosure], event: Event[Any], signature: Step) -> Iterator[Event[Any]]:
        objects, buckets = self._with.objects, self._with.buckets
        return enclosing.announce(files, event.data.document, signature, objects, buckets, self._with.now())

    def _events(self, stored: Stored, event: Event[Any], new: Mapping[str, Ref]) -> list[Event[Any]]:
        done = stored.done
        signature = writing.step(self._row.name, done.engine, done.model_digest)
        trigger = Trigger.of(event)
        return [writing.event_of(draft, trigger, signature, new, self._with.now()) for draft in done.events]
