"""Lines printed: a text in one of many fonts, laser-sharp or in a till's dots, as ink on a strip."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from processors.forge.line_reader.fonts import Font
from processors.ocr.lines.strips import HEIGHT, MARGIN, WORD

#: 1 for ink, 0 for paper
Ink = NDArray[np.float32]

#: Pixels: sizes of letters that are drawn smooth, and of those drawn in dots, as tills do.
_SMOOTH, _DOTTED = (22, 40), (9, 24)
_DOTS_SHARE = 0.45
#: How many of the lines in dots are in a font of dots.
_FIXED_SHARE = 0.4
#: Pixels around what is drawn.
_AROUND = 4
#: Words of low letters count as this share of the highest at least, as in strips of pages.
_LEAST_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class _Drawn:
    ink: Ink
    #: of its words
    heights: Sequence[float]
    #: the row on which their middles lie
    centre: float


class Press:
    """Prints lines in many fonts, the same for the same seed."""

    def __init__(self, fonts: Sequence[Font], seed: int) -> None:
        """Take fonts, at least one that can be scaled."""
        self._random = random.Random(seed)  # noqa: S311 - made lines, no secrets
        self._fixed = [font for font in fonts if font.fixed]
        self._scalable = [font for font in fonts if not font.fixed]

    def line(self, text: str, most: int) -> Ink | None:
        """A text on a strip: HEIGHT x width.

        Returns:
            None where it would be longer than `most` pixels, or the font that was drawn lacks one of its letters.
        """
        pick = self._random
        dotted = pick.random() < _DOTS_SHARE
        font = self._font(dotted)
        if font.lacks & set(text):
            return None
        low, high = _DOTTED if dotted else _SMOOTH
        drawn = self._drawn(text, font.face(pick.randint(low, high)), dotted)
        if drawn is None:
            return None
        if dotted:
            drawn = self._in_dots(drawn)
        ink = self._weighted(drawn.ink)
        high_word = max(median(drawn.heights), _LEAST_SHARE * max(drawn.heights))
        scale = WORD / high_word * pick.uniform(0.86, 1.14)
        broad = scale * (pick.uniform(0.55, 1.2) if pick.random() < 0.75 else 1.0)
        width = round(ink.shape[1] * broad)
        if width + 2 * MARGIN > most or width < 2:
            return None
        small = cv2.resize(ink, (width, max(round(ink.shape[0] * scale), 1)), interpolation=cv2.INTER_AREA)
        return self._placed(np.asarray(small, np.float32), drawn.centre * scale)

    def _font(self, dotted: bool) -> Font:
        if dotted and self._fixed and self._random.random() < _FIXED_SHARE:
            return self._random.choice(self._fixed)
        return self._random.choice(self._scalable)

    def _drawn(self, text: str, font: ImageFont.FreeTypeFont, dotted: bool) -> _Drawn | None:
        """A picture of the text; None where nothing is to be seen."""
        pieces, length = self._set(text, font)
        ascent, descent = font.getmetrics()
        image = Image.new("L", (round(length) + 2 * _AROUND, ascent + descent + 2 * _AROUND))
        draw = ImageDraw.Draw(image)
        if dotted:
            draw.fontmode = "1"
        for x, piece in pieces:
            draw.text((round(x) if dotted else x, _AROUND), piece, fill=255, font=font)
        ink = np.asarray(image, np.float32) / np.float32(255)
        words = text.split()
        boxes = [font.getbbox(word) for word in words]
        if not words or ink.max() == 0:
            return None
        centres = [(top + bottom) / 2 for _, top, _, bottom in boxes]
        return _Drawn(
            ink,
            [max(round(bottom - top), 1) for _, top, _, bottom in boxes],
            float(np.average(centres, weights=[len(word) for word in words])) + _AROUND,
        )

    def _set(self, text: str, font: ImageFont.FreeTypeFont) -> tuple[list[tuple[float, str]], float]:
        """Words, or letters where they stand apart or in columns, with their places; and how far they reach."""
        pick = self._random
        space = max(font.getlength("n"), 2.0) * pick.uniform(0.55, 1.3)
        wide = pick.random() < 0.3
        apart = pick.choice([0.0, 0.0, 0.0, pick.uniform(0.0, 0.25)]) * space
        broadest = max(font.getlength("M"), font.getlength("0"))
        pitch = broadest * pick.uniform(0.85, 1.15) if pick.random() < 0.2 else 0.0
        placed: list[tuple[float, str]] = []
        at = float(_AROUND)
        for word in text.split():
            for piece in word if pitch or apart else (word,):
                long = font.getlength(piece)
                placed.append((at + max(pitch - long, 0.0) / 2, piece))
                at += (pitch or long) + apart
            at += space * (pick.uniform(2.0, 9.0) if wide and pick.random() < 0.4 else 1.0)
        return placed, at

    def _in_dots(self, drawn: _Drawn) -> _Drawn:
        """Each pixel as a dot of its own, round and with light between, or run together."""
        times = self._random.choice((2, 3, 4))
        large = np.kron(drawn.ink, np.ones((times, times), np.float32))
        if times > 2 and self._random.random() < 0.5:
            at = (np.arange(times) - (times - 1) / 2) / times
            far = np.hypot(at[:, None], at[None, :]) * self._random.uniform(0.6, 1.3)
            large = large * np.tile(np.clip(1.35 - 1.6 * far, 0.0, 1.0), drawn.ink.shape)
        heights = [height * times for height in drawn.heights]
        return _Drawn(np.asarray(large, np.float32), heights, drawn.centre * times)

    def _weighted(self, ink: Ink) -> Ink:
        """Bolder, thinner, or as it is."""
        way = self._random.random()
        kernel = np.ones(self._random.choice([(2, 1), (1, 2), (2, 2)]), np.uint8)
        if way < 0.2:
            return np.asarray(cv2.dilate(ink, kernel), np.float32)
        if way < 0.32:
            return np.asarray(cv2.erode(ink, kernel), np.float32)
        return ink

    def _placed(self, small: Ink, centre: float) -> Ink:
        """In the middle of a strip, nearly: a little off, leaning, slanted."""
        pick = self._random
        width = small.shape[1] + 2 * MARGIN
        lean = np.tan(np.radians(pick.gauss(0.0, 0.35)))
        slant = pick.gauss(0.0, 0.05) if pick.random() < 0.5 else 0.0
        down = HEIGHT / 2 - centre + pick.gauss(0.0, 1.2)
        right = MARGIN + pick.uniform(-4.0, 3.0)
        forth = np.array([[1.0, slant, right - slant * centre], [lean, 1.0, down - lean * width / 2]])
        return np.asarray(cv2.warpAffine(small, forth, (width, HEIGHT), flags=cv2.INTER_LINEAR), np.float32)
