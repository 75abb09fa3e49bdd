"""A person's word about a review: kept create-only, and done once enough people have said the same.

Of two people who answer at the same moment the first counts, and the other is told who was first. The same person
may repeat the same answer: whoever is cut off in the middle simply asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from processors.acts import Act
from processors.batch.doors import Doors
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.cases import Case
from processors.batch.reviews.errors import ReviewError
from processors.batch.reviews.making import look_of
from processors.batch.reviews.sending import send
from processors.config import STANDARD, Limits
from processors.decisions import Look, may_look, settled
from processors.document_types import DocumentType
from processors.names import person
from processors.places import look_key
from processors.record.review_work import ReviewWork
from processors.runtime.acting import Acts, acting
from processors.runtime.firsts import first_bytes


@dataclass(frozen=True)
class Decided:
    """What came of an answer."""

    document: str
    #: the run that the decision begins
    run: str
    says: str
    by: str
    #: which look it was, counted from 1
    look: int
    #: it is on its way; else another person must look first
    sent: bool


def decide(
    doors: Doors,
    types: Mapping[str, DocumentType],
    case: Case,
    answer: Answer,
    *,
    by: str,
    now: datetime,
    share: float,
    limits: Limits = STANDARD,
) -> Decided:
    """Keep a person's answer, and do what it settles.

    Args:
        doors: see there
        types: all document types
        case: the review as the person saw it
        answer: what the person says
        by: who
        now: when
        share: of decided reviews, how many a second person looks at, 0 to 1
        limits: on what may come of one document that is cut

    Raises:
        ReviewError: it cannot be done so, somebody else was first, or this person has looked already.
    """
    if not person(by):
        raise ReviewError("Say who you are.")
    if case.settled is not None:
        send(doors, case.event, case.looks)
        raise ReviewError(f"{case.settled.look.by} has decided this review already.")
    if not may_look(case.looks, by):
        raise ReviewError(f"{by} has looked at this review already: another person must look at it now.")
    holder = ReviewWork(doors.ledger.engine).take(case.event.id, by, now)
    if holder != person(by):
        raise ReviewError(f"{holder} works on this review; it is free again 15 minutes after they stop.")
    wanted = look_of(doors, case, types, answer, by, now, share, limits)
    kept = keep(doors, case, wanted)
    looks = (*case.looks, kept)
    sent = send(doors, case.event, looks)
    if not sent:
        ReviewWork(doors.ledger.engine).looked(case.event.id, [look.by for look in looks], sent=False)
    return Decided(case.document.id, case.document.run_id, kept.says, kept.by, case.number, sent)


def decide_on_record(
    doors: Doors,
    acts: Acts,
    types: Mapping[str, DocumentType],
    case: Case,
    answer: Answer,
    *,
    by: str,
    now: datetime,
    share: float,
    limits: Limits = STANDARD,
) -> Decided:
    """`decide`, with the act in the audit chain: that it was begun, and whether it was done; no values.

    Raises:
        ReviewError: see `decide`.
    """
    act = Act.REVIEW_REPEATED if case.looks else Act.REVIEW_DECIDED
    details: dict[str, str | int] = {"says": answer.says, "look": case.number, "changes": len(answer.changes)}
    details |= {"documents": len(answer.cuts) + 1} if answer.cuts else {}
    before = case.event.data.document
    with acting(acts, act, thing=before.id, by=by, document=before, details=details):
        return decide(doors, types, case, answer, by=by, now=now, share=share, limits=limits)


def keep(doors: Doors, case: Case, wanted: Look) -> Look:
    """Store a look, create-only.

    Raises:
        ReviewError: another person's, or another answer, is there.
    """
    key = look_key(case.document, case.number)
    mine = wanted.model_dump_json().encode()
    kept = Look.model_validate_json(
        first_bytes(doors.objects, doors.buckets.documents, key, mine, "application/json")
    )
    if person(kept.by) != person(wanted.by) or not kept.agrees(wanted):
        raise ReviewError(f"{kept.by} was first to answer: open the review anew to see whether it waits still.")
    return kept


def waits_for(looks: tuple[Look, ...]) -> str:
    """What a review with these looks waits for, in words."""
    if settled(looks) is not None:
        return "nothing: it is decided"
    return ("a person", "a second person", "a third person, since two differ")[len(looks)]
