"""The PDF of a plain text: the sheets on which its words have their boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.formats import detect
from processors.formats.text import sheets
from processors.ocr.binding import Bound, Remark
from processors.ocr.text_source import TextSource
from tests.unit.ocr.binding.make import bound, searchable, text_of
from tests.unit.ocr.binding.test_searchable import place_of


def made_of(tmp_path: Path, text: str) -> Bound:
    source = tmp_path / "a.txt"
    source.write_text(text, encoding="utf-8")
    count = sum(1 for _ in sheets(source))
    reader = TextSource(source)
    return bound(tmp_path, source, detect.TEXT, *(reader.read(number) for number in range(1, count + 1)))


def test_words_are_seen_where_their_boxes_are(tmp_path: Path) -> None:
    made = made_of(tmp_path, "Sehr geehrte Müller § 12 €,\n\n   eingerückt\fzweite Seite (mit \\ Klammern)\n")
    assert made.notes == (Remark.NOT_ARCHIVAL_FONTS,)
    assert text_of(searchable(made), 2).strip() == "zweite Seite (mit \\ Klammern)"
    record = TextSource(tmp_path / "a.txt").read(1)
    assert "Müller § 12 €," in text_of(searchable(made))
    for one in record.words:
        x0, y0, x1, y1 = place_of(searchable(made), one.text)
        assert one.box[0] - 1 <= x0 < x1 <= one.box[2] + 1
        assert one.box[1] <= y0 < y1 <= one.box[3]


@pytest.mark.parametrize("text", ["Привет", "日本", "a\u0301b ĳ"])
def test_letters_that_the_font_lacks_mean_no_pdf(tmp_path: Path, text: str) -> None:
    made = made_of(tmp_path, text)
    assert made.notes == (Remark.NO_PDF_NO_FONT,)
    assert [artefact.role for artefact in made.artefacts] == ["text", "alto"]


def test_an_empty_text_is_an_empty_page(tmp_path: Path) -> None:
    assert text_of(searchable(made_of(tmp_path, ""))) == ""
