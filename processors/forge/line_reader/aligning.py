"""Which labelled line stands on which words of a strip, in the case in which it is printed.

Labels name lines in the order of whoever transcribed them, often in capitals alone; recognition sees them misread,
torn apart, or two of them on one line. A label belongs to the run of words that is most like it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from processors.forge.evaluation.scoring.distance import levenshtein

#: Likeness from which a run of words may be a label, and from which it teaches: short ones are alike by chance.
_MAY_BE: Final = 0.5
_LEAST: Final = ((2, 0.5), (4, 0.6))
_LEAST_LONG: Final = 0.55
#: Of two runs that are equally like their labels the longer one is believed first, by so much a character.
_LONGER: Final = 0.001
#: Words of a run at most: a line of narrow print has hardly more.
_MOST_WORDS: Final = 16


@dataclass(frozen=True, slots=True)
class Found:
    """A label, and the words first to last (not included) of a line that it was found on."""

    text: str
    line: int
    first: int
    last: int


def aligned(labels: Sequence[str], lines: Sequence[Sequence[str]]) -> list[Found]:
    """Where labels stand, best first; each label once, each word once.

    Args:
        labels: lines as they were transcribed
        lines: the words of each line, as recognition saw them
    """
    pairs = sorted(_pairs(labels, lines), key=lambda pair: -pair[0])
    placed: set[int] = set()
    taken: set[tuple[int, int]] = set()
    found = []
    for _, label, run in pairs:
        mine = {(run.line, word) for word in range(run.first, run.last)}
        if label in placed or mine & taken:
            continue
        placed.add(label)
        taken |= mine
        seen = " ".join(lines[run.line][run.first : run.last])
        if _teaches(labels[label], seen):
            found.append(Found(as_printed(labels[label], seen), run.line, run.first, run.last))
    return found


def as_printed(label: str, seen: str) -> str:
    """A label in the case in which its letters were seen; where they were seen otherwise, as the letter before."""
    lower, upper = sum(one.islower() for one in seen), sum(one.isupper() for one in seen)
    if not lower:
        return label
    letters = list(label)
    matcher = SequenceMatcher(None, label.casefold(), seen.casefold(), autojunk=False)
    for way, start, end, other, _ in matcher.get_opcodes():
        for at in range(start, end):
            if way == "equal":
                letters[at] = _like(letters[at], seen[other + at - start])
            elif lower > upper and at and letters[at].isalpha() and letters[at - 1].isalpha():
                follows = letters[at - 1].islower() or lower > 2 * upper
                letters[at] = letters[at].lower() if follows else letters[at]
    return "".join(letters)


def folded(text: str) -> str:
    """A text as it is compared: case and blanks do not count."""
    return "".join(text.casefold().split())


def _pairs(labels: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[tuple[float, int, Found]]:
    """Likeness, the number of a label, and a run of words that may be it."""
    wanted = [folded(label) for label in labels]
    for number, words in enumerate(lines):
        spelled = [folded(word) for word in words]
        for first in range(len(words)):
            for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
                run = "".join(spelled[first:last])
                for label, text in enumerate(wanted):
                    if (alike := _likeness(text, run)) >= _MAY_BE:
                        yield alike + _LONGER * len(labels[label]), label, Found("", number, first, last)


def _teaches(label: str, seen: str) -> bool:
    length = len(label)
    least = next((share for most, share in _LEAST if length <= most), _LEAST_LONG)
    same_length = length > _LEAST[0][0] or len(seen) == length
    return same_length and _likeness(folded(label), folded(seen)) >= least


def _likeness(a: str, b: str) -> float:
    """1 for the same, 0 for nothing in common."""
    most = max(len(a), len(b), 1)
    # What differs so much in length alone is not compared letter by letter: most pairs do.
    if abs(len(a) - len(b)) > (1 - _MAY_BE) * most:
        return 0.0
    return 1 - levenshtein(a, b) / most


def _like(letter: str, other: str) -> str:
    return letter.lower() if other.islower() else letter.upper() if other.isupper() else letter
