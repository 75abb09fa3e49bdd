"""The words of a page as an invisible text layer: a PDF content stream in text render mode 3."""

from __future__ import annotations

import unicodedata
from statistics import median

from processors.ocr.binding.glyphless import ADVANCE, ASCENT, DESCENT, Glyphless
from processors.ocr.binding.placing import Frame, Reading
from processors.ocr.binding.plain_text import printable
from processors.pages import Box, Page

#: of the font size
_ADVANCE, _HEIGHT, _BELOW = ADVANCE / 1000, (ASCENT - DESCENT) / 1000, -DESCENT / 1000
#: points
_LEAST_SIZE, _UNPLACED_SIZE = 0.5, 1.0
_INVISIBLE = 3
#: of the font size: readers see a space from some 0.15 on
_GAP = 0.2
#: of the font size: words of a leaning line, or of two lines taken for one, leave the base line
_DRIFT = 0.3
#: words of so many letters that are so much higher than wide are turned
_LEAST_LETTERS, _ON_END = 3, 1.5
_RIGHT_TO_LEFT = ("R", "AL")


class Layer:
    """Makes the text layers of one PDF, with one font."""

    def __init__(self, font: Glyphless, mode: int = _INVISIBLE) -> None:
        self._font = font
        self._mode = mode

    def content(self, record: Page, frame: Frame, font_name: str) -> bytes:
        """The content stream, balanced: it leaves the page's graphics as they were.

        Words without a proven place are found by a search of the page, but no place may be made up for them: they
        stand as specks in the corner.
        """
        out = [f"q BT {self._mode} Tr"]
        unplaced: list[str] = []
        for line in record.lines():
            texts = [(text, word) for word in line if (text := printable(word.text))]
            unplaced += [text for text, word in texts if not word.placed]
            placed = [(text, word.box) for text, word in texts if word.placed]
            if placed:
                self._line(out, placed, _reading(record, placed), frame, font_name)
        if unplaced:
            self._specks(out, unplaced, frame, font_name)
        out.append("ET Q\n")
        return "\n".join(out).encode("ascii")

    def _line(
        self, out: list[str], shown: list[tuple[str, Box]], reading: Reading, frame: Frame, font_name: str
    ) -> None:
        """One line on one base line, so that readers select it as one."""
        placed = [(text, reading.box(box)) for text, box in shown]
        size = max(median([box[3] - box[1] for _, box in placed]) / _HEIGHT, _LEAST_SIZE)
        bottom = median([box[3] for _, box in placed])
        along = frame.direction(reading.cos, reading.sin)
        up = frame.direction(reading.sin, -reading.cos)
        out.append(f"/{font_name} {size:.2f} Tf")
        for at, (text, box) in enumerate(placed):
            # A word that stands in another line than its own keeps its place.
            base = (box[3] if abs(box[3] - bottom) > _DRIFT * size else bottom) - _BELOW * size
            after = placed[at + 1][1] if at + 1 < len(placed) else None
            left, right = _apart(box, after, size)
            stretch = 100 * (right - left) / (len(text) * _ADVANCE * size)
            backwards = runs_backwards(text)
            x, y = frame.point(*reading.shown(right if backwards else left, base))
            sign = -1 if backwards else 1
            out.append(
                f"{sign * along[0]:.4f} {sign * along[1]:.4f} {up[0]:.4f} {up[1]:.4f} {x:.2f} {y:.2f} Tm "
                f"{stretch:.1f} Tz <{self._font.hex(text if after is None else text + ' ')}> Tj"
            )

    def _specks(self, out: list[str], unplaced: list[str], frame: Frame, font_name: str) -> None:
        along, up = frame.direction(1.0, 0.0), frame.direction(0.0, -1.0)
        x, y = frame.point(_UNPLACED_SIZE, 2 * _UNPLACED_SIZE)
        out.append(f"/{font_name} {_UNPLACED_SIZE:.2f} Tf 1 Tz")
        out.append(f"{along[0]:.4f} {along[1]:.4f} {up[0]:.4f} {up[1]:.4f} {x:.2f} {y:.2f} Tm")
        out.append(f"<{self._font.hex(' '.join(unplaced))}> Tj")


def _reading(record: Page, placed: list[tuple[str, Box]]) -> Reading:
    """The line's direction: the page's, or a quarter turn from it where words stand on end, as beside charts."""
    reading = Reading(record.turned, record.skew)
    boxes = [reading.box(box) for text, box in placed if len(text) >= _LEAST_LETTERS]
    high, wide = sum(box[3] - box[1] for box in boxes), sum(box[2] - box[0] for box in boxes)
    if high <= _ON_END * wide:
        return reading
    # Most run up the page.
    turn = 270 if boxes[0][1] < boxes[-1][1] else 90
    return Reading((record.turned + turn) % 360, record.skew)


def _apart(box: Box, after: Box | None, size: float) -> tuple[float, float]:
    """Where a word begins and ends: shorter where it touches the next one, or readers take them for one."""
    left, right = box[0], box[2]
    if after is not None and left < after[0] < right + _GAP * size:
        right = max(after[0] - _GAP * size, left + (right - left) / 2)
    elif after is not None and left - _GAP * size < after[2] < right:
        left = min(after[2] + _GAP * size, right - (right - left) / 2)
    return left, right


def runs_backwards(text: str) -> bool:
    """Whether a word is written from right to left, as its first letter with a direction says."""
    if text.isascii():
        return False
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False
