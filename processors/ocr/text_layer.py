"""The words of a PDF page's text layer, with boxes, from pdfium's characters."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium_c

from processors.pages import Box, Word

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
#: What pdfium reports for a hyphen at the end of a line.
_LINE_END_HYPHEN = "\x02"
#: What it writes in that hyphen's place when it hands over the text of a page at once.
_NO_CHARACTER = "\ufffe"
_SURROGATES = frozenset(map(chr, range(0xD800, 0xE000)))
#: A character without a code ends a word.
_WORD = re.compile(r"[^\s\0]+")
#: Characters of a word that tell whether it is ordinary text.
_SAMPLE = 3
#: A new block begins where the next line's top is further below than so many line heights.
_BLOCK_GAP = 1.2
#: Modes in which text leaves no ink: not drawn at all, or used as a stencil only.
GHOSTLY = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)


class Token(NamedTuple):
    """A word before its place in lines and blocks is known."""

    text: str
    #: points, origin top left
    box: Box
    #: whether pdfium broke the line before it
    breaks: bool
    #: whether it is drawn in a mode that leaves no ink
    ghost: bool


def arrange(tokens: list[Token]) -> tuple[Word, ...]:
    """Words with lines and blocks, in pdfium's order."""
    found: list[Word] = []
    line, block = 0, 0
    previous: Box | None = None
    for token in tokens:
        if previous is not None and (token.breaks or not _beside(previous, token.box)):
            line += 1
            block += not _below(previous, token.box)
        found.append(Word(token.text, token.box, 1.0, line, block))
        previous = token.box
    return tuple(found)


def tokens(page: pypdfium2.PdfPage, *, ghosts: Callable[[], bool] = lambda: True) -> Iterator[Token]:
    """The words of the page's text layer, boxes in points with the origin at the page's top left.

    Args:
        page: an open page
        ghosts: says whether text may be drawn in a mode that leaves no ink; asked only where there are words
    """
    textpage = page.get_textpage()
    try:
        to_page = _Frame(page)
        box_of = _Boxes(textpage).of
        text = _characters(textpage)
        end = 0
        for match in _WORD.finditer(text):
            first = match.start()
            gap, end = text[end:first], match.end()
            breaks = "\n" in gap or "\r" in gap
            box = to_page.box(box_of(first, end))
            if box is not None:
                yield Token(_text(match.group()), box, breaks, ghosts() and _ghost(textpage, first))
    finally:
        textpage.close()


def _characters(textpage: pypdfium2.PdfTextPage) -> str:
    """The page's characters, each at pdfium's index of it."""
    count = textpage.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    got = pdfium_c.FPDFText_GetText(textpage, 0, count, buffer) - 1
    text = bytes(buffer)[: 2 * max(got, 0)].decode("utf-16-le", "surrogatepass")
    # Handed over at once, characters of no code are missing, and those of two halves count twice: where neither
    # occurs, the places are those of the characters. The end of a line has another mark there.
    if got != count or len(text) != count or not _SURROGATES.isdisjoint(text):
        return "".join(_character(textpage, index) for index in range(count))
    text = text.replace(_LINE_END_HYPHEN, "-")
    if _NO_CHARACTER not in text:
        return text
    return "".join(_character(textpage, index) if one == _NO_CHARACTER else one for index, one in enumerate(text))


def _character(textpage: pypdfium2.PdfTextPage, index: int) -> str:
    character = chr(pdfium_c.FPDFText_GetUnicode(textpage, index))
    return "-" if character == _LINE_END_HYPHEN else character


class _Boxes:
    """Where characters stand on the canvas, font heights included."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self._textpage = textpage.raw
        self._rect = pdfium_c.FS_RECTF()
        self._there = ctypes.byref(self._rect)
        self._uneven = False

    def of(self, first: int, end: int) -> list[Box]:
        """Boxes that span the characters from `first` to before `end`.

        Three characters tell where a word of ordinary text stands: they have one base line and one height, and
        follow one another to the right. Of any other word, all are asked; and of all words after it, since fonts
        that do not say how high they are have boxes as high as each letter.
        """
        if self._uneven or end - first <= _SAMPLE:
            return self._each(range(first, end))
        boxes = self._each((first, (first + end) // 2, end - 1))
        if len(boxes) == _SAMPLE:
            (x0, bottom, _, top), (x1, bottom1, _, top1), (x2, bottom2, right, top2) = boxes
            if x0 < x1 < x2 and bottom == bottom1 == bottom2 and top == top1 == top2:
                return [(x0, bottom, right, top)]
        self._uneven = True
        return self._each(range(first, end))

    def _each(self, indexes: Iterable[int]) -> list[Box]:
        textpage, rect, there = self._textpage, self._rect, self._there
        ask = pdfium_c.FPDFText_GetLooseCharBox
        return [(rect.left, rect.bottom, rect.right, rect.top) for index in indexes if ask(textpage, index, there)]


def _ghost(textpage: pypdfium2.PdfTextPage, index: int) -> bool:
    drawn = pdfium_c.FPDFText_GetTextObject(textpage, index)
    return bool(drawn) and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) in GHOSTLY


def _text(characters: str) -> str:
    """Characters as text: pdfium may hand over the halves of a surrogate pair one by one."""
    if characters.isascii():
        return characters
    joined = characters.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.translate(_LIGATURES)


class _Frame:
    """From PDF canvas units (origin bottom left, unturned) to the page as it is seen."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._rotation: int = page.get_rotation()
        self._width, self._height = page.get_size()

    def box(self, boxes: list[Box]) -> Box | None:
        """The union of canvas boxes as a box on the page; None if nothing of it is on the page."""
        if not boxes:
            return None
        x0, y0, x1, y1 = boxes[0]
        if len(boxes) > 1:
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            x0, y0, x1, y1 = min(lefts), min(bottoms), max(rights), max(tops)
        if self._rotation == 90:
            turned = (y0 - self._bottom, x0 - self._left, y1 - self._bottom, x1 - self._left)
        elif self._rotation == 180:
            turned = (self._right - x1, y0 - self._bottom, self._right - x0, y1 - self._bottom)
        elif self._rotation == 270:
            turned = (self._top - y1, self._right - x1, self._top - y0, self._right - x0)
        else:
            turned = (x0 - self._left, self._top - y1, x1 - self._left, self._top - y0)
        left, right = max(turned[0], 0.0), min(turned[2], self._width)
        top, bottom = max(turned[1], 0.0), min(turned[3], self._height)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _beside(previous: Box, box: Box) -> bool:
    """Whether a box goes on in the line of the one before: not left of it, and half of the lower one overlaps."""
    overlap = min(previous[3], box[3]) - max(previous[1], box[1])
    lower = min(previous[3] - previous[1], box[3] - box[1])
    return overlap >= lower / 2 and box[2] > previous[0]


def _below(previous: Box, box: Box) -> bool:
    """Whether a line follows closely under the one before."""
    height = previous[3] - previous[1]
    return previous[1] < box[1] <= previous[3] + _BLOCK_GAP * height
