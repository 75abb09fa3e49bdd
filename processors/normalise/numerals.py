"""Numbers in English words or figures, as contracts write them: "one hundred and twenty", "24", "1,000"."""

from __future__ import annotations

import re
from typing import Final

_SMALL: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES: Final = {word: at for at, word in enumerate(_SMALL)} | {word: 10 * at for at, word in enumerate(_TENS, 2)}
_HUNDRED, _THOUSAND = "hundred", "thousand"
_WORD: Final = rf"(?:{'|'.join(sorted((*_VALUES, _HUNDRED, _THOUSAND), key=len, reverse=True))})\b"
#: figures alone
FIGURES: Final = r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,4}(?!\d)"
#: no number below a million has more words behind its first
_MORE_WORDS: Final = 9
#: figures, or words up to the last that belongs to the number; in any case
NUMERAL: Final = (
    rf"(?:{FIGURES}|(?:a[\s-]+(?=hundred|thousand))?{_WORD}(?:[\s-]+(?:and[\s-]+)?{_WORD}){{0,{_MORE_WORDS}}})"
)


def number_of(numeral: str) -> int | None:
    """The number; None where the words are no number, as in "two three"."""
    if numeral[0].isdecimal():
        return int(numeral.replace(",", ""))
    return _below_a_million(re.split(r"[\s-]+", numeral.casefold()))


def _below_a_million(words: list[str]) -> int | None:
    if _THOUSAND not in words:
        return _below_a_thousand(words)
    at = words.index(_THOUSAND)
    many, rest = _below_a_thousand(words[:at]), _below_a_thousand(_after_and(words[at + 1 :]))
    return None if not many or rest is None else 1000 * many + rest


def _below_a_thousand(words: list[str]) -> int | None:
    if _HUNDRED not in words:
        return _below_a_hundred(words)
    at = words.index(_HUNDRED)
    many, rest = _below_a_hundred(words[:at]), _below_a_hundred(_after_and(words[at + 1 :]))
    return None if not many or many > len(_SMALL) or rest is None else 100 * many + rest


def _below_a_hundred(words: list[str]) -> int | None:
    """Nothing at all is 0: nothing stands behind "hundred"."""
    match words:
        case []:
            return 0
        case ["a"]:
            return 1
        case [word] if word in _VALUES:
            return _VALUES[word]
        case [tens, ones] if tens in _TENS and ones in _SMALL[1:10]:
            return _VALUES[tens] + _VALUES[ones]
        case _:
            return None


def _after_and(words: list[str]) -> list[str]:
    return words[1:] if words[:1] == ["and"] and words[1:] else words
