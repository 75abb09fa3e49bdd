"""From a person's answer to what is stored of it: every value checked, whole, with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from processors.batch.doors import Doors
from processors.batch.reviews import cutting, tree
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.cases import Case, pages_of
from processors.batch.reviews.errors import ReviewError
from processors.batch.reviews.values import Given, given
from processors.config import STANDARD, Limits
from processors.decisions import CONFIRMED, Look, is_sampled
from processors.document_types import DocumentType
from processors.events import Evidence
from processors.pages import Page
from processors.publish import by_people
from processors.publish.release import Ask
from processors.reasons import ReviewReason


def look_of(
    doors: Doors,
    case: Case,
    types: Mapping[str, DocumentType],
    answer: Answer,
    by: str,
    now: datetime,
    share: float,
    limits: Limits = STANDARD,
) -> Look:
    """What is stored of an answer.

    Args:
        doors: see there
        case: the review
        types: all document types
        answer: what the person says
        by: who
        now: when
        share: of decided reviews, how many a second person looks at, 0 to 1
        limits: on what may come of one document

    Raises:
        ReviewError: it cannot be released, or cut, so.
    """
    look = Look(
        review=case.event.id,
        run=case.event.data.document.run_id,
        by=by.strip(),
        at=now,
        says=answer.says,
        reason=answer.reason,
        type=case.event.data.type,
        type_version=case.event.data.type_version,
        second=not case.looks and is_sampled(case.event.id, share),
        supersedes=case.supersedes,
    )
    if answer.says == "set_aside":
        return look
    if answer.says == "cut":
        return look.model_copy(update={"cuts": cutting.checked(case, answer.cuts, limits)})
    if answer.says == "type":
        if answer.type not in types:
            raise ReviewError(f"{answer.type!r} is no document type; there are {', '.join(sorted(types))}.")
        if answer.type == case.event.data.type:
            raise ReviewError(f"It was taken for {answer.type} already: correct its values.")
        return look.model_copy(update={"type": answer.type, "type_version": types[answer.type].version})
    known = case.document_type
    if known is None:
        raise ReviewError("Nobody knows of what type this document is: say that first.")
    pages = pages_of(doors, case, {change.page for change in answer.changes.values() if change.page})
    values, evidence = corrected(case, known, answer, pages)
    broken = {rule.name for rule in by_people.unaccepted(look.model_copy(update={"values": values}), known)}
    whole = look.model_copy(
        update={
            "type": known.name,
            "type_version": known.version,
            "values": values,
            "evidence": evidence,
            # What is not broken needs no acceptance, and two who differ in that alone say the same.
            "accepted_rules": tuple(sorted(broken & set(answer.accept_rules))),
        }
    )
    against = by_people.faults(whole, known)
    if against is not None:
        raise ReviewError("It cannot be released so. " + " ".join(told(against)))
    return whole


def corrected(
    case: Case, known: DocumentType, answer: Answer, pages: Mapping[int, Page]
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """The values with the person's changes, and the evidence of each.

    Raises:
        ReviewError: a change gives no value.
    """
    read = case.fields.evidence if case.fields.type == known.name else {}
    values = tree.base(known.fields, case.fields.values if case.fields.type == known.name else {})
    evidence = {path: _confirmed(read.get(path), value) for path, value in _leaves(values)}
    for path in sorted(answer.changes, key=_in_order):
        one: Given = given(path, answer.changes[path], known, pages)
        tree.put(values, path, one.value)
        evidence[path] = one.evidence
    moves = tree.compacted(known.fields, values)
    there = {new: evidence[old] for old, new in moves.items() if old in evidence}
    for path, value in _leaves(values):
        there.setdefault(path, _confirmed(None, value))
    return values, there


def told(ask: Ask) -> Iterator[str]:
    """What stands against a release, a sentence each."""
    if ask.reasons == ((ReviewReason.TYPE_UNKNOWN, ""),):
        yield "The document type has changed since; say the type again, and the values are read anew."
        return
    rules = {path: rule.name for rule in ask.failed_rules for path in rule.paths}
    for reason, path in ask.reasons:
        if reason is ReviewReason.RULE_FAILED:
            rule = rules.get(path, "")
            yield f"{path}: rule {rule!r} is broken; correct it, or accept that the document breaks it."
        elif reason is ReviewReason.REQUIRED_MISSING:
            yield f"{path} is required; where the document lacks it, set it aside as incomplete."
        else:
            yield f"{path or 'the whole'}: {reason.meaning}"


def _confirmed(proof: Evidence | None, value: object) -> Evidence:
    """The evidence of what a person saw and left as it was."""
    if value is None:
        return Evidence(page=0, verdict="missing", confidence=1.0, note=CONFIRMED)
    if proof is None:
        return Evidence(page=0, verdict="missing", confidence=0.0)
    return proof.model_copy(update={"confidence": 1.0, "note": CONFIRMED})


def _leaves(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """Path and value of everything, nulls included."""
    for name, value in values.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}/")
        elif isinstance(value, list):
            yield from _leaves({str(number): one for number, one in enumerate(value)}, f"{path}/")
        else:
            yield path, value


def _in_order(path: str) -> tuple[tuple[int, str], ...]:
    """Entries of lists by their numbers, so that they are added one behind the other."""
    return tuple((int(step), "") if step.isdecimal() else (0, step) for step in path.split("/"))
