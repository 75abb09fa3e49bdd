"""Both engines on one page: the same record, nearly the same words and boxes."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from processors.config import load
from processors.errors import StageFailed
from processors.ocr import tessdata
from processors.ocr.engine import Engine, PixelWord
from processors.ocr.pytesseract_engine import PytesseractEngine
from processors.ocr.tesserocr_engine import TesserocrEngine
from tests.corpus import make


@pytest.fixture(scope="module")
def engines() -> tuple[Engine, Engine]:
    return TesserocrEngine(load({})), PytesseractEngine(load({}))


@pytest.fixture(scope="module")
def found(engines: tuple[Engine, Engine]) -> tuple[list[PixelWord], list[PixelWord]]:
    image = make.scan(make.LINES * 2)
    return engines[0].recognise(image, 300), engines[1].recognise(image, 300)


def test_words_agree(found: tuple[list[PixelWord], list[PixelWord]]) -> None:
    ours, theirs = (Counter(word.text for word in words) for words in found)
    assert 2 * sum((ours & theirs).values()) / (ours.total() + theirs.total()) >= 0.95
    assert {word.line for word in found[0]} == set(range(10)) == {word.line for word in found[1]}


def test_boxes_and_confidences_agree(found: tuple[list[PixelWord], list[PixelWord]]) -> None:
    ours, theirs = found
    same = SequenceMatcher(None, [word.text for word in ours], [word.text for word in theirs], autojunk=False)
    pairs = [
        (ours[match.a + at], theirs[match.b + at])
        for match in same.get_matching_blocks()
        for at in range(match.size)
    ]
    assert len(pairs) > 60
    for one, other in pairs:
        assert one.box == pytest.approx(other.box, abs=4)
        assert one.confidence == pytest.approx(other.confidence, abs=0.15)
        assert 0 <= one.confidence <= 1


def test_names_and_digest(engines: tuple[Engine, Engine]) -> None:
    assert engines[0].name == "tesserocr 5.5.4"
    assert engines[1].name.startswith("pytesseract 5.")
    assert engines[0].digest == engines[1].digest
    assert len(engines[0].digest) == 64


def test_an_engine_forgets_the_last_page(engines: tuple[Engine, Engine]) -> None:
    engines[0].recognise(make.scan(), 300)
    words = engines[0].recognise(make.scan(["Another page"], dpi=200, inches=(8, 3)), 200)
    assert [word.text for word in words] == ["Another", "page"]
    assert (words[0].line, words[0].block) == (0, 0)


def test_a_missing_language_pack_is_named_with_its_remedy() -> None:
    with pytest.raises(StageFailed, match=r"chi_sim in .*apt-get install tesseract-ocr-chi-sim"):
        TesserocrEngine(load({"CHANCERY_LANGUAGES": "eng+chi_sim"}))


def test_missing_tessdata_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match="CHANCERY_TESSDATA"):
        tessdata.find(load({"CHANCERY_TESSDATA": str(tmp_path / "nowhere")}))


def test_the_digest_knows_the_languages_and_their_order() -> None:
    folder = tessdata.find(load({}))
    digests = {tessdata.digest(folder, languages) for languages in ("eng", "fra", "eng+fra", "fra+eng")}
    assert len(digests) == 4
