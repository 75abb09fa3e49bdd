"""How sure a model was of a value, from the probabilities of its tokens within the grammar."""

from __future__ import annotations

from math import exp
from typing import Final

from processors.stage import Completion

#: a token of this logarithm of probability or more was forced: the grammar allowed no other, it says nothing
_FORCED: Final = -1e-6


def score(completion: Completion, start: int, end: int) -> float:
    """Belief in text[start:end] of an answer, 0 to 1: the geometric mean of its worst and its mean token.

    The quotation marks belong to it: with the first the model says that there is a value, with the last that it is
    all of it. Without probabilities it is 0.5: not known.
    """
    logarithms = _under(completion, start, end)
    if not logarithms:
        return 0.5
    free = [min(one, 0.0) for one in logarithms if one < _FORCED]
    return exp((min(free) + sum(free) / len(free)) / 2) if free else 1.0


def _under(completion: Completion, start: int, end: int) -> list[float]:
    """Of the tokens that touch a part of the text; of all where the tokens do not spell the text."""
    if "".join(text for text, _ in completion.tokens) != completion.untrusted_text:
        return [logarithm for _, logarithm in completion.tokens]
    touching, at = [], 0
    for text, logarithm in completion.tokens:
        if at < end and at + len(text) > start:
            touching.append(logarithm)
        at += len(text)
    return touching
