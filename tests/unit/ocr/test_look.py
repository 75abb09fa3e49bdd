"""What a first look tells of a page, on pages that are drawn for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from processors.ocr.look import Look, look
from processors.ocr.pixels import histogram, pieces, quantile, shrunk
from tests.corpus import make

LINES = [f"{line} {number}" for number in range(5) for line in make.LINES]


def page(dpi: int = 300) -> Image.Image:
    """A letter page of 25 lines, its first inch and a half empty."""
    paper = Image.new("L", (round(8.5 * dpi), 11 * dpi), 255)
    paper.paste(make.scan(LINES, dpi, (8.5, 9.4)), (0, round(1.5 * dpi)))
    return paper


def barred(image: Image.Image, text: str, *, ground: int = 20, high: float = 0.35) -> Image.Image:
    """The page with a dark bar in its empty part, `high` inches, and light print of 14 points in it."""
    dpi = image.height // 11
    left, top = round(0.8 * dpi), round(0.7 * dpi)
    draw = ImageDraw.Draw(image)
    draw.rectangle((left, top, left + 6 * dpi, top + round(high * dpi)), fill=ground)
    font = ImageFont.truetype(make.FONT, round(14 / 72 * dpi))
    draw.text((left + dpi // 5, top + round((high / 2 - 0.12) * dpi)), text, font=font, fill=255)
    return image


def seen(image: Image.Image) -> Look:
    return look(np.asarray(image))


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("high", [0.25, 0.35, 1.2])
def test_light_print_on_a_dark_bar_is_seen(dpi: int, high: float) -> None:
    assert seen(barred(page(dpi), "Application for Leave", high=high)).light_print


def test_light_print_is_seen_on_dark_grey_and_over_the_whole_page() -> None:
    assert seen(barred(page(), "Application for Leave", ground=110)).light_print
    assert seen(Image.eval(page(), lambda level: 255 - level)).light_print


def test_light_print_is_seen_in_a_bar_that_reaches_the_edges() -> None:
    image = page()
    black = Image.new("L", image.size, 0)
    image.paste(barred(black, "Application for Leave", ground=0).crop((0, 150, image.width, 350)))
    assert seen(image).light_print


def test_rules_and_punched_holes_are_no_light_print() -> None:
    image = page()
    draw = ImageDraw.Draw(image)
    draw.rectangle((200, 200, 2300, 230), fill=0)
    for top in (900, 2200):
        draw.ellipse((60, top, 130, top + 70), fill=0)
    assert not seen(image).light_print
    assert not seen(page()).light_print


def test_too_few_letters_to_tell_are_looked_at_both_ways() -> None:
    assert seen(make.scan(["ok"])).light_print


@pytest.mark.parametrize("degrees", [0.0, 1.5, -3.0])
def test_a_page_on_its_head_seems_so(degrees: float) -> None:
    upright = page().rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    head = upright.transpose(Image.Transpose.ROTATE_180)
    assert (seen(upright).upside_down, seen(head).upside_down) == (False, True)


def test_capitals_and_few_letters_say_nothing() -> None:
    few = make.scan(["a good page"]).transpose(Image.Transpose.ROTATE_180)
    capitals = make.scan([line.upper() for line in make.LINES])
    assert not seen(few).upside_down
    assert not seen(capitals).upside_down


def test_quantiles_of_a_histogram_are_those_of_the_pixels() -> None:
    grey = np.random.default_rng(1).normal(180, 30, (301, 401)).clip(0, 255).astype(np.uint8)
    for share in (0.1, 0.25, 0.5):
        assert quantile(histogram(grey), share) == pytest.approx(np.quantile(grey, share), abs=1)


def test_shrinking_takes_means_and_leaves_over_what_does_not_fit() -> None:
    grey = np.arange(35, dtype=np.uint8).reshape(5, 7)
    assert shrunk(grey, 2).tolist() == [[4, 6, 8], [18, 20, 22]]
    assert shrunk(grey, 1) is grey
    assert shrunk(grey, 8) is grey


def test_pieces_are_counted_beyond_sixteen_bits() -> None:
    dots = np.zeros((700, 700), np.uint8)
    dots[::2, ::2] = 255
    found = pieces(dots)
    assert found.shape == (350 * 350, 5)
    assert (found[:, 2:] == 1).all()


def test_pieces_of_few_and_many_are_found_alike() -> None:
    ink = np.where(np.random.default_rng(2).random((400, 500)) < 0.1, 255, 0).astype(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    assert sorted(map(tuple, pieces(ink))) == sorted(map(tuple, found[1:]))
