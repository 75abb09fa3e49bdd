"""What a person has changed so far, checked while they work: values as they would be released, and the faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from processors.batch.doors import Doors
from processors.batch.reviews import cutting
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.cases import Case, pages_of
from processors.batch.reviews.errors import ReviewError, ValueRefused
from processors.batch.reviews.making import corrected
from processors.batch.reviews.values import given
from processors.config import STANDARD, Limits
from processors.decisions import Look
from processors.document_types import DocumentType
from processors.document_types.paths import is_number
from processors.events import FailedRule
from processors.pages import Page
from processors.publish import by_people
from processors.reasons import ReviewReason

#: rules of JSON Schema as sentences
_SENTENCES = {
    "pattern": "It must match {}.",
    "format": "It is no {}.",
    "minLength": "It needs {} characters at least.",
    "maxLength": "It may have {} characters at most.",
    "minItems": "It needs {} entries at least.",
    "maxItems": "It may have {} entries at most.",
    "minimum": "It must be {} at least.",
    "maximum": "It may be {} at most.",
    "enum": "It must be {}.",
    "type": "It must be {}.",
}


@dataclass(frozen=True)
class Checked:
    """See the module."""

    #: by path: the value that a change gives, null where it is absent
    values: Mapping[str, object]
    #: by path: note of the evidence, such as "by_person"
    notes: Mapping[str, str]
    #: by path, "" = the whole: what stands against a release, a sentence each
    faults: Mapping[str, tuple[str, ...]]
    #: rules that are broken, whether accepted or not
    broken: tuple[FailedRule, ...]

    @property
    def may_go(self) -> bool:
        """Whether it could be released so."""
        return not self.faults


def check(doors: Doors, case: Case, answer: Answer, limits: Limits = STANDARD) -> Checked:
    """Check what a person has changed so far, or where they would cut it.

    Raises:
        ReviewError: nobody knows of what type the document is.
    """
    if answer.says == "cut":
        return _cut(case, answer, limits)
    known = case.document_type
    if known is None:
        raise ReviewError("Nobody knows of what type this document is: say that first.")
    pages = pages_of(doors, case, {change.page for change in answer.changes.values() if change.page})
    faults: dict[str, list[str]] = {}
    values: dict[str, object] = {}
    notes: dict[str, str] = {}
    good = {}
    for path, change in answer.changes.items():
        try:
            one = given(path, change, known, pages)
        except ValueRefused as refused:
            faults.setdefault(path, []).append(_sentence(refused.why))
            continue
        values[path], notes[path], good[path] = one.value, one.evidence.note, change
    look = _look(case, known, answer.model_copy(update={"changes": good}), pages)
    against = by_people.faults(look, known)
    for reason, path in against.reasons if against else ():
        # A value that cannot be taken is not "missing" as well.
        if reason is not ReviewReason.RULE_FAILED and not (path in faults and path not in values):
            faults.setdefault(path, []).extend(_why(reason, path, look, known))
    for rule in against.failed_rules if against else ():
        faults.setdefault("", []).append(f"The rule {rule.name} is broken.")
    broken = tuple(by_people.unaccepted(look.model_copy(update={"accepted_rules": ()}), known))
    return Checked(values, notes, {path: tuple(dict.fromkeys(said)) for path, said in faults.items()}, broken)


def _cut(case: Case, answer: Answer, limits: Limits) -> Checked:
    faults: dict[str, tuple[str, ...]] = {}
    try:
        cutting.checked(case, answer.cuts, limits)
    except ReviewError as error:
        faults[""] = (str(error),)
    return Checked({}, {}, faults, ())


def _look(case: Case, known: DocumentType, answer: Answer, pages: Mapping[int, Page]) -> Look:
    values, evidence = corrected(case, known, answer, pages)
    return Look(
        review=case.event.id,
        run=case.event.data.document.run_id,
        by="",
        at=case.event.time,
        says="values",
        type=known.name,
        type_version=known.version,
        values=values,
        evidence=evidence,
        accepted_rules=answer.accept_rules,
    )


def _why(reason: ReviewReason, path: str, look: Look, known: DocumentType) -> Iterator[str]:
    if reason is ReviewReason.REQUIRED_MISSING:
        yield "This is required. Where the document lacks it, set it aside as incomplete."
    elif reason is ReviewReason.SCHEMA_INVALID:
        yield from _misfits(path, look.values, known) or (
            "Its words on the page do not give this value: point at words, or write it.",
        )
    else:
        yield reason.meaning


def _misfits(path: str, values: Mapping[str, Any], known: DocumentType) -> tuple[str, ...]:
    """How a value does not fit its schema, in words."""
    schema: Any = known.schema
    value: Any = values
    for step in path.split("/") if path else ():
        inner = schema.get("items") if is_number(step) else schema.get("properties", {}).get(step)
        there = isinstance(value, list | dict)
        if inner is None or not there:
            return ()
        value = value[int(step)] if is_number(step) else value.get(step)
        schema = inner
    found = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value)
    return tuple(_said(str(error.validator), error.validator_value) for error in found)


def _said(validator: str, wanted: Any) -> str:
    """A rule of JSON Schema as a sentence; what it wants comes from the type's file."""
    if validator in ("enum", "type"):
        wanted = " or ".join(map(str, wanted if isinstance(wanted, list) else [wanted]))
    sentence = _SENTENCES.get(validator)
    return sentence.format(wanted) if sentence else f"It breaks {validator} of the type ({wanted})."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
