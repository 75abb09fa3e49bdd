"""Lines cut out of a page: of one height, straight, and with a way back."""

from __future__ import annotations

import numpy as np
import pytest

from processors.ocr.engine import PixelWord
from processors.ocr.lines.strips import HEIGHT, LONGEST, MARGIN, WORD, cut, stretched
from processors.ocr.pixels import Grey


def word(left: int, top: int, right: int, bottom: int, line: int = 0) -> PixelWord:
    return PixelWord("x", (left, top, right, bottom), 0.5, line, 0)


def page(width: int = 400, height: int = 200) -> Grey:
    return np.full((height, width), 255, np.uint8)


def leaning(slope: float) -> list[PixelWord]:
    """Five words of 10 pixels on a line that sinks to the right."""
    return [word(x, round(50 + slope * x), x + 40, round(60 + slope * x)) for x in range(20, 320, 60)]


@pytest.mark.parametrize("slope", [0.0, 0.04])
def test_a_strip_leads_back_to_where_its_words_stand(slope: float) -> None:
    words = leaning(slope)
    (strip,) = cut(page(), words)
    assert strip.grey.shape == (HEIGHT, round(280 * WORD / 10) + 2 * MARGIN)
    scale = WORD / 10
    for one in words:
        left, right = ((x - 20) * scale + MARGIN for x in (one.box[0], one.box[2]))
        assert strip.box(left, right) == pytest.approx(one.box, abs=2)


def test_a_line_that_leans_lies_straight_on_its_strip() -> None:
    paper = page()
    words = leaning(0.04)
    for one in words:
        paper[one.box[1] : one.box[3], one.box[0] : one.box[2]] = 0
    (strip,) = cut(paper, words)
    rows = (strip.grey < 128).sum(1)
    # Ink fills the rows of words and no others, but for the steps that whole pixels make of a slope.
    middle, half = HEIGHT // 2, round(WORD / 2)
    assert rows[middle - half + 3 : middle + half - 3].min() > 300
    assert rows[: middle - half - 3].max() == rows[middle + half + 3 :].max() == 0
    # The control: words that share a middle from left to right give no slope, and no warning.
    (stack,) = cut(paper, [word(20, top, 320, top + 10) for top in (40, 50, 60)])
    assert stack.back[1, 0] == 0


def test_lines_come_one_by_one_and_low_ones_as_high_as_most() -> None:
    words = [word(10, 10, 90, 30), word(10, 50, 90, 70, 1), word(10, 100, 90, 102, 2)]
    strips = list(cut(page(), words))
    assert [strip.words[0].line for strip in strips] == [0, 1, 2]
    # Dashes of two pixels are shown as dashes, not as bars.
    assert strips[2].back[0, 0] == pytest.approx(0.7 * 20 / WORD)
    assert list(cut(page(), [])) == []


def test_what_would_be_longer_than_any_line_is_left_out() -> None:
    broad = page(4_000)
    rule, text = word(0, 10, 4_000, 12), word(10, 50, 90, 70, 1)
    assert [strip.words for strip in cut(broad, [rule, replaced(rule, 2), text])] == [(text,)]
    high = word(0, 10, LONGEST - 2 * MARGIN, 30)
    (longest,) = cut(broad, [high])
    assert longest.grey.shape[1] == LONGEST


def replaced(one: PixelWord, line: int) -> PixelWord:
    return word(*one.box, line)


def test_a_box_ends_where_its_strip_ends() -> None:
    (strip,) = cut(page(), [word(20, 50, 60, 70)])
    left, _, right, _ = strip.box(-50.0, 5_000.0)
    assert (left, right) == (20 - MARGIN, 60 + MARGIN)


def test_ink_is_stretched_and_empty_paper_is_not() -> None:
    pale = np.full((HEIGHT, 100), 200, np.uint8)
    pale[10:20, 10:60] = 140
    ink = stretched(pale)
    assert ink.min() == 0 and ink.max() == 1
    grain = np.full((HEIGHT, 100), 250, np.uint8)
    grain[::2, ::2] = 245
    assert stretched(grain).max() < 0.2
    assert stretched(np.full((HEIGHT, 100), 255, np.uint8)).max() == 0
