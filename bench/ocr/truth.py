"""How well a text was read: word F1 and character error rate, by one normalisation for all tools.

Words: Unicode NFKC, case folded, split at white space, punctuation at either end of a word dropped, words without a
letter or digit dropped. F1 compares the two bags of words, whatever their order: reading order is a matter of its
own, and the truth's is as arbitrary as any on a page with columns.

Characters: Unicode NFKC, each run of white space one blank, case and punctuation kept, order as it is. The error
rate is the edit distance by the length of the truth, so it punishes another reading order hard, and can exceed 1.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

#: The edit distance costs time by the square of the length; some ten dense pages.
MOST_CHARACTERS = 40_000


def words(text: str) -> list[str]:
    """The words of a text, normalised."""
    folded = unicodedata.normalize("NFKC", text).casefold().split()
    return [word for token in folded if (word := _bare(token))]


def characters(text: str) -> str:
    """The characters of a text, normalised; of a very long one the beginning."""
    return " ".join(unicodedata.normalize("NFKC", text).split())[:MOST_CHARACTERS]


def word_f1(truth: str, read: str) -> float:
    """How many of the words were found, and how many of the found are there: 0 to 1."""
    wanted, found = Counter(words(truth)), Counter(words(read))
    total = wanted.total() + found.total()
    return 2 * (wanted & found).total() / total if total else 1.0


def character_error_rate(truth: str, read: str) -> float:
    """Edit distance by length of the truth: 0 is perfect."""
    wanted, found = characters(truth), characters(read)
    if not wanted:
        return float(bool(found))
    return distance(wanted, found) / len(wanted)


def distance(one: str, other: str) -> int:
    """The Levenshtein distance, all rows of a column at once as the bits of one number (Myers 1999, Hyyrö 2003)."""
    if not one or not other:
        return len(one) + len(other)
    places: dict[str, int] = {}
    for row, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << row
    every, last = (1 << len(one)) - 1, 1 << len(one) - 1
    # Where the distance grows and where it shrinks from row to row.
    grows, shrinks, score = every, 0, len(one)
    for character in other:
        same = places.get(character, 0)
        diagonal = (((same & grows) + grows) ^ grows) | same | shrinks
        up = shrinks | (every & ~(diagonal | grows))
        down = grows & diagonal
        score += bool(up & last) - bool(down & last)
        up = (up << 1 | 1) & every
        down = down << 1 & every
        grows = down | (every & ~(diagonal | up))
        shrinks = up & diagonal
    return score


def mean(values: Iterable[float]) -> float:
    """The mean over documents: a page of a receipt counts as much as one of a book."""
    listed = list(values)
    return sum(listed) / len(listed)


def _bare(token: str) -> str:
    start, end = 0, len(token)
    while start < end and not token[start].isalnum():
        start += 1
    while end > start and not token[end - 1].isalnum():
        end -= 1
    return token[start:end]
