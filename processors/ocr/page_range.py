"""The pages of a range, read one by one into a file; a page that cannot be read is named and costs no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from processors.agencies import Policy
from processors.config import Limits
from processors.events import PagesRequested
from processors.formats.port import Refused
from processors.ocr.opening import open_source
from processors.ocr.progress import Progress, finished_pages, page_step
from processors.ocr.reading import Reader
from processors.ocr.source import PageSource
from processors.pages import Page, read_pages
from processors.stage import Work


@dataclass(frozen=True)
class RangeReader:
    """Reads ranges of pages."""

    reader: Reader
    limits: Limits
    #: language packs of agencies that name none
    languages: Sequence[str]

    def read(self, work: Work, policy: Policy, progress: Progress, output: Path) -> None:
        """Write a page record for each page of the range; what an earlier try finished is kept.

        Raises:
            Refused: the file cannot be opened; or its only page cannot be read, so that nothing is left.
        """
        asked: PagesRequested = work.event.data
        only_page = asked.document.original.pages == 1
        number = asked.range.first + finished_pages(output)
        with output.open("a", encoding="utf-8") as lines:
            # A document of one page is tried again instead: the machine may have been at fault, and the runtime
            # counts the tries.
            if progress.died_in(page_step(number)) and number <= asked.range.last and not only_page:
                _write(failed(number, progress.died), lines)
                number += 1
            if number > asked.range.last:
                return
            packs = policy.languages or tuple(self.languages)
            expected = _last_language(output)
            with open_source(work, self.limits, force_ocr=policy.force_ocr) as source:
                for at in range(number, asked.range.last + 1):
                    progress.begin(page_step(at))
                    page = self._page(source, at, packs, expected, only_page=only_page)
                    expected = page.language or expected
                    _write(page, lines)

    def _page(
        self, source: PageSource, number: int, packs: Sequence[str], expected: str, *, only_page: bool
    ) -> Page:
        try:
            read = source.read(number)
        except Refused as refused:
            if only_page:
                raise
            return failed(number, refused.outcome.reason.value)
        return read if isinstance(read, Page) else self.reader.read(read, packs, expected)


def failed(number: int, fault: str) -> Page:
    """The record of a page that could not be read; its size is not known either."""
    return Page(number, 0.0, 0.0, 1.0, "failed", "", "", (), quality=0.0, fault=fault)


def _write(page: Page, lines: TextIO) -> None:
    lines.write(page.to_json() + "\n")
    # Whoever comes after a crash finds what was read so far.
    lines.flush()


def _last_language(output: Path) -> str:
    """The pack that the last page of an earlier try was read with: pages of one document mostly share it."""
    found = ""
    for page in read_pages(output):
        found = page.language or found
    return found
