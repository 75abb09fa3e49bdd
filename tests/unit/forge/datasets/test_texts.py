from __future__ import annotations

from pathlib import Path

import pytest

from processors.events import PagesRequested
from processors.forge.classifier.dataset import Example
from processors.forge.datasets.texts import PAGES, Reader
from processors.reasons import QuarantineReason
from processors.stage import Artefact, Done, Outcome, Rejected, Work
from tests.unit.classify.samples import page


class FakeOcr:
    """Reads "page N" on every page and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def process(self, work: Work) -> Outcome:
        self.calls += 1
        request: PagesRequested = work.event.data
        if work.inputs["original"].name == "broken.pdf":
            return Rejected(QuarantineReason.DAMAGED)
        file = work.scratch / "pages.jsonl"
        file.write_text(page(f"page {request.range.first}").to_json() + "\n")
        return Done(artefacts=(Artefact(file.name, "", file, "application/jsonl"),))


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(FakeOcr(), tmp_path / "cache")


def example(path: str, pages: int) -> Example:
    return Example("d", "receipt", path=Path(path), sha256=path, media_type="application/pdf", pages=pages)


def calls(reader: Reader) -> int:
    assert isinstance(reader.ocr, FakeOcr)
    return reader.ocr.calls


def test_no_more_pages_are_read_than_are_needed(reader: Reader) -> None:
    assert reader.words(example("a.pdf", 9), 2) == ["page", "1"]
    assert reader.words(example("b.pdf", 9), 3) == ["page", "1", "page", "2"]
    assert len(reader.words(example("c.pdf", 9), 99) or ()) == 2 * PAGES


def test_a_page_is_recognised_once(reader: Reader) -> None:
    assert reader.words(example("a.pdf", 1), 99) == reader.words(example("a.pdf", 1), 99)
    assert calls(reader) == 1


def test_a_refused_file_has_no_words_and_leaves_nothing_in_the_cache(reader: Reader) -> None:
    assert reader.words(example("broken.pdf", 1), 99) is None
    assert not reader.cache.exists()


def test_a_text_needs_no_recognition(reader: Reader) -> None:
    assert reader.words(Example("d", "letter", text="Dear  Sir"), 1) == ["Dear", "Sir"]
    assert calls(reader) == 0
