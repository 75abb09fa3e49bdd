"""Models made from some documents, so that others are new to them: a trained reader, or what labels are worth."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.extraction.dataset import for_training
from processors.document_types import DocumentType
from processors.extract.labels import LabelReader
from processors.forge.evaluation.reading import Case
from processors.forge.reader.fusing import Judged, fit, write
from processors.pages import read_pages

SEED = 0
#: folder of the trained reader in a models folder
READER = "reader"
_TRAINER = "processors.forge.reader.train"


def can_train() -> bool:
    """Whether this version has a reader that learns, and what it needs is installed."""
    return all(importlib.util.find_spec(name) for name in ("processors.forge.reader", "torch"))


class Learner:
    """Makes model folders; what the rules read of a document, before any calibration, is found out once."""

    def __init__(self, shipped: Path, types: dict[str, DocumentType], scratch: Path) -> None:
        self._shipped = shipped
        self._types = types
        self._scratch = scratch
        self._raw: dict[str, Judged] = {}

    def learn(self, cases: Sequence[Case], name: str, say: Callable[[str], None], *, train: bool) -> Path:
        """A models folder that knows these documents and no other.

        Args:
            cases: what is learned from
            name: of the folder
            say: progress
            train: train the reader too; else only how far the label reader is to be believed
        """
        models = self._scratch / name / "models"
        models.mkdir(parents=True)
        for shipped in self._shipped.iterdir():
            # What was learned from documents stays behind: a trained reader, and calibrations of any reader.
            if shipped.name == "classifier":
                (models / shipped.name).symlink_to(shipped.resolve())
        if not train:
            say(f"calibrating, {name}")
            write(fit([one for case in cases if (one := self._read(case))]), models / READER)
            return models
        # The trainer weighs the readers and calibrates them too, on documents that it holds out itself.
        trainer: Any = importlib.import_module(_TRAINER).train
        trainer(
            for_training(cases, self._scratch / name / "dataset"),
            models / READER,
            base=None,
            types=None,
            seed=SEED,
            progress=lambda words, done: say(f"training {name}, {words} {done:.0%}"),
        )
        return models

    def _read(self, case: Case) -> Judged | None:
        """What the rules propose; None for a document of no known type."""
        name, kind = case.sample.name, self._types.get(case.sample.type)
        if kind is None:
            return None
        if name not in self._raw:
            pages = list(read_pages(case.pages))
            proposals = LabelReader().read(pages, kind)
            self._raw[name] = Judged(case.sample, kind, {page.number: page for page in pages}, proposals)
        return self._raw[name]
