"""Units cut into windows that the encoder can take at once, with the way back from a token to its unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from processors.extract.encoder.units import NOWHERE, Layout, Unit

#: tokens of a window, [CLS] and [SEP] included; attention sees no further
TOKENS: Final = 384
#: tokens that neighbouring windows share at least: a value at the border of one stands whole in the other
SHARED: Final = 64
_CLS, _SEP = 101, 102
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """A part of a page."""

    #: counted from 1
    page: int
    #: the units in it
    units: tuple[Unit, ...]
    #: token ids, shape (tokens,); the first is [CLS], the last [SEP]
    ids: Ids
    #: left, top, right, bottom, height of each token, shape (tokens, 5)
    layout: Ids
    #: position of the first and of the last token of each unit, shape (units,)
    first: Ids
    last: Ids


def windows(page: int, units: Sequence[Unit], tokenizer: Tokenizer) -> Iterator[Window]:
    """The windows of a page, as few and as equal as can be; none for a page without words."""
    encodings = tokenizer.encode_batch([unit.text for unit in units], add_special_tokens=False)
    #: a "word" of 40 tokens is a smear or a rule; its beginning is enough
    pieces = [encoding.ids[:40] or [100] for encoding in encodings]
    room = TOKENS - 2
    total = sum(map(len, pieces))
    if not total:
        return
    count = 1 if total <= room else -(-(total - SHARED) // (room - SHARED))
    step = (total - room) / (count - 1) if count > 1 else 0
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    for number in range(count):
        low = number * step
        begin = next(i for i, start in enumerate(starts) if start >= low - 1e-6)
        end = begin
        while end < len(pieces) and starts[end + 1] - starts[begin] <= room:
            end += 1
        yield _window(page, units[begin:end], pieces[begin:end])


def _window(page: int, units: Sequence[Unit], pieces: Sequence[Sequence[int]]) -> Window:
    ids: list[int] = [_CLS]
    places: list[Layout] = [NOWHERE]
    first, last = [], []
    for unit, piece in zip(units, pieces, strict=True):
        first.append(len(ids))
        ids.extend(piece)
        places.extend([unit.layout] * len(piece))
        last.append(len(ids) - 1)
    ids.append(_SEP)
    places.append(NOWHERE)
    arrays = (np.array(one, np.int64) for one in (ids, places, first, last))
    return Window(page, tuple(units), *arrays)
