"""The words of training documents, read by the OCR stage of production once, then kept for the next run."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from processors.events import DocumentId, Event, Original, PageRange, PagesRequested
from processors.forge.classifier.dataset import Example
from processors.pages import read_pages
from processors.stage import Done, Stage, Work

#: Pages read of each document: the classifier's windows seldom reach beyond the second.
PAGES = 2


@dataclass(frozen=True)
class Reader:
    """Words of examples; files go through the OCR stage once, then come from the cache."""

    ocr: Stage
    #: one folder per engine and language, since both change the words
    cache: Path

    def words(self, example: Example, enough: int) -> list[str] | None:
        """The first words, in reading order, from as few pages as hold `enough`; None if recognition refuses."""
        if example.path is None:
            return example.text.split()
        words: list[str] = []
        for number in range(1, min(example.pages, PAGES) + 1):
            cached = self.page(example, number)
            if cached is None:
                return None
            words += [word.text for page in read_pages(cached) for word in page.words]
            if len(words) >= enough:
                break
        return words

    def page(self, example: Example, number: int) -> Path | None:
        """The page record of one page of a file; None if recognition refuses."""
        cached = self.cache / f"{example.sha256}-{number}.jsonl"
        if cached.exists() or (example.path and self._recognise(example, example.path, number, cached)):
            return cached
        return None

    def _recognise(self, example: Example, path: Path, number: int, cached: Path) -> bool:
        with tempfile.TemporaryDirectory() as scratch:
            outcome = self.ocr.process(Work(_request(example, number), {"original": path}, Path(scratch)))
            if not isinstance(outcome, Done):
                return False
            self.cache.mkdir(parents=True, exist_ok=True)
            part = cached.with_suffix(".part")
            part.write_bytes(outcome.artefacts[0].path.read_bytes())
            # Renamed when complete, so that a stopped run leaves no half-read page behind.
            part.replace(cached)
        return True


def _request(example: Example, number: int) -> Event[PagesRequested]:
    """The event that asks for one page, as intake would write it."""
    original = Original(
        bucket="training",
        key=example.document,
        version_id="1",
        sha256=example.sha256,
        size=0,
        media_type=example.media_type,
        pages=example.pages,
    )
    document_id = hashlib.sha256(example.document.encode()).hexdigest()
    wanted = PageRange(first=number, last=number)
    data = PagesRequested(
        document=DocumentId(id=document_id, agency="training", original=original), range=wanted, ranges=(wanted,)
    )
    epoch = datetime.fromtimestamp(0, tz=UTC)  # never published; a fixed time keeps runs equal
    return Event(id=document_id, type=data.TYPE, source="/chancery/forge", time=epoch, data=data)
