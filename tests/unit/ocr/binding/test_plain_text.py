from __future__ import annotations

from pathlib import Path

from processors.ocr.binding.plain_text import PlainText
from processors.pages import Page
from tests.unit.ocr.binding.make import page, word

BOX = (10.0, 10.0, 40.0, 20.0)


def written(tmp_path: Path, *pages: Page) -> str:
    text = PlainText(tmp_path / "text.txt")
    for one in pages:
        text.add(one)
    text.close()
    return (tmp_path / "text.txt").read_bytes().decode("utf-8")


def test_lines_blocks_and_pages_are_kept(tmp_path: Path) -> None:
    first = page((word("Dear", BOX), word("Sir,", BOX), word("thank", BOX, 1), word("you", BOX, 2, 1)))
    assert written(tmp_path, first, page(), page((word("Ende", BOX),))) == "Dear Sir,\nthank\n\nyou\n\f\fEnde\n"


def test_what_a_document_says_cannot_end_lines_or_pages(tmp_path: Path) -> None:
    nasty = page((word("a\fb\n\x00\x85c\u2028", BOX), word("\x07", BOX), word("\ud800d", BOX)))
    assert written(tmp_path, nasty) == "abc d\n"
