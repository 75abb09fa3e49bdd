"""The shipped line reader: what it is asked, what it gives, and what does it no harm."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from processors.config import PACKAGE, load
from processors.errors import StageFailed
from processors.ocr import steps, tessdata
from processors.ocr.engine import PixelWord
from processors.ocr.lines.line_reader import FILE, FOLDER, LineReader
from processors.ocr.pixels import Grey
from processors.ocr.reading import Reader
from processors.ocr.stage import build
from processors.ocr.tesserocr_engine import TesserocrEngine
from tests.unit.ocr.made_receipt import receipt, words_read
from tests.unit.ocr.requests import Scripted
from tests.unit.ocr.test_doubtful_lines import rows

#: Large letters seen, so that no other step asks again.
PLAIN = replace(steps.ALL, second_look=False, turn=False)


@pytest.fixture(scope="module")
def shipped() -> LineReader:
    return LineReader(PACKAGE / "models")


class Asked(LineReader):
    """Counts what it is asked, and answers nothing."""

    def __init__(self) -> None:
        self.digest = "d"
        self.words: list[int] = []

    def read(self, page: Grey, found: Sequence[PixelWord]) -> list[PixelWord]:
        self.words.append(len(found))
        return []


def test_a_worn_receipt_is_read_better_with_it(shipped: LineReader) -> None:
    engine = TesserocrEngine(tessdata.find(""), ("eng",))
    pictures = [receipt(size, seed) for size in (14, 16) for seed in (0, 1)]
    without, with_it = (
        sum(words_read(Reader(engine, lines=lines).read(one).text()) for one in pictures)
        for lines in (None, shipped)
    )
    # 116 and 146 of 248 with Tesseract 5.5.4
    assert with_it >= without + 20


@pytest.mark.parametrize(
    ("found", "pack", "asked"),
    [
        (rows(0.5), "eng", [20]),
        (rows(0.95), "eng", []),  # sure of all lines
        ([*rows(0.95)[:10], *rows(0.5)[10:]], "eng", [10]),  # of some of them
        (rows(0.5), "deu", []),  # whose letters it may not know
        (rows(0.5, second=1_500), "eng", []),  # as broad as a letter
    ],
)
def test_it_is_asked_for_doubtful_lines_of_narrow_english_print_alone(
    found: list[PixelWord], pack: str, asked: list[int]
) -> None:
    engine, lines = Scripted(found, found), Asked()
    engine.languages = (pack,)
    Reader(engine, replace(PLAIN, language=False), lines).read(receipt(16, 0, blur=0.5))
    assert lines.words == asked


def test_words_lie_on_their_page(shipped: LineReader) -> None:
    engine = TesserocrEngine(tessdata.find(""), ("eng",))
    picture = receipt(14, 0)
    page = Reader(engine, lines=shipped).read(picture)
    assert page.words
    for word in page.words:
        left, top, right, bottom = word.box
        assert 0 <= left < right <= picture.width and 0 <= top < bottom <= picture.height
        assert 0 <= word.confidence <= 1 and word.text.strip()


@pytest.mark.parametrize("dot", [0, 1, 6])
def test_a_line_without_ink_or_of_a_dot_is_no_word_of_several_letters(shipped: LineReader, dot: int) -> None:
    page = np.full((60, 300), 255, np.uint8)
    page[30 : 30 + dot, 40 : 40 + dot] = 0
    for box in ((20, 20, 280, 40), (40, 30, 41, 31), (0, 0, 1, 1)):
        said = shipped.read(page, [PixelWord("x", box, 0.1, 3, 1)])
        assert all(len(word.text) == 1 and (word.line, word.block) == (3, 1) for word in said)
        assert dot or not said


def test_a_rule_across_a_broad_page_costs_nothing(shipped: LineReader) -> None:
    page = np.full((60, 9_000), 255, np.uint8)
    page[30] = 0
    assert shipped.read(page, [PixelWord("-", (0, 30, 9_000, 31), 0.1, 0, 0)]) == []
    assert shipped.read(page, []) == []


def test_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match=f"{FOLDER}/{FILE} is missing; set CHANCERY_MODELS"):
        build(load({"CHANCERY_MODELS": str(tmp_path)}), outputs=False)


def test_the_digest_changes_with_language_data_and_with_the_model(shipped: LineReader, tmp_path: Path) -> None:
    engine = Scripted([])
    engine.digest = "a"
    alone, both = Reader(engine).digest, Reader(engine, lines=shipped).digest
    (tmp_path / FOLDER).mkdir()
    copy = shutil.copy(PACKAGE / "models" / FOLDER / FILE, tmp_path / FOLDER)
    with Path(copy).open("ab") as file:
        # An unknown member of the file that is skipped when it is read: the same model in other bytes.
        file.write(b"\xf8\x07\x01")
    changed = Reader(engine, lines=LineReader(tmp_path)).digest
    engine.digest = "b"
    other = Reader(engine, lines=shipped).digest
    assert len({alone, both, changed, other}) == 4 and alone == "a"
