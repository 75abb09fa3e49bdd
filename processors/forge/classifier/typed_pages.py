"""Labelled documents whose page records are there already: what an agency's dataset gives to the classifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from processors.forge.classifier.dataset import Example
from processors.forge.classifier.vectors import Vectors, embed
from processors.pages import read_pages
from processors.text_encoder.port import Encoder

#: Pages whose words are used; the same number as in production.
PAGES = 2
#: Told what is done, how many steps of it are, and how many there are in all.
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _of: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class TypedPages:
    """One labelled document."""

    #: which document it is; samples of one name are never torn apart by a split
    name: str
    #: its document type, or the rest class
    type: str
    #: its page records, as recognition writes them; only the first pages are read
    pages: Path
    #: "train", "dev" or "test"
    split: str = "train"
    #: what it is in finer words, where the type is the rest class: kinds are held out whole
    label: str = ""


def read(
    samples: Iterable[TypedPages], encoder: Encoder, rest: str, *, split: str, progress: Progress = silent
) -> Vectors:
    """Vectors and terms of the samples of one split.

    Raises:
        OSError: page records are missing.
        ValueError: a file holds no page records.
    """
    chosen = [sample for sample in samples if sample.split == split]
    return embed(_words(chosen, progress), encoder, rest)


def _words(samples: list[TypedPages], progress: Progress) -> Iterator[tuple[Example, list[str]]]:
    for number, sample in enumerate(samples):
        progress("embedding documents", number, len(samples))
        words = [word.text for page in islice(read_pages(sample.pages), PAGES) for word in page.words]
        yield Example(sample.name, sample.label or sample.type, sample.type), words
    progress("embedding documents", len(samples), len(samples))
