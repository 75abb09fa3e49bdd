"""Labelled pages as training examples: windows with the tokens that each field's value begins and ends at."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer

from processors.document_types import DocumentType, FieldRule
from processors.extract.encoder.units import Unit, units
from processors.extract.encoder.windows import Window, windows
from processors.forge.reader.aligning import places
from processors.forge.samples import Sample
from processors.pages import read_pages

#: windows with a value, and without any, that a document gives at most: the pages of a contract are all alike
FULL, EMPTY = 3, 1
#: pages looked at
PAGES = 24
#: token positions of a value's start and end
Place = tuple[int, int]


@dataclass(frozen=True)
class Example:
    """A window and what stands in it."""

    document: str
    window: Window
    #: by "type/field": for each label that stands in the window, its places; empty = the field is not in it
    targets: Mapping[str, tuple[tuple[Place, ...], ...]]


def examples(
    samples: Iterable[Sample],
    dataset: Path,
    types: Mapping[str, DocumentType],
    tokenizer: Tokenizer,
    seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Example]:
    """The examples of some documents, all that hold a value and a few that hold none."""
    for number, sample in enumerate(samples):
        progress(number)
        kind = types.get(sample.type)
        if kind is None:
            continue
        pages = list(islice(read_pages(sample.pages(dataset)), PAGES))
        by_page = {page.number: list(units(page)) for page in pages}
        cut = [window for page, some in by_page.items() for window in windows(page, some, tokenizer)]
        spans = {rule.name: _spans(rule, sample, by_page) for rule in kind.flat}
        made = [_example(sample, kind, window, spans, _start(window, by_page[window.page])) for window in cut]
        full = [one for one in made if any(one.targets.values())]
        empty = [one for one in made if not any(one.targets.values()) and one.targets]
        dice = random.Random(f"{seed} {sample.name}")  # noqa: S311
        yield from dice.sample(full, min(FULL, len(full)))
        yield from dice.sample(empty, min(EMPTY, len(empty)))


Spans = Sequence[Sequence[tuple[int, int, int]]]


def _spans(rule: FieldRule, sample: Sample, pages: Mapping[int, Sequence[Unit]]) -> Spans | None:
    """By label: page, first and last unit of each of its places; None where nothing is known of the field."""
    label = sample.labels.get(rule.name)
    if label is None:
        return () if sample.complete else None
    wanted = list(label) if isinstance(label, list) else [label]
    found = [
        [
            (page, first, last)
            for page, some in pages.items()
            if not rule.last_page or page <= rule.last_page
            for first, last in places(some, rule, one, month_only=sample.month_only)
        ]
        for one in wanted
    ]
    if not rule.many:  # alternatives of one value
        found = [[place for one in found for place in one]]
    found = [one for one in found if one]
    return found or None  # labelled, but not legible: nothing to learn, and no proof of absence


def _start(window: Window, units: Sequence[Unit]) -> int:
    """The page's number of the window's first unit."""
    return next(i for i in range(len(units)) if units[i] is window.units[0])


def _example(
    sample: Sample, kind: DocumentType, window: Window, spans: Mapping[str, Spans | None], start: int
) -> Example:
    end = start + len(window.units)
    targets = {}
    for name, labels in spans.items():
        if labels is None:
            continue
        inside = [
            tuple(
                (int(window.first[first - start]), int(window.last[last - start]))
                for page, first, last in one
                if page == window.page and start <= first and last < end
            )
            for one in labels
        ]
        targets[f"{kind.name}/{name}"] = tuple(one for one in inside if one)
    return Example(sample.name, window, targets)
