"""One review as it is opened for a person: what was asked, what was read, who has looked already."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from processors.batch.doors import Doors
from processors.batch.reviews.errors import ReviewError
from processors.decisions import MOST_LOOKS, Look, Settled, settled
from processors.document_types import DocumentType
from processors.events import DocumentId, Event, ReviewRequested
from processors.fields import Fields
from processors.names import review_run
from processors.pages import Page, pages_among
from processors.places import look_key
from processors.record.aging import Aging
from processors.record.standing import Standing, StandingEnd
from processors.record.states import State
from processors.runtime.ending import Ending


@dataclass(frozen=True)
class Case:
    """A review that waits."""

    event: Event[ReviewRequested]
    #: the document, in the run that the decision begins
    document: DocumentId
    fields: Fields
    #: None where the type is not known
    document_type: DocumentType | None
    #: what people said, in their order
    looks: tuple[Look, ...]
    #: the result that stands, as its event is called; "" where none does
    supersedes: str

    @property
    def settled(self) -> Settled | None:
        """What counts; None while a person must look."""
        return settled(self.looks)

    @property
    def number(self) -> int:
        """Which look the next one is, counted from 1."""
        return len(self.looks) + 1

    @property
    def shown(self) -> tuple[Look, ...]:
        """What the next person may know of the others: nothing, but for the third, who settles it."""
        return self.looks if self.number == MOST_LOOKS else ()


def open_case(doors: Doors, types: Mapping[str, DocumentType], document: str) -> Case:
    """Open the review of a document.

    Raises:
        ReviewError: it waits for no review.
    """
    standing = Standing(doors.ledger.engine)
    end = standing.of([document]).get(document)
    if end is None or end.state is not State.REVIEW:
        stands = "is not known" if end is None else f"stands at {end.state.value} (run {end.run})"
        raise ReviewError(f"{document} waits for no review: it {stands}.")
    gone = Aging(doors.ledger.engine).disposed([document]).get(document)
    if gone is not None:
        raise ReviewError(f"{document} waits for no review: it was disposed of on {gone.at:%Y-%m-%d}.")
    before = standing.of([document], (State.RESULT,)).get(document)
    return case_of(doors, types, end, before.event if before else "")


def case_of(doors: Doors, types: Mapping[str, DocumentType], end: StandingEnd, supersedes: str) -> Case:
    """The review behind an end of the ledger.

    Raises:
        ReviewError: what was read is gone from the store, or cannot be read.
    """
    event = review_event(doors, end.document, end.agency, end.run)
    if event is None:
        raise ReviewError(f"{end.document}: what asked for its review is gone from the store.")
    document = decided_document(event)
    try:
        fields = Fields.model_validate_json(doors.objects.read(event.data.artefacts["fields"]))
    except (KeyError, ValidationError):
        raise ReviewError(f"{end.document}: what was read is in no form that this version knows.") from None
    known = types.get(event.data.type)
    return Case(event, document, fields, known, read_looks(doors, document), supersedes)


def review_event(doors: Doors, document: str, agency: str, run: str) -> Event[Any] | None:
    """The event that ended this run by asking for a review; None if none did."""
    event = Ending(doors).event(DocumentId.keyed(document, agency, run))
    return event if event is not None and isinstance(event.data, ReviewRequested) else None


def decided_document(event: Event[ReviewRequested]) -> DocumentId:
    """The document in the run that a decision about this review begins."""
    before = event.data.document
    return before.model_copy(update={"run_id": review_run(event.id), "continues": before.run_id})


def read_looks(doors: Doors, document: DocumentId) -> tuple[Look, ...]:
    """What people said, in their order."""
    looks: list[Look] = []
    for number in range(1, MOST_LOOKS + 1):
        there = doors.objects.info(doors.buckets.documents, look_key(document, number))
        if there is None:
            break
        looks.append(Look.model_validate_json(doors.objects.read(there.ref)))
    return tuple(looks)


def pages_of(doors: Doors, case: Case, numbers: Collection[int]) -> dict[int, Page]:
    """Some pages with their words, by number; those that are not there are left out.

    Raises:
        ReviewError: they were never stored, or are others than those that were read.
    """
    if not numbers:
        return {}
    ref = case.event.data.artefacts.get("pages")
    if ref is None:
        raise ReviewError(f"{case.document.id}: its pages were never stored.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.jsonl"
        if doors.objects.fetch(ref, file) != ref.sha256:
            raise ReviewError(f"{case.document.id}: its pages are not those that were read.")
        return pages_among(file, numbers)
