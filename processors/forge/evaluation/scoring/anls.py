"""ANLS* (Peer et al. 2024, arXiv:2402.03848): one number for any answer, nested or not, that forgives small slips.

A leaf is worth its normalised Levenshtein similarity where that is at least a half, else nothing. Dictionaries are
compared key by key, lists in the best pairing, tuples in the truth are alternatives; a key that is missing is None.
The score is the sum over all leaves by how many the larger side has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processors.forge.evaluation.scoring.assignment import best_pairs
from processors.forge.evaluation.scoring.distance import levenshtein

THRESHOLD = 0.5


def anls(truth: Any, answer: Any) -> float:
    """ANLS* of an answer, 0 to 1.

    Args:
        truth: leaves (text, number, None), lists, dictionaries, and tuples of alternatives
        answer: the same without tuples
    """
    points, leaves = _score(truth, answer)
    return points / leaves if leaves else 1.0


def _score(truth: Any, answer: Any) -> tuple[float, int]:
    """Points, and of how many leaves."""
    if isinstance(truth, tuple):
        return max((_score(one, answer) for one in truth), key=lambda pair: pair[0] / pair[1] if pair[1] else 1.0)
    if truth is None:
        return float(_nothing(answer)), max(1, _leaves(answer))
    if isinstance(truth, Mapping) and isinstance(answer, Mapping):
        return _of_mappings(truth, answer)
    if isinstance(truth, list) and isinstance(answer, list):
        return _of_lists(truth, answer)
    if _is_leaf(truth) and _is_leaf(answer):
        return similarity(str(truth), str(answer)), 1
    return 0.0, max(_leaves(truth), _leaves(answer))


def similarity(a: str, b: str) -> float:
    """1 less the edit distance by the longer length; case and white space do not count, and less than half is 0."""
    left, right = " ".join(a.lower().split()), " ".join(b.lower().split())
    longest = max(len(left), len(right))
    value = 1 - levenshtein(left, right) / longest if longest else 1.0
    return value if value >= THRESHOLD else 0.0


def _of_mappings(truth: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[float, int]:
    points, leaves = 0.0, 0
    for key in dict.fromkeys((*truth, *answer)):
        got, size = _score(truth.get(key), answer.get(key))
        # A key that nobody asked for and that holds nothing is no answer, though it is a place.
        invented_nothing = key not in truth and _nothing(answer.get(key))
        points, leaves = points + (0.0 if invented_nothing else got), leaves + size
    return points, leaves


def _of_lists(truth: Sequence[Any], answer: Sequence[Any]) -> tuple[float, int]:
    scores = [[_score(one, other) for other in answer] for one in truth]
    worth = [[got / size if size else 1.0 for got, size in row] for row in scores]
    pairs = best_pairs(worth) if answer else []
    points = sum(scores[row][column][0] for row, column in pairs)
    leaves = sum(scores[row][column][1] for row, column in pairs)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    leaves += sum(_leaves(one) for i, one in enumerate(truth) if i not in rows)
    leaves += sum(_leaves(one) for i, one in enumerate(answer) if i not in columns)
    return points, leaves


def _leaves(one: Any) -> int:
    if isinstance(one, tuple):
        return max(_leaves(other) for other in one)
    if isinstance(one, Mapping):
        return sum(_leaves(other) for other in one.values())
    return sum(_leaves(other) for other in one) if isinstance(one, list) else 1


def _is_leaf(one: Any) -> bool:
    return isinstance(one, str | int | float)


def _nothing(one: Any) -> bool:
    return one is None or (isinstance(one, str | list | Mapping) and not one)
