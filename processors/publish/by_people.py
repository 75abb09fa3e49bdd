"""Doing what a person decided: their values pass the same checks as a machine's, but for how sure one may be.

A person may say that words read otherwise than the machine reads them, or bring a value that stands on no page;
then the evidence says so. A person may say that the document itself breaks a rule of its type. What no person may
do is release values that do not fit the type's schema: consumers rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from processors.decisions import ENTERED, POINTED, READ, TYPE_TOLD, Look
from processors.document_types import DocumentType
from processors.document_types.paths import walk
from processors.document_types.proof import follows
from processors.events import (
    DocumentClassified,
    EventData,
    Evidence,
    FailedRule,
    ResultReleased,
    Review,
    ReviewDecided,
    ReviewRequested,
)
from processors.fields import Fields
from processors.publish.release import Ask, Doubt
from processors.publish.shape import misfits, missing
from processors.publish.whole import broken
from processors.reasons import BY_REVIEWERS, QuarantineReason, ReviewReason
from processors.stage import Rejected


def faults(look: Look, document_type: DocumentType | None) -> Ask | None:
    """What stands against releasing these values, and the broken rules behind it; None if nothing does."""
    if document_type is None or (look.type, look.type_version) != (document_type.name, document_type.version):
        return Ask(((ReviewReason.TYPE_UNKNOWN, ""),))
    failed = tuple(unaccepted(look, document_type))
    doubts = tuple(
        dict.fromkeys(
            (
                *((ReviewReason.REQUIRED_MISSING, path) for path in missing(look.values, document_type)),
                *_unfit(look, document_type),
                *((ReviewReason.RULE_FAILED, path) for rule in failed for path in rule.paths),
            )
        )
    )
    return Ask(doubts, failed) if doubts else None


def unaccepted(look: Look, document_type: DocumentType) -> Iterator[FailedRule]:
    """The rules that the values break and of which the person did not say that the document breaks them."""
    return (rule for rule in broken(look.values, document_type) if rule.name not in look.accepted_rules)


def done(
    event: ReviewDecided, look: Look, fields: Fields, types: Mapping[str, DocumentType]
) -> EventData | Rejected:
    """What follows from a decision.

    Args:
        event: that tells of it
        look: the one that counts
        fields: what had been read
        types: all document types
    """
    if look.says == "set_aside":
        known = look.reason in {reason.value for reason in BY_REVIEWERS}
        return Rejected(QuarantineReason.of(look.reason) if known else QuarantineReason.NOT_WANTED)
    if look.says == "type":
        told = DocumentClassified(document=event.document, type=look.type, confidence=1.0, notes=(TYPE_TOLD,))
        return told if look.type in types else _asked(event, Ask(((ReviewReason.TYPE_UNKNOWN, ""),)))
    if look.says == "cut":  # which intake does: no event of ours leads here
        return _asked(event, Ask(((ReviewReason.SCHEMA_INVALID, ""),)))
    against = faults(look, types.get(look.type))
    return _released(event, look, fields) if against is None else _asked(event, against)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths whose values differ, in their order."""
    old, new = dict(walk(dict(before))), dict(walk(dict(after)))
    return tuple(path for path in dict.fromkeys((*old, *new)) if old.get(path) != new.get(path))


def _released(event: ReviewDecided, look: Look, fields: Fields) -> ResultReleased:
    return ResultReleased(
        document=event.document,
        type=look.type,
        type_version=look.type_version,
        type_confidence=event.type_confidence,
        confidence=min([event.type_confidence, *(look.evidence[path].confidence for path, _ in walk(look.values))]),
        fields=look.values,
        evidence=look.evidence,
        review=Review(
            reviewer=event.by,
            at=event.at,
            changed=changed(fields.values, look.values),
            confirmed_by=event.confirmed_by,
            accepted_rules=look.accepted_rules,
        ),
        supersedes=look.supersedes,
    )


def _asked(event: ReviewDecided, ask: Ask) -> ReviewRequested:
    """It cannot be done, as when the type changed meanwhile: a person must look again."""
    return ReviewRequested(
        document=event.document,
        type=event.type,
        type_version=event.type_version,
        type_confidence=event.type_confidence,
        reason=ask.reasons[0][0].value,
        reasons=tuple((reason.value, path) for reason, path in ask.reasons),
        failed_rules=ask.failed_rules,
    )


def _unfit(look: Look, document_type: DocumentType) -> Iterator[Doubt]:
    for path, value in walk(look.values):
        proof = look.evidence.get(path)
        if proof is None or not _stands(proof, path, value, document_type):
            yield ReviewReason.SCHEMA_INVALID, path
    yield from ((ReviewReason.SCHEMA_INVALID, path) for path in misfits(look.values, document_type))


def _stands(proof: Evidence, path: str, value: object, document_type: DocumentType) -> bool:
    """Whether the evidence tells the truth: the words make the value, or it says that a person brought it."""
    rule = document_type.field(path)
    if rule is None:
        return False
    if proof.note == ENTERED:
        return proof.verdict == "missing" and not proof.boxes and proof.page == 0
    if not proof.boxes or proof.page < 1:
        return False
    if proof.note == READ:
        return proof.verdict == "derived"
    if proof.verdict == "verbatim" and value != proof.text:
        return False
    return proof.verdict in ("verbatim", "normalised", "derived") and follows(
        value, proof.text, rule, anywhere=proof.note == POINTED
    )
