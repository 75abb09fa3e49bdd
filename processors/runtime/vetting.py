"""What a stage may say: its own kinds of events, about the document that it was given, about parts that it made.

The child that answers has parsed a hostile file, so its answer is checked before anything of it is stored. What it
may still do is answer wrongly about its own document; it can neither touch another nor hold up its own for ever.
"""

from __future__ import annotations

from typing import Any

from processors.errors import StageFailed
from processors.events import DocumentId, DocumentRecognised, Event, PageRange, PagesRecognised, PagesRequested
from processors.pipeline import TOPICS, StageRow
from processors.stage import Done

_TOPIC_OF = {topic.event: topic.name for topic in TOPICS if topic.event}


def vet(done: Done, event: Event[Any], row: StageRow) -> None:
    """Check an outcome against the event that asked for the work.

    Raises:
        StageFailed: it says something that this stage may not say.
    """
    join = done.join
    for draft in (*done.events, *((join.then,) if join else ())):
        if _TOPIC_OF.get(type(draft.data)) not in row.writes:
            raise StageFailed(f"may not write {draft.data.TYPE}")
        if _known(draft.data.document, row) != _known(event.data.document, row):
            raise StageFailed("another document")
    if isinstance(event.data, PagesRequested):
        _vet_pages(done, event.data)
    elif join:
        raise StageFailed("a set that nobody asked for")


def _vet_pages(done: Done, asked: PagesRequested) -> None:
    """One range was asked for: one part, one event about it, and the set of all ranges, in order."""
    mine = asked.range.file_name
    if [(artefact.name, artefact.role) for artefact in done.artefacts] != [(mine, "")]:
        raise StageFailed("another part than its own")
    if [_range_of(draft.data) for draft in done.events] != [asked.range]:
        raise StageFailed("another page range")
    join = done.join
    if join is None or join.parts != tuple(one.file_name for one in asked.ranges) or join.whole in join.parts:
        raise StageFailed("another set of parts")
    then = join.then.data
    if not isinstance(then, DocumentRecognised) or then.pages != asked.document.original.pages:
        raise StageFailed("another number of pages")


def _range_of(data: object) -> PageRange | None:
    return data.range if isinstance(data, PagesRecognised) else None


def _known(document: DocumentId, row: StageRow) -> DocumentId:
    """The document without what intake finds out."""
    if row.name != "intake":
        return document
    found_out = {"media_type": "", "pages": 0}
    return document.model_copy(update={"original": document.original.model_copy(update=found_out)})
