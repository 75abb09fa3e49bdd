"""The fields of a document under review as rows of its page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from processors.batch.reviews.cases import Case
from processors.document_types import FieldRule
from processors.events import Evidence
from processors.reasons import ReviewReason


@dataclass(frozen=True)
class Row:
    """One value."""

    path: str
    #: what it is, as the type's file says
    help: str
    required: bool
    #: as it was read, "" where nothing was
    value: str
    page: int
    #: [[x0, y0, x1, y1], …] in points
    boxes: str
    #: untrusted: what stands on the page
    text: str
    note: str
    confidence: float
    #: why a person is asked about it: codes
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Many:
    """A list to which a person may add."""

    path: str
    #: number of the next entry
    following: int
    #: what is behind the entry's number in the paths of its values, "" where the entry is a value, with its help
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Rows:
    """All of them."""

    rows: tuple[Row, ...]
    lists: tuple[Many, ...]
    #: reasons about the whole document
    whole: tuple[str, ...]


def rows_of(case: Case) -> Rows:
    """The rows of a review; none where the type is not known."""
    reasons: dict[str, list[str]] = {}
    for reason, path in case.event.data.reasons:
        reasons.setdefault(path, []).append(reason)
    known = case.document_type
    if known is None:
        return Rows((), (), tuple(reasons.get("", ())))
    values = case.fields.values if case.fields.type == known.name else {}
    rows: list[Row] = []
    lists: list[Many] = []
    for rule in known.fields:
        _walk(case, rule, values.get(rule.name), rule.name, reasons, rows, lists)
    shown = {row.path for row in rows}
    # What is said of an object or a list as a whole is said of the document here.
    rest = [
        f"{path}: {one}" if path else one for path, said in reasons.items() if path not in shown for one in said
    ]
    return Rows(tuple(rows), tuple(lists), tuple(rest))


def meaning(reason: str) -> str:
    """The sentence of a review reason; "" for one of another version."""
    code = reason.rpartition(" ")[2]
    return next((one.meaning for one in ReviewReason if one.value == code), "")


def _walk(
    case: Case,
    rule: FieldRule,
    value: Any,
    path: str,
    reasons: dict[str, list[str]],
    rows: list[Row],
    lists: list[Many],
) -> None:
    if rule.many:
        entries = value if isinstance(value, list) else []
        for number, one in enumerate(entries):
            for leaf, at, member in _members(rule, one, f"{path}/{number}"):
                rows.append(_row(case, leaf, member, at, reasons))
        names = tuple((f"/{one.name}", one.description) for one in rule.fields) or (("", rule.description),)
        lists.append(Many(path, len(entries), names))
        return
    if rule.fields:
        for member in rule.fields:
            inner = value.get(member.name) if isinstance(value, dict) else None
            _walk(case, member, inner, f"{path}/{member.name}", reasons, rows, lists)
        return
    rows.append(_row(case, rule, value, path, reasons))


def _members(rule: FieldRule, value: Any, path: str) -> Iterator[tuple[FieldRule, str, Any]]:
    """The values of one entry of a list."""
    if not rule.fields:
        yield rule, path, value
        return
    for member in rule.fields:
        if not member.many and not member.fields:
            yield member, f"{path}/{member.name}", value.get(member.name) if isinstance(value, dict) else None


def _row(case: Case, rule: FieldRule, value: Any, path: str, reasons: dict[str, list[str]]) -> Row:
    proof = case.fields.evidence.get(path, Evidence(page=0, verdict="missing", confidence=0.0))
    return Row(
        path=path,
        help=rule.description,
        required=rule.required,
        value="" if value is None else value if isinstance(value, str) else json.dumps(value),
        page=proof.page,
        boxes=json.dumps(proof.boxes),
        text=proof.text,
        note=proof.note,
        confidence=proof.confidence,
        reasons=tuple(reasons.get(path, ())),
    )
