"""Between the rows of the ledger's tables and what they stand for."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from processors.events import DeadLettered, Event, Original, Ref
from processors.record.entry import Entry
from processors.record.facts import signature
from processors.record.states import BY_NAME

_ORIGINAL_FIELDS = tuple(Original.model_fields)


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry as it is written, but for when that was."""
    own = {f.name: getattr(entry, f.name) for f in fields(Entry) if f.name not in ("original", "updated")}
    artefacts = {role: ref.model_dump(mode="json") for role, ref in entry.artefacts.items()}
    return own | entry.original.model_dump() | {"state": entry.state.value, "artefacts": artefacts}


def entry_of_row(row: RowMapping) -> Entry:
    """A row of the ledger as it was written; for other views of the same database."""
    own = {f.name: row[f.name] for f in fields(Entry) if f.name != "original"}
    own["state"] = BY_NAME[row["state"]]
    own["artefacts"] = {role: Ref.model_validate(ref) for role, ref in row["artefacts"].items()}
    return Entry(**own, original=Original(**{name: row[name] for name in _ORIGINAL_FIELDS}))


def step_row(event: Event[Any], heard: Entry, at: datetime) -> dict[str, Any]:
    """The step that an event is on its document's path, noted then."""
    signed = signature(event)
    return {
        "event_id": event.id,
        "event_type": event.type,
        "document_id": heard.id,
        "run_id": heard.run_id,
        "stage": signed.stage,
        "at": event.time,
        "recorded_at": at,
        "code_version": signed.code_version,
        "engine": signed.engine,
        "model_digest": signed.model_digest,
    }


def unreadable_row(event: Event[Any], letter: DeadLettered, at: datetime) -> dict[str, Any]:
    """A dead letter that names no document, noted then."""
    return {
        "event_id": event.id,
        "stage": letter.stage,
        "reason": letter.reason,
        "topic": letter.origin.topic,
        "partition": letter.origin.partition,
        "offset": letter.origin.offset,
        "payload_sha256": letter.payload_sha256,
        "about": letter.about,
        "at": event.time,
        "recorded_at": at,
    }
