"""What differs between two ends of one document, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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
    """Every value of either side, by path. Entries of an array are compared by their number."""
    before, after = dict(walk(old.values)), dict(walk(new.values))
    for path in sorted({*before, *after}):
        was, now = before.get(path), after.get(path)
        kind = _kind(was, now)
        moved = _moved(old, new, path) if kind == "same" else 0.0
        yield Difference(path, kind, was, now, moved if abs(moved) >= MOVED else 0.0)


def _kind(was: object, now: object) -> Kind:
    if was is None:
        return "appeared"
    if now is None:
        return "vanished"
    # 1 and True are equal, and not the same.
    return "same" if was == now and type(was) is type(now) else "changed"


def _moved(old: Side, new: Side, path: str) -> float:
    """How much surer the new side is; 0 where one of them does not say."""
    if path not in old.evidence or path not in new.evidence:
        return 0.0
    # In floating point 0.95 less 0.9 is not 0.05.
    return round(new.evidence[path].confidence - old.evidence[path].confidence, 6)
