"""Which text of a document the classifier looks at: the same in training and in production."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from processors.pages import Page

#: Words in one window. The encoder cuts at 256 tokens, and the forms seen so far have 1.4 to 2.5 tokens a word.
WINDOW_WORDS = 160
#: The top of page 1 names the type; the next window tells a form from a letter that mentions it.
WINDOWS = 2


def windows(pages: Iterable[Page], limit: int = WINDOWS) -> list[str]:
    """The first texts of a document, at most `limit`, in reading order; empty if no page has a word."""
    words = [word.text for page in islice(pages, limit) for word in page.words]
    return split(words, limit)


def split(words: list[str], limit: int = WINDOWS) -> list[str]:
    """Windows of `WINDOW_WORDS` words; a rest of less than a quarter window tells nothing and is left out."""
    starts = range(0, min(len(words), limit * WINDOW_WORDS), WINDOW_WORDS)
    texts = [" ".join(words[start : start + WINDOW_WORDS]) for start in starts]
    if len(texts) > 1 and len(words) - starts[-1] < WINDOW_WORDS // 4:
        texts.pop()
    return [text for text in texts if text.strip()]
