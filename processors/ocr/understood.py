"""How much of a page was understood: whether a reading can stand, and which of two is the better."""

from __future__ import annotations

from collections.abc import Sequence

from processors.ocr.engine import PixelWord

#: Mean confidence of words below which a page deserves another try. Readable pages have 0.8 and more.
_UNSURE_BELOW = 0.6
#: And below which it may stand on its head, or be in another script: then Tesseract reads at some 0.3.
_LOST_BELOW = 0.5
#: Characters read, for each piece of ink that looks like a letter, below which most of a page was not read.
_LEAST_READ = 0.3
#: On fewer pieces of ink nothing can be said: a logo, a stamp.
_LEAST_LETTERS = 100


def understood(words: Sequence[PixelWord]) -> float:
    """Characters in words that the engine is sure of: noise makes many words, none of them sure."""
    return sum(len(word.text) * word.confidence for word in words if word.confidence >= _UNSURE_BELOW)


def page_confidence(words: Sequence[PixelWord]) -> float:
    """Mean confidence, 0 to 1; 0 without words."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def unsure(words: Sequence[PixelWord], letters: int) -> bool:
    """Whether little was understood: such a page may be read better with stronger ink.

    Args:
        words: what was read
        letters: pieces of ink on the page that look like letters
    """
    return _below(_UNSURE_BELOW, words, letters)


def lost(words: Sequence[PixelWord], letters: int) -> bool:
    """Whether so little was understood that the page may not even be upright."""
    return _below(_LOST_BELOW, words, letters)


def _below(least: float, words: Sequence[PixelWord], letters: int) -> bool:
    characters = sum(len(word.text) for word in words)
    if letters >= _LEAST_LETTERS and characters < _LEAST_READ * letters:
        return True
    return page_confidence(words) < least
