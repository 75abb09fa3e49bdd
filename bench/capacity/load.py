"""The load that is planned for: pages a day, how many of them are scans, and how high the peak stands."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

DAY_SECONDS = 86_400


class LoadInvalid(ValueError):
    """A load or a setting that makes no sense; the message names it and says what would."""


@dataclass(frozen=True)
class Model:
    """A language model on GPUs, as whoever runs it measured it."""

    #: pages a second that one GPU answers, full of questions
    pages_per_second: float
    #: seconds that a worker waits for the answers about one document, on a GPU that is not full
    answer_seconds: float
    #: share of the documents whose type is read by it
    share: float = 1.0

    def __post_init__(self) -> None:
        positive("--language-model", self.pages_per_second, "pages a second of one GPU")
        positive("--answer-seconds", self.answer_seconds, "seconds a document")
        within("--language-share", self.share, 0.0, 1.0)


@dataclass(frozen=True)
class Load:
    """Documents that come in."""

    pages_per_day: float
    #: share of the pages that are recognised; the others carry their text
    scanned_share: float
    #: on average
    pages_per_document: float
    #: pages a second in the busiest hour to those of the day's average
    peak: float
    #: share of its time that a worker may be at work at the peak
    utilisation: float = 0.7
    model: Model | None = None

    def __post_init__(self) -> None:
        positive("--pages-per-day", self.pages_per_day, "pages")
        within("--scanned-share", self.scanned_share, 0.0, 1.0)
        within("--pages-per-document", self.pages_per_document, 1.0, 100_000.0)
        within("--peak", self.peak, 1.0, 24.0)
        within("--utilisation", self.utilisation, 0.05, 0.95)

    @property
    def pages_per_second(self) -> float:
        """On average over the day."""
        return self.pages_per_day / DAY_SECONDS

    @property
    def documents_per_second(self) -> float:
        """On average over the day."""
        return self.pages_per_second / self.pages_per_document

    def times(self, factor: float) -> Load:
        """The same documents, so many times as many."""
        return replace(self, pages_per_day=self.pages_per_day * factor)


def positive(name: str, value: float, what: str) -> None:
    """See that a number is above 0.

    Raises:
        LoadInvalid: it is not.
    """
    if not (value > 0 and math.isfinite(value)):
        raise LoadInvalid(f"{name} is {value:g}: give {what}, more than 0.")


def within(name: str, value: float, least: float, most: float) -> None:
    """See that a number lies within bounds.

    Raises:
        LoadInvalid: it does not.
    """
    if not least <= value <= most:
        raise LoadInvalid(f"{name} is {value:g}: give a number from {least:g} to {most:g}.")
