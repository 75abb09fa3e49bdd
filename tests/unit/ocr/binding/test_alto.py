"""ALTO as its schema wants it. The schema here is our own profile of ALTO 4.4: what we write, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from processors.ocr.binding.alto import UNITS_PER_POINT, Alto
from processors.pages import Page
from tests.unit.ocr.binding.make import page, word

SPACE = "{http://www.loc.gov/standards/alto/ns-v4#}"
PROFILE = Path(__file__).with_name("alto_profile.xsd")
BOX = (72.0, 36.0, 144.0, 48.0)


def written(tmp_path: Path, *pages: Page) -> Any:
    """The file's root, valid by the profile."""
    alto = Alto(tmp_path / "alto.xml")
    for one in pages:
        alto.add(one)
    alto.close()
    assert [path.name for path in tmp_path.iterdir()] == ["alto.xml"]
    tree = etree.parse(tmp_path / "alto.xml")
    etree.XMLSchema(etree.parse(PROFILE)).assertValid(tree)
    return tree.getroot()


def test_words_have_their_places_in_tenths_of_a_millimetre(tmp_path: Path) -> None:
    root = written(tmp_path, page((word("Hello", BOX, confidence=0.875),)))
    assert root.findtext(f".//{SPACE}MeasurementUnit") == "mm10"
    string = root.find(f".//{SPACE}String")
    assert string.get("CONTENT") == "Hello"
    assert string.get("WC") == "0.875"
    place = [float(string.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
    assert place == pytest.approx([254.0, 127.0, 254.0, 12 * UNITS_PER_POINT], abs=0.05)


def test_lines_blocks_language_and_engine(tmp_path: Path) -> None:
    words = (word("a", BOX), word("b", BOX), word("c", BOX, 1), word("d", BOX, 2, 1))
    root = written(tmp_path, page(words, language="deu"), page(words, 2, language="deu+eng"))
    first, second = root.iter(f"{SPACE}Page")
    assert [len(block) for block in first.iter(f"{SPACE}TextBlock")] == [2, 1]
    assert {block.get("LANG") for block in first.iter(f"{SPACE}TextBlock")} == {"de"}
    assert {block.get("LANG") for block in second.iter(f"{SPACE}TextBlock")} == {None}
    assert root.findtext(f".//{SPACE}softwareName") == "tesserocr"
    assert root.findtext(f".//{SPACE}softwareVersion") == "5.5.4"
    assert first.get("PROCESSINGREFS") == root.find(f".//{SPACE}Processing").get("ID")


def test_a_page_that_could_not_be_read_is_there_and_marked(tmp_path: Path) -> None:
    root = written(tmp_path, page(), page(number=2, source="failed", size=(0.0, 0.0), fault="timed_out"))
    failed = list(root.iter(f"{SPACE}Page"))[1]
    assert failed.get("PHYSICAL_IMG_NR") == "2"
    assert (failed.get("QUALITY"), failed.get("QUALITY_DETAIL")) == ("Damaged", "not read: timed_out")
    assert len(failed) == 0


def test_a_word_without_a_proven_place_has_none(tmp_path: Path) -> None:
    root = written(tmp_path, page((word("somewhere", (0.0, 0.0, 0.0, 0.0)),), source="model"))
    assert root.find(f".//{SPACE}String").get("HPOS") is None
    assert root.find(f".//{SPACE}TextLine").get("HPOS") is None


def test_what_a_document_says_cannot_break_the_file(tmp_path: Path) -> None:
    words = (word('<&">\x00\x0b\ufffe\ud800]]>', BOX), word("\x01", BOX), word("😀", BOX))
    root = written(tmp_path, page(words, turned=90, skew=1.5))
    assert [string.get("CONTENT") for string in root.iter(f"{SPACE}String")] == ['<&">]]>', "😀"]
    assert root.find(f".//{SPACE}Page").get("ROTATION") == "88.5"
