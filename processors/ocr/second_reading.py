"""Two readings of one page made one: at each place the words of the reading that is surer of them.

Words belong together where their boxes lie over one another, so that one word of a reading may stand against two of
the other. Letters are never mixed and no list of words is asked: what is kept stands in one of the readings.
Figures: docs/decisions/0023-doubtful-lines.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median
from typing import Final

from processors.ocr.engine import PixelBox, PixelWord

#: Share of the smaller of two boxes that lies over the other, across and down, where both are the same print.
_SAME: Final = 0.5
#: How much of their heights a word and one beside it have in common on one line.
_ONE_LINE: Final = 0.6
#: What the first reading did not see is added from this confidence on, and from this share of the usual height:
#: specks of dirt are read as letters, too.
_LEAST_NEW: Final = 0.7
_LEAST_HIGH: Final = 0.6


def merged(first: Sequence[PixelWord], second: Sequence[PixelWord]) -> list[PixelWord]:
    """The page as both readings see it.

    Args:
        first: the reading whose lines are kept
        second: boxes in the pixels of the first; what it was not shown it lacks

    Returns:
        Words line by line down the page, lines counted from 0, all in one block.
    """
    over = [[at for at, other in enumerate(first) if _same(word.box, other.box)] for word in second]
    kept = [word for mine, theirs in _places(first, second, over) for word in _surer(mine, theirs)]
    high = _LEAST_HIGH * median(word.box[3] - word.box[1] for word in first) if first else 0.0
    new = (word for word, at in zip(second, over, strict=True) if not at and _is_print(word, high))
    lines = [list(line) for _, line in groupby(kept, key=lambda word: word.line)]
    for word in new:
        _put(word, lines)
    # The engine took columns of prices for blocks of their own; narrow print has one column of rows.
    lines.sort(key=lambda line: min(map(_middle, line)))
    return [replace(word, line=number, block=0) for number, line in enumerate(lines) for word in line]


def _places(
    first: Sequence[PixelWord], second: Sequence[PixelWord], over: Sequence[Sequence[int]]
) -> Iterator[tuple[list[PixelWord], list[PixelWord]]]:
    """What each reading saw at each place, in the order of the first."""
    place = list(range(len(first)))
    for found in over:
        # Words of one line that the second reading joins are one place, named by the first of them.
        joined = {place[at] for at in found if first[at].line == first[found[0]].line}
        place = [min(joined) if one in joined else one for one in place]
    for name in dict.fromkeys(place):
        theirs = [word for word, found in zip(second, over, strict=True) if found and place[found[0]] == name]
        yield [word for word, one in zip(first, place, strict=True) if one == name], sorted(theirs, key=_left)


def _surer(mine: list[PixelWord], theirs: list[PixelWord]) -> list[PixelWord]:
    """The words of the reading that is surer of its least sure one, on the first reading's line."""
    if not theirs or _confidence(mine) >= _confidence(theirs):
        return mine
    return [replace(word, line=mine[0].line) for word in theirs]


def _is_print(word: PixelWord, high: float) -> bool:
    return word.confidence >= _LEAST_NEW and word.box[3] - word.box[1] >= high


def _put(word: PixelWord, lines: list[list[PixelWord]]) -> None:
    """Put a word into the line beside which it stands, or on a line of its own."""
    beside = max(lines, key=lambda line: _in_line(word, line), default=None)
    if beside is not None and _in_line(word, beside) > _ONE_LINE:
        beside.append(word)
        beside.sort(key=_left)
    else:
        lines.append([word])


def _in_line(word: PixelWord, line: Sequence[PixelWord]) -> float:
    """The largest share of the lower of two heights that a word and one of a line have in common."""
    return max(_common(word.box, one.box, 1) for one in line)


def _same(a: PixelBox, b: PixelBox) -> bool:
    return _common(a, b, 0) > _SAME and _common(a, b, 1) > _SAME


def _common(a: PixelBox, b: PixelBox, axis: int) -> float:
    """Which share of the shorter one lies beside the other: across (axis 0) or down (1); negative = apart."""
    shorter = min(a[axis + 2] - a[axis], b[axis + 2] - b[axis])
    return (min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])) / max(shorter, 1)


def _confidence(words: Sequence[PixelWord]) -> float:
    return min(word.confidence for word in words)


def _left(word: PixelWord) -> int:
    return word.box[0]


def _middle(word: PixelWord) -> float:
    return (word.box[1] + word.box[3]) / 2
