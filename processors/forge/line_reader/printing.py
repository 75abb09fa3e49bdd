"""Lines printed: a text in one of the machine's fonts, laser-sharp or in a till's dots, as ink on a strip."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from processors.ocr.lines.strips import HEIGHT, MARGIN, WORD

Ink = NDArray[np.float32]

#: Pixels: sizes of letters that are drawn smooth, and of those drawn in dots, as tills do.
_SMOOTH, _DOTTED = (22, 40), (9, 24)
_DOTS_SHARE = 0.45
_FIXED_FONTS = (".pcf.gz", ".pcf")
#: Pixels of a bitmap font's sizes; the file has one of them.
_BITMAP_SIZES = range(6, 40)


class Press:
    """Prints lines in many fonts."""

    def __init__(self, fonts: Sequence[Path], seed: int) -> None:
        """Take font files; those of fixed size (PCF) are printed in dots."""
        self._random = random.Random(seed)
        self._fixed = [path for path in fonts if path.name.endswith(_FIXED_FONTS)]
        self._scalable = [path for path in fonts if not path.name.endswith(_FIXED_FONTS)]

    def line(self, text: str, most: int) -> Ink | None:
        """A text on a strip of HEIGHT, 1 for ink; None where it would be longer than `most` pixels."""
        pick = self._random
        dotted = pick.random() < _DOTS_SHARE
        font = self._font(dotted)
        drawn, heights, centre = self._drawn(text, font, dotted)
        if not heights or drawn.max() == 0:
            return None
        if dotted:
            drawn = self._in_dots(drawn)
            heights = [height * self._magnified for height in heights]
            centre *= self._magnified
        drawn = self._weighted(drawn)
        scale = WORD / max(median(heights), 0.7 * max(heights)) * pick.uniform(0.86, 1.14)
        broad = scale * (pick.uniform(0.55, 1.2) if pick.random() < 0.75 else 1.0)
        width = round(drawn.shape[1] * broad)
        if width + 2 * MARGIN > most or width < 2:
            return None
        small = cv2.resize(drawn, (width, max(round(drawn.shape[0] * scale), 1)), interpolation=cv2.INTER_AREA)
        return self._placed(np.asarray(small, np.float32), centre * scale)

    def _font(self, dotted: bool) -> ImageFont.FreeTypeFont:
        if dotted and self._fixed and self._random.random() < 0.4:
            return _bitmap(self._random.choice(self._fixed))
        low, high = _DOTTED if dotted else _SMOOTH
        return _face(self._random.choice(self._scalable), self._random.randint(low, high))

    def _drawn(self, text: str, font: ImageFont.FreeTypeFont, dotted: bool) -> tuple[Ink, list[int], float]:
        """A picture of the text, the heights of its words, and the row on which their middles lie."""
        pick = self._random
        space = max(font.getlength("n"), 2.0) * pick.uniform(0.55, 1.3)
        wide = pick.random() < 0.3
        apart = pick.choice([0.0, 0.0, 0.0, pick.uniform(0.0, 0.25)]) * space
        pitch = (
            max(font.getlength("M"), font.getlength("0")) * pick.uniform(0.85, 1.15) if pick.random() < 0.2 else 0.0
        )
        image = Image.new("L", (1, 1))
        placed: list[tuple[float, str]] = []
        at, heights, centres, weights = 4.0, [], [], []
        for word in text.split():
            _, top, _, bottom = font.getbbox(word)
            heights.append(max(round(bottom - top), 1))
            centres.append((top + bottom) / 2)
            weights.append(len(word))
            if pitch or apart:
                for letter in word:
                    long = font.getlength(letter)
                    placed.append((at + max(pitch - long, 0.0) / 2, letter))
                    at += (pitch or long) + apart
            else:
                placed.append((at, word))
                at += font.getlength(word)
            at += space * (pick.uniform(2.0, 9.0) if wide and pick.random() < 0.4 else 1.0)
        ascent, descent = font.getmetrics()
        image = Image.new("L", (round(at) + 8, ascent + descent + 8))
        draw = ImageDraw.Draw(image)
        if dotted:
            draw.fontmode = "1"
        for x, piece in placed:
            draw.text((round(x) if dotted else x, 4), piece, fill=255, font=font)
        centre = float(np.average(centres, weights=weights)) + 4
        return np.asarray(image, np.float32) / 255, heights, centre

    def _in_dots(self, drawn: Ink) -> Ink:
        """Each pixel as a dot of its own, round and with light between, or run together."""
        times = self._magnified = self._random.choice((2, 3, 4))
        large = np.kron(drawn, np.ones((times, times), np.float32))
        if times > 2 and self._random.random() < 0.5:
            at = (np.arange(times) - (times - 1) / 2) / times
            dot = np.clip(
                1.35 - 1.6 * np.hypot(at[:, None], at[None, :]) * self._random.uniform(0.6, 1.3), 0.0, 1.0
            )
            large *= np.tile(dot.astype(np.float32), drawn.shape)
        return np.asarray(large, np.float32)

    def _weighted(self, drawn: Ink) -> Ink:
        """Bolder, thinner, or as it is."""
        way = self._random.random()
        kernel = np.ones(self._random.choice([(2, 1), (1, 2), (2, 2)]), np.uint8)
        if way < 0.2:
            return np.asarray(cv2.dilate(drawn, kernel), np.float32)
        if way < 0.32:
            return np.asarray(cv2.erode(drawn, kernel), np.float32)
        return drawn

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


@lru_cache(maxsize=4_000)
def _face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=500)
def _bitmap(path: Path) -> ImageFont.FreeTypeFont:
    for size in _BITMAP_SIZES:
        try:
            return ImageFont.truetype(str(path), size)
        except OSError:
            continue
    raise SystemExit(f"{path}: no bitmap font of {_BITMAP_SIZES.start} to {_BITMAP_SIZES.stop - 1} pixels")
