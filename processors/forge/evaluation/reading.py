"""Reading the documents of a dataset with a model, and judging what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from processors.document_types import DocumentType
from processors.fields import Fields
from processors.forge.evaluation.judging import Judged, judge
from processors.forge.evaluation.labelled import Labelled
from processors.forge.samples import Sample, Split, read_samples
from processors.pages import Page, read_pages

Progress = Callable[[str, float], None]


class Extractor(Protocol):
    """What turns pages into values with their evidence."""

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Fields:
        """Read the type's fields."""
        ...


@dataclass(frozen=True)
class Case:
    """A document to be judged on."""

    sample: Sample
    #: its page records
    pages: Path
    #: by field, whether another recognition read the label's text, where that is known
    seen: Mapping[str, bool] = field(default_factory=dict)
    #: the file it came from, for pictures; None where there is none at hand
    original: Path | None = None


def cases(dataset: Path, splits: Iterable[Split]) -> list[Case]:
    """The documents of some parts of a dataset."""
    return [Case(sample, sample.pages(dataset)) for sample in read_samples(dataset, splits)]


def read(
    todo: Sequence[Case], types: Mapping[str, DocumentType], engine: Extractor, progress: Progress | None = None
) -> Iterator[Judged]:
    """Read and judge, one document after the other; those of a type without fields have nothing to judge."""
    for number, case in enumerate(todo):
        kind = types.get(case.sample.type)
        if kind is not None and kind.fields:
            yield read_one(case, kind, engine)
        if progress:
            progress("reading", (number + 1) / len(todo))


def read_one(case: Case, kind: DocumentType, engine: Extractor) -> Judged:
    """Read and judge one document."""
    pages = list(read_pages(case.pages))
    sample = case.sample
    document = Labelled(
        sample.name, kind, sample.labels, engine.read(pages, kind), sample.month_only, sample.complete
    )
    return judge(document, pages, case.seen)
