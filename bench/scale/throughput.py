"""The same scanned pages with one and with two OCR workers, in turns: pages a second while all workers are at work.

The other stages are not running then: on a small machine they would compete for the same cores, and what is asked
is whether a second OCR worker reads as much as the first. Kafka and MinIO are.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.documents import Document
from bench.following import Follower
from bench.throwaway import ThrowAway, throw_away
from processors.local import environment
from processors.local.plan import WORKERS

#: Intake alone, so that all page ranges wait when the OCR workers start.
_INTAKE = {stage: int(stage == "intake") for stage in WORKERS}
_SECONDS_A_PAGE = 30.0
_ARRIVED = "chancery.document.arrived.v1"


@dataclass(frozen=True)
class Turn:
    """All documents once through so many OCR workers."""

    workers: int
    #: pages that were read while every worker had work
    pages: int
    #: how long that took, seconds
    wall: float

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
    limit = time.monotonic() + 180.0 + _SECONDS_A_PAGE * sum(document.pages for document in documents)
    with throw_away(say, _INTAKE) as at, Follower(at.settings) as follower, ExitStack() as started:
        ids = [follower.put(one.path, f"{n}-{one.path.name}") for n, one in enumerate(documents)]
        _until(lambda: all(_ARRIVED in follower.course(one).times for one in ids), follower, limit)
        for slot in range(workers):
            started.enter_context(_Worker(at, slot))
        pages = {one: document.pages for one, document in zip(ids, documents, strict=True)}
        _until(lambda: all(_read(follower, one) == pages[one] for one in ids), follower, limit)
        return _steady([read for one in ids for read in follower.course(one).ranges.values()], workers)


def _read(follower: Follower, document: str) -> int:
    return sum(pages for _, pages in follower.course(document).ranges.values())


def _steady(read: Sequence[tuple[float, int]], workers: int) -> Turn:
    """What was read after each worker had finished its first range and before the first of them ran out of work."""
    ordered = sorted(read)
    within = ordered[workers : len(ordered) - workers + 1]
    return Turn(workers, sum(pages for _, pages in within), within[-1][0] - ordered[workers - 1][0])


def _until(done: Callable[[], bool], follower: Follower, limit: float) -> None:
    while not done():
        if time.monotonic() > limit:
            raise RuntimeError("the documents are not read in time")
        follower.look()


class _Worker:
    """An OCR worker, stopped at the end of the `with` block."""

    def __init__(self, at: ThrowAway, slot: int) -> None:
        command = (sys.executable, "-m", "processors.cli", "worker", "ocr", "--slot", str(slot))
        with (at.settings.home / f"ocr-{slot}.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment.for_worker(at.settings), stdout=log, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)
