"""A person's word about a reprocessing: its results are published, or none of them.

`reprocessings/<run>/decision.json` is written create-only: of two people who decide at the same moment the first
counts, and nobody can take it back. It names the digest of the report that the person had before them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from processors.batch.doors import Doors, Stored
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest
from processors.events import Record
from processors.names import person
from processors.places import reprocessing_key
from processors.runtime.firsts import first_bytes

Word = Literal["approved", "rejected"]


class Decision(Record):
    """A person's word."""

    word: Word
    by: str
    #: results that are published are dated then
    at: datetime
    reason: str
    #: sha256 of the report's figures
    report: str


def decision(doors: Stored, run: str) -> Decision | None:
    """What was decided; None as long as nothing was."""
    there = doors.objects.info(doors.buckets.work, reprocessing_key(run, "decision.json"))
    return None if there is None else Decision.model_validate_json(doors.objects.read(there.ref))


def decide(doors: Doors, manifest: Manifest, wanted: Decision) -> Decision:
    """Decide; the same word of the same person may be repeated.

    Raises:
        ReprocessError: it was decided otherwise, by somebody else, or this person may not.
    """
    if not person(wanted.by):
        raise ReprocessError("Say who you are: --by NAME.")
    if wanted.word == "approved" and not manifest.wish.release:
        raise ReprocessError(f"{manifest.wish.name} is to compare only: plan another to release results.")
    if wanted.word == "approved" and person(wanted.by) == person(manifest.wish.by):
        raise ReprocessError(f"{manifest.wish.by} asked for {manifest.wish.name}: another person must approve it.")
    content, key = wanted.model_dump_json(indent=1).encode(), reprocessing_key(manifest.run, "decision.json")
    first = first_bytes(doors.objects, doors.buckets.work, key, content, "application/json")
    decided = Decision.model_validate_json(first)
    if (decided.word, person(decided.by)) != (wanted.word, person(wanted.by)):
        raise ReprocessError(f"{decided.by} has {decided.word} {manifest.wish.name} already.")
    return decided
