"""From the end of a run to the events with which another begins at a stage, so that the stages before it rest.

An end names what all stages stored, who signed, and what is to be known of the reading. What the stage and those
behind it made or said is left out of it; the rest is what the stage before had said, and refers to the artefacts of
the earlier run, which stay where they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processors.document_types.paths import is_empty
from processors.events import (
    DeadLettered,
    DocumentClassified,
    DocumentExtracted,
    DocumentId,
    DocumentRecognised,
    Event,
    EventData,
    PagesRequested,
    Ref,
)
from processors.fields import Fields
from processors.intake.ranges import split
from processors.pipeline import STAGES, StageName, stage
from processors.ports import Objects
from processors.runtime import writing
from processors.runtime.codec import decode

#: the stages in their order
_ORDER = [row.name for row in STAGES]
#: how notes begin that recognition left, see `docs/reasons.md`; those of the door say what may be trusted and stay
_OF_THE_READING = (
    "missing_pack:",
    "language_not_allowed:",
    "not_escalated",
    "model_",
    "unplaced_words:",
    "outputs_failed:",
    "no_searchable_pdf:",
    "pdf_",
    "active_content_removed",
)


class CannotBegin(Exception):
    """Nothing can begin there for this document; the text says why, in our own words."""


def begin(
    end: Event[Any] | None, at_stage: StageName, run: str, objects: Objects, now: datetime
) -> tuple[Event[Any], ...]:
    """The events with which the run `run` of a document begins at a stage.

    Args:
        end: the event that ended the run before; None where it is not there
        at_stage: the first stage that works again
        run: the new run
        objects: where the artefact "fields" is read, for a run that begins at publish
        now: when the events are written

    Raises:
        CannotBegin: the run before did not come as far.
    """
    before = _before(end)
    document = before.document.model_copy(update={"run_id": run, "continues": before.document.run_id})
    common = _common(before, document, at_stage)
    lacking = [
        need for need in stage(at_stage).needs if not any(role in common["artefacts"] for role in need.split("|"))
    ]
    if lacking:
        raise CannotBegin(f"it never came to {at_stage}")
    data: list[tuple[EventData, str]]
    if at_stage == "ocr":
        data = _pages(common, document)
    elif at_stage == "classify":
        data = [(DocumentRecognised(**common, pages=document.original.pages), "")]
    elif at_stage == "extract":
        data = [(_classified(before, common), "")]
    else:
        data = [(_extracted(before, common, objects), "")]
    return tuple(writing.begun(one, part, now) for one, part in data)


def _before(end: Event[Any] | None) -> EventData:
    """What was known of the document when its run ended."""
    if end is None:
        raise CannotBegin("its end is not in the store")
    data = end.data
    if isinstance(data, DeadLettered):
        if data.event is None:
            raise CannotBegin("its dead letter does not say what failed")
        data = decode(json.dumps(data.event).encode()).data
    assert isinstance(data, EventData)
    return data


def _common(before: EventData, document: DocumentId, at_stage: StageName) -> dict[str, Any]:
    rest = STAGES[_ORDER.index(at_stage) :]
    made_anew = {role for row in rest for role in row.makes}
    artefacts: Mapping[str, Ref] = {role: ref for role, ref in before.artefacts.items() if role not in made_anew}
    signed = {row.name for row in rest}
    anew = at_stage == "ocr"
    return {
        "document": document,
        "artefacts": artefacts,
        "provenance": tuple(step for step in before.provenance if step.stage not in signed),
        "unread": () if anew else before.unread,
        "notes": tuple(note for note in before.notes if not (anew and note.startswith(_OF_THE_READING))),
    }


def _pages(common: Mapping[str, Any], document: DocumentId) -> list[tuple[EventData, str]]:
    ranges = split(document.original.pages)
    if not ranges:
        raise CannotBegin("its pages were never counted")
    return [(PagesRequested(**common, range=one, ranges=ranges), one.name) for one in ranges]


def _classified(before: EventData, common: Mapping[str, Any]) -> DocumentClassified:
    if isinstance(before, DocumentClassified):
        return before.model_copy(update=dict(common))
    if not getattr(before, "type", ""):
        raise CannotBegin("its type was never told")
    return DocumentClassified(**common, type=before.type, confidence=before.type_confidence)  # type: ignore[attr-defined]


def _extracted(before: EventData, common: Mapping[str, Any], objects: Objects) -> DocumentExtracted:
    if isinstance(before, DocumentExtracted):
        return before.model_copy(update=dict(common))
    if not hasattr(before, "type_confidence"):
        raise CannotBegin("its type was never told")
    fields = Fields.model_validate_json(objects.read(common["artefacts"]["fields"]))
    return DocumentExtracted(
        **common,
        type=fields.type,
        type_version=fields.type_version,
        type_confidence=before.type_confidence,
        fields_total=len(fields.values),
        fields_found=sum(not is_empty(value) for value in fields.values.values()),
    )
