"""Documents read by models to which they are new, or by the shipped ones; with the time that it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.extraction.learning import Learner
from processors.document_types import DocumentType
from processors.extract import extractor
from processors.fields import Fields
from processors.forge.evaluation import reading
from processors.forge.evaluation.judging import Judged
from processors.forge.evaluation.labelled import share
from processors.forge.evaluation.reading import Case, Extractor
from processors.pages import Page

Say = Callable[[str], None]


@dataclass
class Timed:
    """An extractor that notes what each document took, CPU seconds of this process."""

    engine: Extractor
    #: a document: pages, and of these scanned; CPU seconds
    spent: list[tuple[int, int, float]] = field(default_factory=list)

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Fields:
        """Read the type's fields."""
        before = time.process_time()
        fields = self.engine.read(pages, document_type)
        scanned = sum(page.source == "ocr" for page in pages)
        self.spent.append((len(pages), scanned, time.process_time() - before))
        return fields


@dataclass
class Outcome:
    """What came of it."""

    judged: list[Judged] = field(default_factory=list)
    #: as `Timed.spent`
    spent: list[tuple[int, int, float]] = field(default_factory=list)

    def read(self, cases: Sequence[Case], types: Mapping[str, DocumentType], models: Path, say: Say) -> None:
        """Read more documents with the models of a folder."""
        timed = Timed(extractor.build(models))
        for number, judged in enumerate(reading.read(cases, types, timed)):
            say(f"extracting, document {number + 1} of {len(cases)}")
            self.judged.append(judged)
        self.spent += timed.spent


def cross_validated(
    cases: Sequence[Case], types: Mapping[str, DocumentType], learner: Learner, folds: int, say: Say, *, train: bool
) -> Outcome:
    """Each document read by models that learned from the other folds alone; folds go by the documents' names."""
    outcome = Outcome()
    for fold in range(folds):
        held = [one for one in cases if _fold(one, folds) == fold]
        others = [one for one in cases if _fold(one, folds) != fold]
        if held:
            models = learner.learn(others, f"fold {fold + 1} of {folds}", say, train=train)
            outcome.read(held, types, models, say)
    return outcome


def few_shot(
    name: str,
    cases: Sequence[Case],
    learned: Sequence[Case],
    types: Mapping[str, DocumentType],
    learner: Learner,
    sizes: Sequence[int],
    say: Say,
) -> dict[int, Outcome]:
    """Documents of one set read by models that learned from few others alone, the first ones of the labels.

    All sizes are judged on the same documents: all of them where others are there to learn from, else those behind
    the largest size that leaves a third of the set.
    """
    pool = learned or cases
    usable = [size for size in sizes if size <= (len(pool) if learned else len(pool) * 2 // 3)]
    rest = cases if learned else cases[max(usable, default=0) :]
    outcomes = {}
    for size in usable:
        models = learner.learn(pool[:size], f"{name} from {size} documents", say, train=True)
        outcomes[size] = Outcome()
        outcomes[size].read(rest, types, models, say)
    return outcomes


def _fold(case: Case, folds: int) -> int:
    return share(f"fold {case.sample.name}", folds)
