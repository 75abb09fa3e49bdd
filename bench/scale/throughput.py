"""The same scanned pages with one and with two OCR workers, in turns: wall time and CPU."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench import cpu
from bench.documents import Document
from bench.following import Follower
from bench.throwaway import throw_away

_SECONDS_A_PAGE = 30.0


@dataclass(frozen=True)
class Turn:
    """All documents once through a stack."""

    workers: int
    pages: int
    #: from the first range that was begun until the last was read, seconds
    wall: float
    #: CPU seconds of the OCR workers
    cpu: float

    @property
    def pages_per_second(self) -> float:
        """Throughput."""
        return self.pages / self.wall


def measure(documents: Sequence[Document], rounds: int, say: Callable[[str], None]) -> list[Turn]:
    """One worker, then two, so many times; each turn has a stack of its own."""
    turns = []
    for number in range(1, rounds + 1):
        for workers in (1, 2):
            turns.append(_turn(documents, workers, say))
            say(f"round {number}: {workers} OCR workers, {turns[-1].pages_per_second:.2f} pages/s")
    return turns


def _turn(documents: Sequence[Document], workers: int, say: Callable[[str], None]) -> Turn:
    pages = sum(document.pages for document in documents)
    with throw_away(say, ocr_workers=workers) as at, Follower(at.settings) as follower:
        # Engines and models are loaded with the first document.
        follower.until_ended([follower.put(documents[0].path, f"warm/{n}") for n in range(workers * 2)], 180.0)
        ocr = tuple(part for part in at.chancery if part.name == "ocr")
        before, began = cpu.read(ocr), time.monotonic()
        ids = [follower.put(one.path, f"{n}-{one.path.name}") for n, one in enumerate(documents)]
        follower.until_ended(ids, 120.0 + pages * _SECONDS_A_PAGE)
        wall = time.monotonic() - began
        return Turn(workers, pages, wall, sum(cpu.spent(before, cpu.read(ocr)).values()))
