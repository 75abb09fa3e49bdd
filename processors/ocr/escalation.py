"""Pages that Tesseract can hardly read: which they are, what a model that sees is asked, what its answer is worth.

The answer is untrusted. A word of it gets a place only where Tesseract saw a word like it, in the same order,
beside others that fit; every other word stays without a place, and so can prove no value. An answer that
contradicts what Tesseract is sure of is not used at all. Figures: docs/decisions/0013-hard-pages.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path
from typing import Final

from PIL import Image

from processors.ocr.aligning import Link, align
from processors.ocr.arranging import DOUBTFUL, Placed, arranged
from processors.ocr.untrusted_text import lines_of
from processors.pages import Box, Page, Word
from processors.stage import Question

#: Notes on a page whose old words were kept, and on one where nothing could be checked.
DISAGREES: Final = "model_disagrees"
UNUSABLE: Final = "model_unusable"
UNCHECKED: Final = "model_unchecked"
UNPLACED: Final = "unplaced_words"

#: The longest side that Mistral's models see: they shrink what is larger.
MOST_SIDE: Final = 1_540
#: Confidence of a word that both read the same, and of one that they read a little differently, or in other pieces.
#: (Where they see different digits it is `DOUBTFUL`.) Types release at 0.9: only the first may prove a value. It is
#: how often two readings of a hard page that agree were right; see the decision.
AGREED: Final = 0.93
ALIKE: Final = 0.6

#: Tesseract is sure of words from here on; so many of them must be in the answer, if there are a few.
SURE: Final = 0.8
_LEAST_FOUND: Final = 0.3
_FEW: Final = 5
#: A place is proven by neighbours that fit, at most one word of either reading between them, of so many letters
#: together; a longer word that both have only once needs none.
_LEAP: Final = 2
_LEAST_LETTERS: Final = 8
_LONG_WORD: Final = 6


def wanted(page: Page, below: float) -> bool:
    """Whether a page is worth asking about: recognised, and on average less sure than `below` (0 = none is).

    A page on which no word was found has confidence 0.
    """
    return page.source == "ocr" and page.confidence < below


def question(page: Page, picture: Image.Image, scratch: Path) -> Question:
    """Write the page's picture, of any size and mode, for the model: grey, no larger than it sees."""
    grey = picture.convert("L")
    grey.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    name = f"page-{page.number:05d}"
    path = scratch / f"{name}.png"
    grey.save(path, format="PNG", compress_level=1)
    return Question(name, page.number, path)


def merged(page: Page, untrusted_text: str, model: str) -> Page:
    """The page as the model reads it, with Tesseract's places; or the page as it was, with a note why.

    Args:
        page: what Tesseract read
        untrusted_text: what the model answered, of any size
        model: its name, for the page's engine
    """
    lines = lines_of(untrusted_text)
    if not lines:
        return _kept(page, UNUSABLE)
    texts = list(chain.from_iterable(lines))
    seen = page.words
    splits = [a.line == b.line for a, b in pairwise(seen)] + [False] * bool(seen)
    links = _proven(align(texts, [_composed(word.text) for word in seen], splits), texts, seen)
    found = {index for link in links for index in link.b}
    sure = [i for i, word in enumerate(seen) if word.confidence >= SURE and sum(map(str.isalnum, word.text)) > 1]
    if len(sure) >= _FEW and len(found.intersection(sure)) < _LEAST_FOUND * len(sure):
        return _kept(page, DISAGREES)
    words = arranged(lines, _places(links, texts, seen), _missed(seen, found))
    notes = page.notes + ((UNCHECKED,) if len(sure) < _FEW else ())
    unplaced = sum(not word.placed for word in words)
    if unplaced:
        notes = (*notes, f"{UNPLACED}:{unplaced}")
    return replace(page, words=words, source="model", engine=f"{page.engine} + {model}", notes=notes)


def _kept(page: Page, note: str) -> Page:
    return replace(page, notes=(*page.notes, note))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _proven(links: Sequence[Link], a: Sequence[str], b: Sequence[Word]) -> list[Link]:
    """The links that prove a place: in a run of neighbours, or of a long word that both have just once."""
    proven: list[Link] = []
    run: list[Link] = []
    for link in links:
        if run and not _beside(run[-1], link):
            proven += _enough(run, a, b)
            run = []
        run.append(link)
    return proven + _enough(run, a, b)


def _beside(link: Link, after: Link) -> bool:
    return after.a[0] - link.a[-1] <= _LEAP and after.b[0] - link.b[-1] <= _LEAP


def _enough(run: list[Link], a: Sequence[str], b: Sequence[Word]) -> list[Link]:
    """The whole run, if it rests on enough letters; else what stands for itself in it."""
    if len(run) > 1 and sum(link.letters * link.similarity for link in run) >= _LEAST_LETTERS:
        return run
    return [link for link in run if _unmistakable(link, a, b)]


def _unmistakable(link: Link, a: Sequence[str], b: Sequence[Word]) -> bool:
    text = a[link.a[0]]
    alone = link.letters >= _LONG_WORD and _same(link, a, b)
    return alone and a.count(text) == 1 and sum(word.text == text for word in b) == 1


def _same(link: Link, a: Sequence[str], b: Sequence[Word]) -> bool:
    return len(link.a) == len(link.b) == 1 and a[link.a[0]] == _composed(b[link.b[0]].text)


def _places(links: Sequence[Link], a: Sequence[str], b: Sequence[Word]) -> dict[int, Placed]:
    """By index of the model's word: the word with its place, its line and its confidence."""
    placed = {}
    for link in links:
        there = [b[i] for i in link.b]
        box = _around([word.box for word in there])
        if box[0] >= box[2] or box[1] >= box[3]:
            continue
        for index in link.a:
            text = a[index]
            if _same(link, a, b):
                confidence = max(there[0].confidence, AGREED)
            elif any(map(str.isdigit, text + "".join(word.text for word in there))):
                confidence = DOUBTFUL
            else:
                confidence = ALIKE
            placed[index] = link.b[0], Word(text, box, confidence, there[0].line, there[0].block)
    return placed


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _missed(seen: Sequence[Word], found: set[int]) -> Iterator[Placed]:
    """Words that the model does not have and Tesseract does not doubt, a stamp perhaps: they are not lost."""
    for index, word in enumerate(seen):
        if index not in found and word.confidence >= ALIKE and any(map(str.isalnum, word.text)):
            yield index, replace(word, confidence=ALIKE)
