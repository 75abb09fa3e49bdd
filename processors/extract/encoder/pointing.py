"""From pointers to values: the likeliest spans of a window for each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.extract.encoder.windows import Window

Floats = NDArray[np.float32]
#: units that a value may cover, and starts and ends looked at for each field
LONGEST, BEST = 40, 5


@dataclass(frozen=True)
class Span:
    """A run of units of a window, both ends included, and the probability that it is the value."""

    first: int
    last: int
    probability: float


@dataclass(frozen=True)
class Pointers:
    """What the encoder says of a window's tokens, for the start and for the end of a value: shape (tokens, 256)."""

    start: Floats
    end: Floats


def spans(window: Window, pointers: Pointers, asked: tuple[Floats, Floats], least: float) -> list[list[Span]]:
    """The likeliest spans of each field, best first; none where the field is probably not in the window.

    Args:
        window: the window
        pointers: its tokens
        asked: question pointers for start and end, shape (fields, 256) each
        least: probability below which a span is not worth a look, 0 to 1
    """
    starts = _chances(asked[0] @ pointers.start.T)[:, window.first]
    ends = _chances(asked[1] @ pointers.end.T)[:, window.last]
    return [
        sorted(_spans(start, end, window, least), key=lambda span: -span.probability)
        for start, end in zip(starts, ends, strict=True)
    ]


def _spans(start: Floats, end: Floats, window: Window, least: float) -> Iterator[Span]:
    for first in _best(start, least):
        for last in _best(end, least):
            if first <= last < first + LONGEST and _words(window, first, last):
                probability = float(start[first] * end[last])
                if probability >= least:
                    yield Span(int(first), int(last), probability)


def _best(chances: Floats, least: float) -> Sequence[int]:
    top = np.argsort(-chances, kind="stable")[:BEST]
    return [int(i) for i in top if chances[i] >= least]


def _words(window: Window, first: int, last: int) -> bool:
    return window.units[first].word >= 0 and window.units[last].word >= 0


def _chances(scores: Floats) -> Floats:
    """Softmax over the tokens; the first token stands for "not here"."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Floats = powers / powers.sum(axis=1, keepdims=True)
    return chances
