"""What a stage may say: its own kinds of events, about the document that it was given, about parts that it made.

The child that answers has parsed a hostile file, so its answer is checked before anything of it is stored.
"""

from __future__ import annotations

from processors.errors import StageFailed
from processors.events import DocumentId
from processors.pipeline import TOPICS, StageRow
from processors.stage import Done

_TOPIC_OF = {topic.event: topic.name for topic in TOPICS if topic.event}


def vet(done: Done, document: DocumentId, row: StageRow) -> None:
    """Check an outcome against the work that it answers.

    Raises:
        StageFailed: it says something that this stage may not say.
    """
    join = done.join
    for draft in (*done.events, *((join.then,) if join else ())):
        if _TOPIC_OF.get(type(draft.data)) not in row.writes:
            raise StageFailed(f"may not write {draft.data.TYPE}")
        if _known(draft.data.document, row) != _known(document, row):
            raise StageFailed("another document")
    names = {artefact.name for artefact in done.artefacts}
    if join and not names.intersection(join.parts):
        raise StageFailed("no part of its own set")


def _known(document: DocumentId, row: StageRow) -> DocumentId:
    """The document without what intake finds out."""
    if row.name != "intake":
        return document
    found_out = {"media_type": "", "pages": 0}
    return document.model_copy(update={"original": document.original.model_copy(update=found_out)})
