"""What a stage may say: its own kinds of events, about the document that it was given, about parts that it made.

The child that answers has parsed a hostile file, so its answer is checked before anything of it is stored. What it
may still do is answer wrongly about its own document; it can neither touch another nor hold up its own for ever.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from processors.errors import StageFailed
from processors.events import (
    DocumentEnclosed,
    DocumentHeld,
    DocumentId,
    DocumentRecognised,
    Event,
    EventData,
    ObjectCreated,
    PageRange,
    PagesRecognised,
    PagesRequested,
)
from processors.pipeline import TOPICS, StageRow
from processors.reasons import QuarantineReason
from processors.stage import Done, Rejected

_TOPICS_OF: dict[type[Any], set[str]] = {}
for _topic in TOPICS:
    if _topic.event:
        _TOPICS_OF.setdefault(_topic.event, set()).add(_topic.name)
#: A remark of our own vocabulary, such as "missing_pack:chi_sim": nothing that could be text of a document.
_NOTE = re.compile(r"[a-z_]{1,40}(?::[a-z0-9_]{1,40})?")
_MOST_NOTES = 100


def vet(done: Done, event: Event[Any], row: StageRow) -> None:
    """Check an outcome against the event that asked for the work.

    Raises:
        StageFailed: it says something that this stage may not say.
    """
    _vet_drafts(done, event, row)
    if _cuts(event):
        raise StageFailed("a packet that was not cut")
    if isinstance(event.data, PagesRequested):
        _vet_pages(done, event.data)
    elif done.join or done.questions:
        raise StageFailed("a set that nobody asked for")
    if done.enclosures and "documents.enclosed" not in row.writes:
        raise StageFailed("files that nobody asked for")


def vet_rejected(rejected: Rejected, event: Event[Any]) -> None:
    """See that a document is set aside as cut where that was asked for, into as many as were asked for.

    Raises:
        StageFailed: it is not.
    """
    cuts = _cuts(event)
    was_cut = rejected.reason is QuarantineReason.CUT_INTO_DOCUMENTS
    if was_cut and not cuts:
        raise StageFailed("cut, though nobody asked for it")
    if len(rejected.enclosures) != (len(cuts) + 1 if was_cut else 0):
        raise StageFailed("another number of documents")


def vet_whole(done: Done, event: Event[Any], row: StageRow) -> None:
    """Check what the stage said of a set as a whole.

    Raises:
        StageFailed: it says something that it may not say.
    """
    _vet_drafts(done, event, row)
    if done.join or done.questions or done.enclosures:
        raise StageFailed("more than the whole")
    _vet_document([draft.data for draft in done.events], event.data)


def _vet_drafts(done: Done, event: Event[Any], row: StageRow) -> None:
    for draft in done.events:
        if not _TOPICS_OF.get(type(draft.data), set()) & set(row.writes) or isinstance(
            draft.data, DocumentEnclosed | DocumentHeld
        ):
            raise StageFailed(f"may not write {draft.data.TYPE}")
        if _known(draft.data.document, row) != _known(event.data.document, row):
            raise StageFailed("another document")
        _vet_remarks(draft.data)
    if not {artefact.role for artefact in done.artefacts} <= {"", *row.makes}:
        raise StageFailed("an artefact that is not its own")


def _vet_remarks(data: EventData) -> None:
    if len(data.notes) > _MOST_NOTES or not all(map(_NOTE.fullmatch, data.notes)):
        raise StageFailed("notes")
    pages = data.document.original.pages
    if not all(1 <= page.page <= pages and _NOTE.fullmatch(page.reason) for page in data.unread):
        raise StageFailed("unread pages")


def _vet_pages(done: Done, asked: PagesRequested) -> None:
    """One range was asked for: one part and one event about it, and the set of all ranges, in order.

    A document of one range is its own set: the event about all of it comes at once.
    """
    data = [draft.data for draft in done.events]
    join = done.join
    if len(asked.ranges) == 1:
        if join is not None:
            raise StageFailed("another set of parts")
        _vet_document([one for one in data if not isinstance(one, PagesRecognised)], asked)
    else:
        if [(artefact.name, artefact.role) for artefact in done.artefacts] != [(asked.range.file_name, "")]:
            raise StageFailed("another part than its own")
        if join is None or join.parts != tuple(one.file_name for one in asked.ranges) or join.whole in join.parts:
            raise StageFailed("another set of parts")
        if len(data) != 1:
            raise StageFailed("another page range")
    if [_range_of(one) for one in data if isinstance(one, PagesRecognised)] != [asked.range]:
        raise StageFailed("another page range")


def _vet_document(data: Sequence[EventData], asked: PagesRequested) -> None:
    """One event about the whole document."""
    pages = [one.pages for one in data if isinstance(one, DocumentRecognised)]
    if len(data) != 1 or pages != [asked.document.original.pages]:
        raise StageFailed("another number of pages")


def _range_of(data: object) -> PageRange | None:
    return data.range if isinstance(data, PagesRecognised) else None


def _cuts(event: Event[Any]) -> tuple[int, ...]:
    """Where the document is to be cut."""
    return event.data.cuts if isinstance(event.data, ObjectCreated) else ()


def _known(document: DocumentId, row: StageRow) -> DocumentId:
    """The document without what intake finds out."""
    if row.name != "intake":
        return document
    found_out = {"media_type": "", "pages": 0}
    return document.model_copy(update={"original": document.original.model_copy(update=found_out)})
