"""What is printed directly around some words: the words before and behind, as close as words of a text stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from processors.normalise.text import clean
from processors.pages import Page, Word

#: a gap wider than this many heights of print is more than a blank
BLANK: Final = 1.0
#: how many words before are looked at, and behind: "two or" before "three years", "13 : 58" behind a date
_BEFORE, _BEHIND = 2, 3


def before(words: Sequence[int], page: Page, *, wraps: bool) -> str:
    """The words close before the first, two at most, with a blank behind each; "" where none is.

    Args:
        words: indexes into the page's words, at least one
        page: the page
        wraps: the last words of the printed line before count too, as in running text
    """
    found = ""
    at = words[0]
    for _ in range(_BEFORE):
        if at == 0 or not _close(page.words[at - 1], page.words[at], wraps=wraps):
            break
        at -= 1
        found = f"{clean(page.words[at].text)} {found}"
    return found


def behind(words: Sequence[int], page: Page) -> str:
    """The words close behind the last in its row, three at most, with a blank before each; "" where none is."""
    found = ""
    for at in range(words[-1] + 1, min(words[-1] + 1 + _BEHIND, len(page.words))):
        if not _close(page.words[at - 1], page.words[at], wraps=False):
            break
        found += f" {clean(page.words[at].text)}"
    return found


def apart(words: Sequence[Word]) -> bool:
    """Whether two parts of a number stand in different rows, or further from each other than a blank."""
    numbers = [word for word in words if any(c.isdecimal() for c in word.text)]
    return any(not _close(a, b, wraps=False) for a, b in pairwise(numbers))


def _close(a: Word, b: Word, *, wraps: bool) -> bool:
    if not (a.placed and b.placed):
        return False
    height = max(a.box[3] - a.box[1], b.box[3] - b.box[1], 1.0)
    if abs((a.box[1] + a.box[3]) - (b.box[1] + b.box[3])) / 2 < height * 0.7:
        return -height <= b.box[0] - a.box[2] <= height * BLANK
    return wraps and a.block == b.block and 0 < b.box[1] - a.box[1] <= height * 3
