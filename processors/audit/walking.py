"""Walking along a chain, record by record, and telling what is wrong where.

A record has its own digest and names the one before, so a change shows in two places, and a look at the two records
that follow tells which of them was changed: if the next one hangs on to this one, the fault lies before it. Four
records are in memory at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from processors.audit.findings import Fault, Finding
from processors.audit.record import Line, NoRecordError, genesis, parse


@dataclass(frozen=True)
class Place:
    """A line and where it lies."""

    untrusted: bytes
    key: str


@dataclass(frozen=True)
class Step:
    """A record as the walk came by it: `line` None where it could not be read."""

    line: Line | None
    key: str
    #: when it says that it was written
    at: str


class Walk:
    """One chain. Iterate over `steps`; what is wrong gathers in `findings`."""

    def __init__(self, chain: str, behind: tuple[int, str] | None = None) -> None:
        """Begin before the first record, or behind one of this number and digest."""
        self.chain = chain
        self.findings: list[Finding] = []
        #: the number that the chain has here
        self.sequence = behind[0] if behind else 0
        #: the digest that the next record must name; None where a changed record leaves that open
        self._digest: str | None = behind[1] if behind else genesis(chain)
        #: of the last record that took its place
        self._last = Step(None, "", "")
        #: the record that the last finding was about, so that what follows from it is not told again
        self._blamed = 0

    def steps(self, places: Iterable[Place]) -> Iterator[Step]:
        """Every record that belongs to the chain, as far as it can be told."""
        ahead: deque[Step] = deque()
        rest = iter(places)
        while True:
            while len(ahead) < 3 and (place := next(rest, None)) is not None:
                ahead.append(_read(place))
            if not ahead:
                return
            step = ahead.popleft()
            if self._takes(step, ahead):
                self._last = Step(step.line, step.key, step.at or self._last.at)
                yield step

    def _takes(self, step: Step, ahead: deque[Step]) -> bool:
        """Whether the record takes the next place; False if it does not belong here."""
        here = step.line
        if here is None or not here.intact or here.chain != self.chain:
            return self._spoilt(step, ahead)
        if here.sequence != self.sequence + 1:
            return self._misplaced(step, here, ahead)
        if self._digest not in (None, here.previous):
            self._unlinked(step, here, ahead)
        return self._advance(here)

    def _spoilt(self, step: Step, ahead: deque[Step]) -> bool:
        """A line whose own digest does not fit it: what it says counts for nothing, so what follows decides."""
        expected = self.sequence + 1
        if _sequence(ahead, 0) == expected:
            self._find(Fault.INSERTED, expected, step, detail="a line that is no record of this chain")
            return False
        self._find(Fault.EDITED, expected, step)
        self.sequence = self._blamed = expected
        self._digest = None
        return True

    def _unlinked(self, step: Step, here: Line, ahead: deque[Step]) -> None:
        """The record names another before it than the one that stands there: one of the two was changed."""
        before = max(self.sequence, 1)
        if _follows(ahead, here):
            # Nobody touched this one: the one before was changed, and its digest computed again.
            if self._blamed != before:
                self._find(Fault.EDITED, before, self._last, detail=f"record {here.sequence} names another")
        elif ahead:
            self._find(Fault.EDITED, here.sequence, step, detail="names another record before it")
            self._blamed = here.sequence
        else:
            self._find(Fault.EDITED, before, step, here.sequence, "one of the two is not what was written")

    def _misplaced(self, step: Step, here: Line, ahead: deque[Step]) -> bool:
        expected = self.sequence + 1
        following, second = _sequence(ahead, 0), _sequence(ahead, 1)
        if here.sequence == self.sequence:
            self._find(Fault.INSERTED, here.sequence, step, detail="stands here twice")
            if _follows(ahead, here):
                self._digest = here.digest
            return False
        if here.sequence == expected + 1 and following == expected and second in (expected + 2, 0):
            self._find(Fault.SWAPPED, expected, step, here.sequence, f"record {here.sequence} stands before it")
            ahead.popleft()
            return self._advance(here)
        if following == expected or (following == 0 and here.sequence < expected):
            self._find(Fault.INSERTED, expected, step, detail=f"record {here.sequence} stands before it")
            return False
        if here.sequence > expected and following in (here.sequence + 1, 0):
            self._find(Fault.DROPPED, expected, step, here.sequence - 1)
            return self._advance(here)
        self._find(Fault.SWAPPED, expected, step, detail=f"record {here.sequence} stands here")
        self.sequence = self._blamed = expected
        self._digest = None
        return True

    def _advance(self, here: Line) -> bool:
        self.sequence, self._digest = here.sequence, here.digest
        return True

    def _find(self, fault: Fault, first: int, step: Step, last: int = 0, detail: str = "") -> None:
        at = step.at or self._last.at
        self.findings.append(Finding(fault, self.chain, first, last or first, step.key, at, detail))


def _read(place: Place) -> Step:
    try:
        line = parse(place.untrusted)
    except NoRecordError:
        return Step(None, place.key, "")
    at = line.body.get("at", "")
    return Step(line, place.key, at if isinstance(at, str) else "")


def _sequence(ahead: deque[Step], which: int) -> int:
    """The number of a record ahead; 0 where there is none, -1 where it is spoilt."""
    if which >= len(ahead):
        return 0
    line = ahead[which].line
    return line.sequence if line is not None and line.intact else -1


def _follows(ahead: deque[Step], here: Line) -> bool:
    after = ahead[0].line if ahead else None
    return after is not None and after.previous == here.digest
