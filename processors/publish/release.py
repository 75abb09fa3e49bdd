"""May these values be released unseen, or must a person look? A pure decision, table-tested.

Every reason is given, not only the first: a reviewer sees at once all that is in doubt. What is released passes
the grounding verdict a second time here, whatever extraction said: each value is made again from its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from processors.document_types import DocumentType
from processors.document_types.paths import walk
from processors.document_types.proof import follows
from processors.events import Evidence, FailedRule
from processors.fields import Fields
from processors.normalise import FAILED_CHECKS
from processors.publish.shape import misfits, missing
from processors.publish.whole import broken
from processors.reasons import ReviewReason

#: a reason and the field path it is about; "" = the whole document
Doubt = tuple[ReviewReason, str]
_PROVEN = ("verbatim", "normalised", "derived")
#: notes of evidence: nobody measured how often such values are right, and so, but two readers agree on this one
UNMEASURED: Final = "unmeasured"
UNMEASURED_AGREED: Final = "unmeasured_agreed"
#: note of evidence: it was measured that confidence in the field does not tell right values from wrong ones
NO_SIGNAL: Final = "no_signal"
#: note of evidence: two readers read different values
READERS_DISAGREE: Final = "readers_disagree"


@dataclass(frozen=True)
class Release:
    """Publish these values, and nothing else."""

    fields: dict[str, Any]
    evidence: dict[str, Evidence]
    #: lowest confidence of a released value and of the type
    confidence: float


@dataclass(frozen=True)
class Ask:
    """Let a person decide."""

    reasons: tuple[Doubt, ...]
    #: which rules are behind the reason "rule_failed"
    failed_rules: tuple[FailedRule, ...] = ()


def decide(
    fields: Fields, document_type: DocumentType | None, type_confidence: float, *, whole: bool = True
) -> Release | Ask:
    """Decide on a document's values.

    Args:
        fields: what was read
        document_type: None where no such type is known
        type_confidence: calibrated probability of the type, 0 to 1
        whole: every page was read; on a page that was not may stand what would change a value
    """
    if document_type is None or fields.type != document_type.name or fields.type_version != document_type.version:
        return Ask(((ReviewReason.TYPE_UNKNOWN, ""),))
    failed = tuple(broken(fields.values, document_type))
    doubts = tuple(
        dict.fromkeys(
            (
                *(() if whole else ((ReviewReason.PAGES_UNREAD, ""),)),
                *_doubts_of_type(fields, document_type, type_confidence),
                *_doubts(fields, document_type),
                *((ReviewReason.READER_UNFINISHED, path) for path in fields.unfinished),
                *((ReviewReason.RULE_FAILED, path) for rule in failed for path in rule.paths),
            )
        )
    )
    if doubts:
        return Ask(doubts, failed)
    evidence = {path: proof for path, proof in fields.evidence.items() if document_type.has(path)}
    sure = [evidence[path].confidence for path, _ in values(fields)]
    names = [rule.name for rule in document_type.fields]
    return Release({name: fields.values[name] for name in names}, evidence, min([*sure, type_confidence]))


def values(fields: Fields) -> Iterator[tuple[str, object]]:
    """Path and value of everything that is not null, arrays and objects value by value."""
    return walk(fields.values)


def _doubts_of_type(fields: Fields, document_type: DocumentType, type_confidence: float) -> Iterator[Doubt]:
    """What speaks against the type itself: a weak guess, or a page on which nothing of the type stands."""
    if type_confidence < document_type.threshold:
        yield ReviewReason.CONFIDENCE_LOW, ""
    if not document_type.may_be_empty and not any(True for _ in values(fields)):
        yield ReviewReason.NOTHING_FOUND, ""


def _doubts(fields: Fields, document_type: DocumentType) -> Iterator[Doubt]:
    for path in missing(fields.values, document_type):
        yield ReviewReason.REQUIRED_MISSING, path
    for path, proof in fields.evidence.items():
        if proof.note.endswith("_ambiguous"):
            yield ReviewReason.VALUE_AMBIGUOUS, path
        elif proof.note == READERS_DISAGREE:
            yield ReviewReason.READERS_DISAGREE, path
        elif proof.note in FAILED_CHECKS and proof.page:
            yield ReviewReason.VALUE_INVALID, path
    for path, value in values(fields):
        found = fields.evidence.get(path)
        if found is None or not _proves(found, path, value, document_type):
            yield ReviewReason.SCHEMA_INVALID, path  # a value without proof is no value of this schema
        else:
            yield from ((reason, path) for reason in unsure(found, document_type))
    for path in misfits(fields.values, document_type):
        yield ReviewReason.SCHEMA_INVALID, path


def _proves(proof: Evidence, path: str, value: object, document_type: DocumentType) -> bool:
    """Whether the words of the evidence, which has a place, make this value, whatever extraction said."""
    rule = document_type.field(path)
    if rule is None or proof.verdict not in _PROVEN or not proof.boxes or proof.page < 1:
        return False
    if proof.verdict == "verbatim" and value != proof.text:
        return False
    return follows(value, proof.text, rule)


def unsure(proof: Evidence, document_type: DocumentType) -> Iterator[ReviewReason]:
    """Why a proven value may still be the wrong one.

    A confidence that nobody measured, or that tells nothing, is compared with no threshold.
    """
    agreed = proof.note == UNMEASURED_AGREED and document_type.agreement_releases
    if proof.note in (UNMEASURED, UNMEASURED_AGREED):
        if not agreed:
            yield ReviewReason.CONFIDENCE_UNMEASURED
    elif proof.note == NO_SIGNAL:
        yield ReviewReason.CONFIDENCE_WITHOUT_SIGNAL
    elif proof.confidence < document_type.threshold:
        yield ReviewReason.CONFIDENCE_LOW
