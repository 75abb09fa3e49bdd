"""Whether a PDF page's text layer may stand for the page: the decision that saves or costs a recognition.

A good layer is exact and costs a thousandth of OCR. A bad one is worse than none: garbled by fonts without a
character map, left by somebody's poor OCR under a scan, a mere stamp on a scan, or written to be read by machines
and not by people. In doubt the page is recognised from its picture, which is what a person sees.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Literal

#: Fewer characters than this are as quickly recognised as judged.
LEAST_CHARACTERS = 20
#: A scan that carries a filing stamp or a header of its own has up to some 150 characters of true text.
LEAST_CHARACTERS_OVER_IMAGE = 250
#: From this share of the page on, images may be the page.
PAGE_IMAGE = 0.6
MOST_GARBLED = 0.02
LEAST_WORDLIKE = 0.7
#: From this share of the page on, an image may hold the words that invisible text repeats.
ANY_IMAGE = 0.1
#: Page numbers of the typesetter in white are common and are dropped; more than this is another document below.
MOST_HIDDEN = 0.1
#: Longer "words" are text without spaces; URLs and tables of dots are longer too, hence a share of all.
LONGEST_WORD = 35
MOST_LONG_WORDS = 0.1

#: Share of vowels among the letters of Latin words: where there are fewer, a font's character map sends letters to
#: other letters. 332 pages of forms, prose and tables in six languages have 0.346 and more; four of five of them
#: with their letters exchanged have less than 0.29.
LEAST_VOWELS = 0.29
#: Fewer words of four letters and more say nothing; codes such as MTWTFSS count once.
_LEAST_SAMPLE, _LEAST_LETTERS = 20, 4
_LAST_LATIN_LETTER = "\u024f"
_VOWELS = frozenset("aeiouyæœø")

LayerVerdict = Literal["good", "short", "stamp", "invisible", "garbled", "unwordly"]
_GARBLED_CATEGORIES = frozenset(("Cc", "Co", "Cn", "Cs"))


@dataclass(frozen=True)
class LayerFacts:
    """What can be told of a page's text layer without reading it."""

    #: the page's words
    untrusted_words: tuple[str, ...]
    #: share of the page that images cover, 0 to 1
    image_share: float
    #: words drawn in a mode that leaves no ink; not among `untrusted_words`
    ghost_words: int = 0
    #: words drawn in the colour of their ground, or covered; not among `untrusted_words`
    unseen_words: int = 0


def judge(facts: LayerFacts) -> LayerVerdict:
    """Whether the layer is good, or else the first thing that speaks against it."""
    characters = sum(map(len, facts.untrusted_words))
    if _hides(facts):
        return "invisible"
    if characters < LEAST_CHARACTERS:
        return "short"
    if facts.image_share >= PAGE_IMAGE and characters < LEAST_CHARACTERS_OVER_IMAGE:
        return "stamp"
    if _garbled(facts.untrusted_words) > MOST_GARBLED * characters or _scrambled(facts.untrusted_words):
        return "garbled"
    words = [word for word in facts.untrusted_words if not _filler(word)]
    count = len(words)
    wordlike = sum(word.isalnum() or any(map(str.isalnum, word)) for word in words)
    long = sum(len(word) > LONGEST_WORD for word in words)
    if wordlike < LEAST_WORDLIKE * count or long > MOST_LONG_WORDS * count:
        return "unwordly"
    return "good"


def _garbled(words: tuple[str, ...]) -> int:
    """Characters that stand for no letter: replacement marks, controls, private use, surrogates."""
    text = "".join(words)
    return sum(
        text.count(character)
        for character in set(text)
        if character == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(character) in _GARBLED_CATEGORIES
    )


def _scrambled(words: tuple[str, ...]) -> bool:
    """Letters, but not the ones that stand on the page."""
    latin = {
        word for word in words if len(word) >= _LEAST_LETTERS and word.isalpha() and max(word) <= _LAST_LATIN_LETTER
    }
    letters = Counter(unicodedata.normalize("NFD", "".join(latin).casefold()))
    count = sum(often for one, often in letters.items() if one.isalpha())
    return len(latin) >= _LEAST_SAMPLE and sum(letters[one] for one in _VOWELS) < LEAST_VOWELS * count


def _hides(facts: LayerFacts) -> bool:
    """An OCR layer under a scan, or text that is meant for machines alone."""
    hidden = facts.ghost_words + facts.unseen_words
    total = len(facts.untrusted_words) + hidden
    return hidden > MOST_HIDDEN * total or (facts.ghost_words > 0 and facts.image_share >= ANY_IMAGE)


def _filler(word: str) -> bool:
    """A piece of a dotted or dashed line, as in a table or a form; whole pages of them are ordinary."""
    return not word.strip("._-–—·…•=*|$")  # noqa: RUF001
