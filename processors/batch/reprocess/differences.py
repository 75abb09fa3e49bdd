"""What differs between two ends of one document, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from processors.batch.reprocess.aligning import pairs
from processors.document_types.paths import walk
from processors.events import Evidence

Kind = Literal["same", "changed", "appeared", "vanished"]
#: A confidence that moved by less has not moved: readers count in hundredths.
MOVED = 0.05


@dataclass(frozen=True)
class Side:
    """What one run read."""

    #: "result", "review", "quarantined", "dead_letter", or "none" where the run has no end
    state: str
    #: a document type, "unknown", or ""
    type: str = ""
    type_version: str = ""
    #: why it ended so, "" of a result
    reason: str = ""
    #: stage -> engine and the beginning of its model's digest
    engines: Mapping[str, str] = field(default_factory=dict)
    #: untrusted text of the document
    values: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One value, old and new."""

    path: str
    kind: Kind
    #: None where there is none
    untrusted_old: object
    untrusted_new: object
    #: new less old, of a value that is the same; 0 where one of them is not known
    moved: float = 0.0


def differences(old: Side, new: Side) -> Iterator[Difference]:
    """Every value of either side, by its new path, or the old one of what is gone; see `aligning` for lists."""
    before, after = dict(walk(old.values)), dict(walk(new.values))
    for was_at, now_at in pairs(old.values, new.values):
        was = None if was_at is None else before[was_at]
        now = None if now_at is None else after[now_at]
        kind = _kind(was, now)
        moved = _moved(old, new, was_at, now_at) if kind == "same" else 0.0
        yield Difference(now_at or was_at or "", kind, was, now, moved if abs(moved) >= MOVED else 0.0)


def _kind(was: object, now: object) -> Kind:
    if was is None:
        return "appeared"
    if now is None:
        return "vanished"
    # 1 and True are equal, and not the same.
    return "same" if was == now and type(was) is type(now) else "changed"


def _moved(old: Side, new: Side, was_at: str | None, now_at: str | None) -> float:
    """How much surer the new side is; 0 where one of them does not say."""
    before, after = old.evidence.get(was_at or ""), new.evidence.get(now_at or "")
    # In floating point 0.95 less 0.9 is not 0.05.
    return round(after.confidence - before.confidence, 6) if before and after else 0.0
