"""Documents and records on their way through a simulation, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from processors.intake.ranges import split
from processors.pipeline import SHORT_RANGES, StageName

Lane = Literal["live", "reprocessing"]


@dataclass(slots=True)
class Travelling:
    """A document."""

    #: seconds
    arrived: float
    pages: int
    #: share of its pages that are recognised; 0: it carries its text
    scanned: float
    lane: Lane = "live"
    #: page ranges that are not read yet
    left: int = 0
    #: when it was published; infinite while it was not
    ended: float = float("inf")
    #: stage -> when its first record came there, and when its last one was done
    came: dict[StageName, float] = field(default_factory=dict)
    went: dict[StageName, float] = field(default_factory=dict)

    @property
    def long(self) -> bool:
        """Whether its page ranges take the slow lane."""
        return len(split(self.pages, written=not self.scanned)) > SHORT_RANGES


@dataclass(slots=True)
class Record:
    """What lies on a topic: a whole document, or a page range of it."""

    document: Travelling
    scanned: float
    written: float
    #: place of its topic among those of the stage
    topic: int = 0
    partition: int = 0
    entered: float = 0.0


def whole(document: Travelling) -> Record:
    """The one record that a document is before every stage but ocr."""
    scanned = document.pages * document.scanned
    return Record(document, scanned, document.pages - scanned)


def ranges(document: Travelling) -> Iterator[Record]:
    """Its page ranges; scanned pages are spread evenly over them."""
    for one in split(document.pages, written=not document.scanned):
        pages = one.last - one.first + 1
        yield Record(document, pages * document.scanned, pages * (1.0 - document.scanned))
