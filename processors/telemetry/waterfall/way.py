"""The way of one document: its runs, the pieces of work of each, and when somebody worked or nobody did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Part:
    """A part of a piece of work, such as fetching."""

    name: str
    begun: int
    ended: int
    code: str = ""


@dataclass(frozen=True)
class Piece:
    """One attempt at one piece of work. Times in ns since 1970."""

    id: str
    #: id of the work that asked for it; "" = unknown, or nobody's
    parent: str
    stage: str
    work: str
    attempt: int
    #: first and last page of its range; 0 = the whole document
    first: int
    last: int
    #: when Kafka took the record in; `begun` where that is not known, or the attempt is not the first of its taking
    written: int
    begun: int
    #: the answer stood
    ended: int
    #: its transaction ended; `ended` where nobody told
    committed: int
    parts: tuple[Part, ...]
    outcome: str
    #: how the document ended with it; "" where it did not
    end: str
    reason: str
    #: the error's code; "" where it did not fail
    code: str
    worker: str
    process: int
    #: an attempt that left no span: its worker was killed while it lasted, or before it could tell
    lost: bool = False
    #: when the attempt before began; 0 = not known
    earlier: int = 0

    @property
    def waited(self) -> int:
        """How long its record stood in line, in ns."""
        return self.begun - self.written

    @property
    def worked(self) -> int:
        """From taking the work in hand to its answer, written, in ns."""
        return self.committed - self.begun

    @property
    def name(self) -> str:
        """The stage, and the pages where the work is a range of them."""
        if not self.first:
            return self.stage
        pages = f"page {self.first}" if self.first == self.last else f"pages {self.first}\N{EN DASH}{self.last}"
        return f"{self.stage}, {pages}"


@dataclass(frozen=True)
class Run:
    """One run of a document: one trace."""

    name: str
    trace: str
    #: the run that it was made after; "" = none
    continues: str
    #: in the order in which they began, attempts at one work together
    pieces: tuple[Piece, ...]

    @property
    def begun(self) -> int:
        """When its first record was written."""
        return min(piece.written for piece in self.pieces)

    @property
    def ended(self) -> int:
        """When its last answer was written."""
        return max(piece.committed for piece in self.pieces)

    @property
    def worked(self) -> int:
        """How long somebody worked on it, however many at a time, in ns."""
        return covered((piece.begun, piece.committed) for piece in self.pieces if not piece.lost)

    @property
    def end(self) -> Piece | None:
        """The work that ended it, as far as is known."""
        return next((piece for piece in reversed(self.pieces) if piece.end), None)


@dataclass(frozen=True)
class Way:
    """All runs of one document, in the order in which they began."""

    document: str
    runs: tuple[Run, ...]


def covered(stretches: Iterable[tuple[int, int]]) -> int:
    """How much time the stretches cover together, what overlaps counted once."""
    total, reached = 0, 0
    for begun, ended in sorted(stretches):
        total += max(0, ended - max(begun, reached))
        reached = max(reached, ended)
    return total


def as_json(way: Way) -> dict[str, Any]:
    """The way for a program; times in ms since 1970."""
    return {
        "document": way.document,
        "runs": [
            {
                **{"run": run.name, "trace": run.trace, "continues": run.continues},
                **{"begun": run.begun / _NS_PER_MS, "ended": run.ended / _NS_PER_MS, "worked_ms": _ms(run.worked)},
                "work": [_piece_json(piece) for piece in run.pieces],
            }
            for run in way.runs
        ],
    }


def _piece_json(piece: Piece) -> dict[str, Any]:
    kept = ("stage", "work", "attempt", "outcome", "end", "reason", "code", "worker", "process", "lost")
    told = {name: getattr(piece, name) for name in kept}
    parts = [{"name": part.name, "ms": _ms(part.ended - part.begun), "code": part.code} for part in piece.parts]
    pages = [piece.first, piece.last] if piece.first else None
    times = {"begun": piece.begun / _NS_PER_MS, "waited_ms": _ms(piece.waited), "worked_ms": _ms(piece.worked)}
    return {**told, **times, "pages": pages, "parts": parts}


def _ms(ns: int) -> float:
    return round(ns / _NS_PER_MS, 3)
