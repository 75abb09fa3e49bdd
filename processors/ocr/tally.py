"""What was read, in numbers: counted from the page records, so that memory does not grow with the document."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from processors.events import Reading, UnreadPage
from processors.pages import Page, read_pages


class Tally:
    """Counts pages and words while they pass."""

    def __init__(self) -> None:
        self._pages = self._words = self._text_layer_pages = 0
        self._confidence = 0.0
        self._notes: dict[str, None] = {}
        self._unread: list[UnreadPage] = []
        #: who read at least one page
        self.engines: set[str] = set()

    @classmethod
    def of(cls, pages: Path) -> Self:
        """The tally of a file of page records."""
        tally = cls()
        for page in read_pages(pages):
            tally.add(page)
        return tally

    def add(self, page: Page) -> None:
        """Count a page."""
        self._pages += 1
        self._notes |= dict.fromkeys(page.notes)
        if page.source == "failed":
            self._unread.append(UnreadPage(page=page.number, reason=page.fault))
            return
        self.engines.add(page.engine)
        self._words += len(page.words)
        self._text_layer_pages += page.source == "text_layer"
        self._confidence += sum(word.confidence for word in page.words)

    @property
    def nothing_read(self) -> bool:
        """Whether every page failed."""
        return len(self._unread) == self._pages

    @property
    def unread(self) -> tuple[UnreadPage, ...]:
        """The pages that failed, in order."""
        return tuple(self._unread)

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks on pages, each once, in alphabetical order."""
        return tuple(sorted(self._notes))

    def reading(self) -> Reading:
        """What an event says of it."""
        return Reading(
            pages=self._pages,
            words=self._words,
            text_layer_pages=self._text_layer_pages,
            confidence=round(self._confidence / self._words, 4) if self._words else 0.0,
        )
