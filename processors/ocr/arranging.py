"""One page out of two readings: the model's words in its order, on the lines that Tesseract saw.

A word without a place takes the line of the placed words beside it in the model's line; a line without any placed
word becomes a line of its own. What Tesseract read well and the model left out is put where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from processors.pages import Box, Word

#: The box of a word whose place is not proven.
NOWHERE: Final[Box] = (0.0, 0.0, 0.0, 0.0)
#: Its confidence; and that of a placed word whose digits the two readings see differently.
DOUBTFUL: Final = 0.3

#: Index among Tesseract's words, and the word.
Placed = tuple[int, Word]
#: A line before they are counted anew: Tesseract's number, or (None, the model's number).
_Line = tuple[int | None, int]


def arranged(
    lines: Sequence[Sequence[str]], placed: Mapping[int, Placed], missed: Iterable[Placed]
) -> tuple[Word, ...]:
    """The words of the page, lines counted from 0 without a gap.

    Args:
        lines: the model's words by line
        placed: by index of the model's word, with Tesseract's index in the same order
        missed: Tesseract's words to be put between them, in order
    """
    words: list[Word] = []
    number, current = -1, None
    texts = [(n, text) for n, texts in enumerate(lines) for text in texts]
    for line, word in _in_order(texts, placed, list(missed)):
        if line != current:
            number, current = number + 1, line
        words.append(replace(word, line=number))
    return tuple(words)


def _in_order(
    texts: Sequence[tuple[int, str]], placed: Mapping[int, Placed], missed: list[Placed]
) -> Iterator[tuple[_Line, Word]]:
    before: int | None = None
    for after in (*sorted(placed), None):
        end = len(texts) if after is None else after
        between = texts[0 if before is None else before + 1 : end]
        count = len(missed) if after is None else sum(index < placed[after][0] for index, _ in missed)
        left, right = (None if at is None else (texts[at][0], placed[at][1]) for at in (before, after))
        yield from _gap(between, left, right, [word for _, word in missed[:count]])
        del missed[:count]
        if after is not None:
            yield (placed[after][1].line, 0), placed[after][1]
        before = after


def _gap(
    between: Sequence[tuple[int, str]],
    left: tuple[int, Word] | None,
    right: tuple[int, Word] | None,
    missed: Sequence[Word],
) -> Iterator[tuple[_Line, Word]]:
    """What stands between two placed words (each with the model's line), or before the first, or after the last."""
    one_line = left is not None and right is not None and left[1].line == right[1].line
    lefts = [one_line or (left is not None and line == left[0]) for line, _ in between]
    rights = [not at_left and right is not None and line == right[0]
              for at_left, (line, _) in zip(lefts, between, strict=True)]  # fmt: skip
    nearest = left or right
    block = nearest[1].block if nearest else 0
    if left is not None:
        for (_, text), at_left in zip(between, lefts, strict=True):
            if at_left:
                yield (left[1].line, 0), Word(text, NOWHERE, DOUBTFUL, 0, left[1].block)
    beside = [word for word in missed if right is not None and word.line == right[1].line]
    yield from (((word.line, 0), word) for word in missed if word not in beside)
    for (line, text), at_left, at_right in zip(between, lefts, rights, strict=True):
        if not at_left and not at_right:
            yield (None, line), Word(text, NOWHERE, DOUBTFUL, 0, block)
    yield from (((word.line, 0), word) for word in beside)
    if right is not None:
        for (_, text), at_right in zip(between, rights, strict=True):
            if at_right:
                yield (right[1].line, 0), Word(text, NOWHERE, DOUBTFUL, 0, right[1].block)
