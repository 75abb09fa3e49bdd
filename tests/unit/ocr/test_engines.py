"""Both engines on one page: the same record, nearly the same words and boxes."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from processors.errors import StageFailed
from processors.ocr import tessdata
from processors.ocr.engine import Engine, PixelWord
from processors.ocr.pytesseract_engine import PytesseractEngine
from processors.ocr.tesserocr_engine import TesserocrEngine
from tests.corpus import make


@pytest.fixture(scope="module")
def engines() -> tuple[Engine, Engine]:
    folder = tessdata.find("")
    return TesserocrEngine(folder, ("eng", "deu")), PytesseractEngine(folder, ("eng", "deu"))


@pytest.fixture(scope="module")
def found(engines: tuple[Engine, Engine]) -> tuple[list[PixelWord], list[PixelWord]]:
    image = make.scan(make.LINES * 2)
    return engines[0].recognise(image, 300, "eng"), engines[1].recognise(image, 300, "eng")


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
    engines[0].recognise(make.scan(), 300, "eng")
    words = engines[0].recognise(make.scan(["Another page"], dpi=200, inches=(8, 3)), 200, "eng")
    assert [word.text for word in words] == ["Another", "page"]
    assert (words[0].line, words[0].block) == (0, 0)


def test_each_language_is_read_with_its_own_pack(engines: tuple[Engine, Engine]) -> None:
    image = make.scan(["Prüfung der Größe, Straße und Übermaß"], inches=(8.5, 2))
    for engine in engines:
        assert "Größe," in [word.text for word in engine.recognise(image, 300, "deu")]
        assert "Größe," not in [word.text for word in engine.recognise(image, 300, "eng")]


def test_light_print_is_read_by_either_engine_unless_it_is_told_not_to(engines: tuple[Engine, Engine]) -> None:
    image = ImageOps.invert(make.scan(["Application for Annual Leave"], inches=(8.5, 2)))
    words = set("Application for Annual Leave".split())
    for engine in engines:
        assert words <= {word.text for word in engine.recognise(image, 300, "eng", inverted=True)}
        assert not words & {word.text for word in engine.recognise(image, 300, "eng", inverted=False)}


@pytest.mark.parametrize(
    ("transpose", "turn"),
    [
        (None, 0),
        (Image.Transpose.ROTATE_90, 90),
        (Image.Transpose.ROTATE_180, 180),
        (Image.Transpose.ROTATE_270, 270),
    ],
)
def test_engines_say_how_far_a_page_must_be_turned_clockwise(
    engines: tuple[Engine, Engine], transpose: Image.Transpose | None, turn: int
) -> None:
    image = make.scan(make.LINES * 3)
    # Pillow turns counter-clockwise.
    turned = image if transpose is None else image.transpose(transpose)
    for engine in engines:
        said = engine.orientation(turned, 300)
        assert said is not None
        assert (said.turn, said.script) == (turn, "Latin")
        assert said.confidence > 2


def test_too_little_text_has_no_orientation(engines: tuple[Engine, Engine]) -> None:
    assert [engine.orientation(make.scan(["a"]), 300) for engine in engines] == [None, None]


def test_packs_that_are_missing_are_left_out_unless_all_are() -> None:
    folder = tessdata.find("")
    assert tessdata.installed(folder, ("xyz", "eng")) == ("eng",)
    with pytest.raises(StageFailed, match=r"chi_sim in .*apt-get install tesseract-ocr-chi-sim"):
        tessdata.installed(folder, ("chi_sim",))


def test_missing_tessdata_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match="CHANCERY_TESSDATA"):
        tessdata.find(str(tmp_path / "nowhere"))


def test_the_digest_knows_the_languages_and_their_order() -> None:
    folder = tessdata.find("")
    sets = (("eng",), ("fra",), ("eng", "fra"), ("fra", "eng"))
    digests = {tessdata.digest(folder, languages) for languages in sets}
    assert len(digests) == 4
