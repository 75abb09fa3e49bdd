"""Pages made by hand: a line of text is a line of words, 12 points high; three spaces or more are a gap."""

from __future__ import annotations

import re

from processors.pages import Page, Word

_CHARACTER, _LINE = 6.0, 14.0


def page(text: str, number: int = 1, confidence: float = 0.95) -> Page:
    words = []
    for row, line in enumerate(text.strip("\n").split("\n")):
        for match in re.finditer(r"\S+", line):
            x0, y0 = 40 + match.start() * _CHARACTER, 40 + row * _LINE
            box = (x0, y0, x0 + len(match[0]) * _CHARACTER, y0 + 10)
            words.append(Word(match[0], box, confidence, row, 0))
    return Page(number, 612, 792, 1.0, "ocr", "made", "eng", tuple(words))
