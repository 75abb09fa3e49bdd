"""What people said about values that were read: which they confirmed, which they changed, by field and confidence.

Counts alone are kept, so memory grows with types and fields. Of each document only its tally stays, for the next
look at the page: how many values of which field and confidence were left as they were.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from pydantic import ValidationError

from processors.console.desk import Desk
from processors.console.ends import end_of
from processors.document_types.paths import pattern_of, walk
from processors.errors import ArtefactMissing
from processors.fields import Fields
from processors.record.quality import Decided

#: Tenths of confidence: 0 to 0.1, …, 0.9 to 1.
BINS = 10
#: Documents whose tally stays; one has some ten values.
_MOST_KEPT = 20_000

CONFIRMED, CHANGED, ADDED = "confirmed", "changed", "added"


@dataclass
class Judged:
    """The sum of what people said."""

    #: results that a person decided about, and of which what was read is known
    documents: int = 0
    #: of these, those in which nothing was changed
    untouched: int = 0
    #: type and pattern -> what was said -> how often
    fields: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    #: bin -> values and, of these, confirmed ones, and the sum of their confidence
    bins: list[list[float]] = field(default_factory=lambda: [[0, 0, 0.0] for _ in range(BINS)])

    def add(self, kind: str, tally: Tally) -> None:
        """A document."""
        self.documents += 1
        self.untouched += not any(said in (CHANGED, ADDED) for _, _, said in tally)
        for pattern, confidence, said in tally:
            counts = self.fields.setdefault((kind, pattern), {CONFIRMED: 0, CHANGED: 0, ADDED: 0})
            counts[said] += 1
            if said != ADDED:
                one = self.bins[min(int(confidence * BINS), BINS - 1)]
                one[0] += 1
                one[1] += said == CONFIRMED
                one[2] += confidence


#: of one document: pattern, confidence, what was said
Tally = tuple[tuple[str, float, str], ...]


class Judging:
    """Reads what people said, each result once. Safe to be used by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str, str], Tally | None] = OrderedDict()

    def judged(self, desk: Desk, decided: Iterable[Decided]) -> Judged:
        """The sum over these results.

        Raises:
            DependencyUnavailable: the store does not answer.
        """
        found = Judged()
        for one in decided:
            tally = self._tally(desk, one)
            if tally is not None:
                found.add(one.result.type, tally)
        return found

    def _tally(self, desk: Desk, one: Decided) -> Tally | None:
        key = (one.result.id, one.result.run_id, one.result.end_event)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        tally = _read(desk, one)
        with self._lock:
            self._kept[key] = tally
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return tally


def _read(desk: Desk, one: Decided) -> Tally | None:
    """The tally of one result; None where no person decided, or what was read is gone or was of another type."""
    try:
        end = end_of(desk, one.result)
        if end is None or end.data.review is None or one.fields is None:
            return None
        fields = Fields.model_validate_json(desk.objects.read(one.fields))
    except (ArtefactMissing, ValidationError):
        return None
    if fields.type != one.result.type:
        return None
    return tally_of(fields, end.data.review.changed)


def tally_of(fields: Fields, changed: Iterable[str]) -> Tally:
    """What a person's changes say about the values that had been read."""
    paths = set(changed)
    values = dict(walk(fields.values))
    said = [
        (pattern_of(path), proof.confidence, CHANGED if path in paths else CONFIRMED)
        for path in values
        if (proof := fields.evidence.get(path)) is not None
    ]
    added = [(pattern_of(path), 0.0, ADDED) for path in sorted(paths - set(values))]
    return (*said, *added)
