"""May these values be released unseen, or must a person look? A pure decision, table-tested.

Every reason is given, not only the first: a reviewer sees at once all that is in doubt. What is released passes
the grounding verdict a second time here, whatever extraction said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from processors.document_types import DocumentType
from processors.events import Evidence
from processors.fields import Fields
from processors.reasons import ReviewReason

#: a reason and the field path it is about; "" = the whole document
Doubt = tuple[ReviewReason, str]
_PROVEN = ("verbatim", "normalised", "derived")


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
    doubts = tuple(
        dict.fromkeys(
            (
                *(() if whole else ((ReviewReason.PAGES_UNREAD, ""),)),
                *_doubts_of_type(fields, document_type, type_confidence),
                *_doubts(fields, document_type),
            )
        )
    )
    if doubts:
        return Ask(doubts)
    names = [rule.name for rule in document_type.fields]
    evidence = {path: proof for path, proof in fields.evidence.items() if path.partition("/")[0] in names}
    sure = [evidence[path].confidence for path, _ in values(fields)]
    return Release({name: fields.values[name] for name in names}, evidence, min([*sure, type_confidence]))


def values(fields: Fields) -> Iterator[tuple[str, object]]:
    """Path and value of everything that is not null, arrays value by value."""
    for name, value in fields.values.items():
        if isinstance(value, list):
            yield from ((f"{name}/{index}", one) for index, one in enumerate(value))
        elif value is not None:
            yield name, value


def _doubts_of_type(fields: Fields, document_type: DocumentType, type_confidence: float) -> Iterator[Doubt]:
    """What speaks against the type itself: a weak guess, or a page on which nothing of the type stands."""
    if type_confidence < document_type.threshold:
        yield ReviewReason.CONFIDENCE_LOW, ""
    if not document_type.may_be_empty and not any(True for _ in values(fields)):
        yield ReviewReason.NOTHING_FOUND, ""


def _doubts(fields: Fields, document_type: DocumentType) -> Iterator[Doubt]:
    for rule in document_type.fields:
        if rule.required and fields.values.get(rule.name) in (None, []):
            yield ReviewReason.REQUIRED_MISSING, rule.name
    for path, proof in fields.evidence.items():
        if proof.note.endswith("_ambiguous"):
            yield ReviewReason.VALUE_AMBIGUOUS, path
    for path, _ in values(fields):
        found = fields.evidence.get(path)
        if found is None or found.verdict not in _PROVEN or not found.boxes or found.page < 1:
            yield ReviewReason.SCHEMA_INVALID, path  # a value without proof is no value of this schema
        elif found.confidence < document_type.threshold:
            yield ReviewReason.CONFIDENCE_LOW, path
    yield from _misfits(fields, document_type)


def _misfits(fields: Fields, document_type: DocumentType) -> Iterator[Doubt]:
    """What the JSON Schema says; a required null was reported as missing already."""
    missing = {rule.name for rule in document_type.fields if rule.required and fields.values.get(rule.name) is None}
    checker = Draft202012Validator(dict(document_type.schema), format_checker=FormatChecker())
    for error in checker.iter_errors(fields.values):
        path = "/".join(str(step) for step in error.absolute_path)
        if path not in missing and not (error.validator == "required" and not path and missing):
            yield ReviewReason.SCHEMA_INVALID, path
    for rule in document_type.fields:
        if rule.name not in fields.values and not rule.required:
            yield ReviewReason.SCHEMA_INVALID, rule.name  # every field of the type is there, null where not found
