"""Narrow print that was read with doubt is read again; nothing else is, and nothing is made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from processors.ocr import steps, tessdata
from processors.ocr.doubtful import narrow, sure, without
from processors.ocr.engine import PixelWord
from processors.ocr.picture import Picture
from processors.ocr.reading import Reader
from processors.ocr.second_reading import merged
from processors.ocr.tesserocr_engine import TesserocrEngine
from tests.unit.ocr.made_receipt import receipt, words_read
from tests.unit.ocr.requests import Scripted

ONE_READING = replace(steps.ALL, doubtful=False)


def at(text: str, line: int, left: int = 0, *, confidence: float = 0.95, high: int = 20) -> PixelWord:
    """A word, ten pixels a letter, on a row of 30 pixels."""
    top = 30 * line
    return PixelWord(text, (left, top, left + 10 * len(text), top + high), confidence, line, line)


def rows(confidence: float = 0.95, *, second: int = 150) -> list[PixelWord]:
    """Ten lines of two words, 200 pixels broad."""
    return [word for n in range(10) for word in (at("PAPER", n, confidence=confidence), at("12.60", n, second))]


def texts(words: list[PixelWord]) -> list[str]:
    lines = {word.line: "" for word in words}
    for word in words:
        lines[word.line] += f" {word.text}"
    return [line.strip() for line in lines.values()]


def test_a_worn_receipt_is_read_better_than_at_one_look() -> None:
    engine = TesserocrEngine(tessdata.find(""), ("eng",))
    pictures = [receipt(size, seed) for size in (14, 16) for seed in (0, 1)]
    once, twice = (
        sum(words_read(Reader(engine, taken).read(one).text()) for one in pictures)
        for taken in (ONE_READING, steps.ALL)
    )
    # 85 and 108 of 248 with Tesseract 5.5.4
    assert twice >= once + 8


@pytest.mark.parametrize(
    ("found", "calls"),
    [
        (rows(0.5), 2),
        (rows(0.95), 1),  # sure of all lines
        (rows(0.5, second=1_500), 1),  # as broad as a letter
        (rows(0.5)[:14], 1),  # seven lines: a title
    ],
)
def test_only_doubtful_lines_of_narrow_print_cost_a_second_recognition(found: list[PixelWord], calls: int) -> None:
    engine = Scripted(found, found)
    # Large letters seen, so that no other step asks again.
    Reader(engine, replace(steps.ALL, second_look=False, turn=False)).read(receipt(16, 0, blur=0.5))
    assert engine.block == [False, True][:calls]


def test_what_was_read_surely_is_not_shown_again() -> None:
    words = [at("SURE", 0), at("DOUBTFUL", 1, confidence=0.6), at("BESIDE", 1, 100)]
    assert sure(words) == words[:1]
    picture = without(Image.new("L", (200, 60), 0), [word.box for word in sure(words)])
    assert picture.getpixel((5, 5)) == 255 and picture.getpixel((5, 35)) == 0


def test_narrow_print_is_told_by_its_breadth() -> None:
    assert narrow(rows()) and not narrow(rows(second=800)) and not narrow([])


def test_the_surer_reading_of_a_place_counts() -> None:
    first = [at("HOKE", 0, confidence=0.7), at("DECO", 0, 60, confidence=0.9)]
    second = [at("HOME", 0, confidence=0.8), at("DEC0", 0, 60, confidence=0.6)]
    assert texts(merged(first, second)) == ["HOME DECO"]
    assert texts(merged(second, first)) == ["HOME DECO"]


def test_one_word_stands_against_two() -> None:
    apart = [at("SDN", 0, confidence=0.6), at("BHD", 0, 30, confidence=0.9), at("X", 1)]
    joined = [at("SDNBHD", 0, confidence=0.8)]
    assert texts(merged(apart, joined)) == ["SDNBHD", "X"]
    assert texts(merged(joined, apart)) == ["SDNBHD", "X"]
    surer = [replace(word, confidence=0.9) for word in apart]
    assert texts(merged(joined, surer)) == ["SDN BHD", "X"]


def test_what_the_first_reading_missed_is_put_where_it_stands() -> None:
    first = [at("TOTAL", 0), at("CHANGE", 2)]
    second = [at("9.00", 0, 100), at("CASH", 1)]
    found = merged(first, second)
    assert texts(found) == ["TOTAL 9.00", "CASH", "CHANGE"]
    assert [(word.line, word.block) for word in found] == [(0, 0), (0, 0), (1, 0), (2, 0)]


def test_specks_and_guesses_are_not_added() -> None:
    first = [at("TOTAL", 0)]
    assert merged(first, [at("1", 0, 100, high=8), at("e", 1, confidence=0.5)]) == [replace(first[0], block=0)]


def test_nothing_is_read_that_neither_reading_saw() -> None:
    first = [at("10460", 0, confidence=0.5), at("PENANC", 0, 60, confidence=0.5)]
    second = [at("19400", 0, confidence=0.4), at("RENANG", 0, 60, confidence=0.4)]
    seen = {word.text for word in (*first, *second)}
    assert {word.text for word in merged(first, second)} <= seen


def test_a_column_of_prices_is_read_row_by_row() -> None:
    items = [at(f"ITEM{n}", n) for n in range(3)]
    prices = [replace(at(f"{n}.00", n, 200), line=3 + n) for n in range(3)]
    assert texts(merged([*items, *prices], []))[:3] == ["ITEM0", "0.00", "ITEM1"]


@pytest.mark.parametrize("degrees", [0.0, 2.0])
def test_boxes_lie_where_the_words_stand(degrees: float) -> None:
    engine = TesserocrEngine(tessdata.find(""), ("eng",))
    worn, clean = (leaned(receipt(16, 0, blur=blur), degrees) for blur in (1.4, 0.5))
    there = {word.text: word.box for word in Reader(engine, ONE_READING).read(clean).words}
    again = {word.text: word.box for word in Reader(engine).read(worn).words}
    first = {word.text for word in Reader(engine, ONE_READING).read(worn).words}
    # Words that the second reading alone gave are among them.
    assert set(there) & set(again) - first
    for text in set(there) & set(again):
        # Tesseract's boxes often reach over the gap behind a word.
        (x0, y0, _, y1), (left, top, _, bottom) = again[text], there[text]
        assert (x0, (y0 + y1) / 2) == pytest.approx((left, (top + bottom) / 2), abs=4.0), text


def leaned(picture: Picture, degrees: float) -> Picture:
    image = picture.image.rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return replace(picture, image=image)
