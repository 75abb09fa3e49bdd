"""What a stage's worker tells of its work: counted when the answers are written, never when they are only made.

The loop (`runtime/worker.py`) says what it takes and what it has written; what was read is told on the way and kept
until then. The base class tells nothing: it stands where nobody asks, so that there is nothing to pay for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from processors.events import Origin
from processors.fields import Fields
from processors.pipeline import DEAD_LETTERS, QUARANTINE, StageRow, lane_of
from processors.ports import Outgoing
from processors.telemetry import metrics, process

_OUTCOMES = ("done", "quarantined", "dead_lettered", "repeated")
#: What `runtime/retry.py` decides, by the name of its class.
_DECISIONS = {"Retry": "retry", "Pause": "pause", "Quarantine": "quarantine", "DeadLetter": "dead_letter"}
#: Bytes of a file of values that is looked into; real ones have some 10 kB.
_MOST_FIELDS = 4 * 1024 * 1024
#: Pages of one piece of work that are believed.
_MOST_PAGES = 100_000

N = TypeVar("N", int, float)


class Telling:
    """Tells nothing."""

    @contextmanager
    def in_hand(self, pieces: int) -> Iterator[None]:
        """So many pieces of work are in hand until the block ends; what was not written by then never was."""
        yield

    @contextmanager
    def piece(self, origin: Origin) -> Iterator[None]:
        """A piece of work is being answered; in one thread, one after the other."""
        yield

    def read(self, values: Path) -> None:
        """The piece in hand read these values: an artefact "fields"."""

    def failed(self, code: str, decision: str) -> None:
        """An attempt failed with this error code; `decision` is the name of a class in `runtime/retry.py`."""

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Answers are being written; raises where they could not be."""
        yield

    def committed(self, origin: Origin, answers: Sequence[Outgoing]) -> None:
        """The answers to this piece of work are written."""

    def paused(self, error: Exception) -> None:
        """The worker waits for a server, because of this error."""


@dataclass
class _Piece:
    seconds: float = 0.0
    #: (document type, grounding, confidence) of each value that was read
    values: list[tuple[str, str, float]] = field(default_factory=list)


class WorkTelling(Telling):
    """Tells of one worker of a stage; `committed`, `commit` and `in_hand` are called by one thread."""

    def __init__(self, row: StageRow) -> None:
        """Of a worker that reads what this row says.

        What can be counted is made visible, so that a first failure is seen as a rise from nothing.
        """
        self._stage = stage = row.name
        self._pieces: dict[Origin, _Piece] = {}
        self._now = _Piece()
        for lane in sorted({lane_of(topic) for topic in row.reads}):
            for outcome in _OUTCOMES:
                metrics.count("chancery_work_total", 0, stage=stage, lane=lane, outcome=outcome)
        metrics.put("chancery_work_in_progress", 0, stage=stage)
        if stage == "ocr":
            metrics.observe("chancery_page_confidence", 0.0, times=0)

    @contextmanager
    def in_hand(self, pieces: int) -> Iterator[None]:
        """See `Telling`."""
        metrics.put("chancery_work_in_progress", pieces, stage=self._stage)
        try:
            yield
        finally:
            metrics.put("chancery_work_in_progress", 0, stage=self._stage)
            self._pieces.clear()

    @contextmanager
    def piece(self, origin: Origin) -> Iterator[None]:
        """See `Telling`."""
        self._now = self._pieces[origin] = _Piece()
        began = time.monotonic()
        yield
        self._now.seconds = time.monotonic() - began

    def read(self, values: Path) -> None:
        """See `Telling`."""
        if values.stat().st_size <= _MOST_FIELDS:
            # Read anew in each attempt: those of an attempt that failed do not count.
            self._now.values = list(_values(values.read_bytes()))

    def failed(self, code: str, decision: str) -> None:
        """See `Telling`."""
        decided = _DECISIONS.get(decision, "")
        metrics.count("chancery_failed_attempts_total", stage=self._stage, code=code, decision=decided)

    @contextmanager
    def commit(self) -> Iterator[None]:
        """See `Telling`."""
        began = time.monotonic()
        yield
        metrics.observe("chancery_commit_seconds", time.monotonic() - began, process=self._stage)

    def committed(self, origin: Origin, answers: Sequence[Outgoing]) -> None:
        """See `Telling`."""
        piece = self._pieces.pop(origin, _Piece())
        stage, lane, outcome = self._stage, lane_of(origin.topic), _outcome(answers)
        metrics.count("chancery_work_total", stage=stage, lane=lane, outcome=outcome)
        metrics.observe("chancery_work_seconds", piece.seconds, stage=stage, lane=lane)
        if outcome != "done":
            return
        metrics.count("chancery_pages_total", _pages(answers), stage=stage, lane=lane)
        for kind, grounding, confidence in piece.values:
            metrics.count("chancery_values_total", document_type=kind, grounding=grounding)
            if grounding != "missing":
                metrics.observe("chancery_value_confidence", confidence, document_type=kind)

    def paused(self, error: Exception) -> None:
        """See `Telling`."""
        process.paused(self._stage, error)


def _pages(answers: Sequence[Outgoing]) -> int:
    """Pages that these answers are about; tells how well they were read, where that is what they say."""
    ours = [_data(answer) for answer in answers]
    for data in ours:
        if "reading" in data:
            # The range was asked for; of the reading, how many pages it has is only said.
            pages = _within(int(data["range"]["last"]) - int(data["range"]["first"]) + 1, _MOST_PAGES)
            # Text layers that were good enough count as certain, and would only tell how many came.
            if data["reading"]["words"] and not data["reading"]["text_layer_pages"]:
                confidence = _within(float(data["reading"]["confidence"]), 1.0)
                metrics.observe("chancery_page_confidence", confidence, pages)
            return pages
    # Of a document that holds others, its own come first.
    return _within(int(ours[0]["document"]["original"]["pages"]), _MOST_PAGES)


def _outcome(answers: Sequence[Outgoing]) -> str:
    topics = {answer.topic for answer in answers}
    if DEAD_LETTERS in topics:
        return "dead_lettered"
    if QUARANTINE in topics:
        return "quarantined"
    return "done" if topics else "repeated"


def _data(answer: Outgoing) -> dict[str, Any]:
    """What a record of ours says; it was checked before it was written."""
    data: dict[str, Any] = json.loads(answer.value)["data"]
    return data


def _within(untrusted: N, most: N) -> N:
    """A number from 0 to `most`: what a fork says of its document was checked for kind, not for sense."""
    return min(max(untrusted, type(untrusted)(0)), most)


def _values(untrusted_fields: bytes) -> Iterator[tuple[str, str, float]]:
    try:
        read = Fields.model_validate_json(untrusted_fields)
    except ValueError:
        return  # whoever publishes it says what is wrong with it
    for evidence in read.evidence.values():
        yield read.type, evidence.verdict, _within(evidence.confidence, 1.0)
