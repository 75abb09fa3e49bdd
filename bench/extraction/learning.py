"""Models made from some documents, so that others are new to them: a calibration, and a trained reader."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.extraction.dataset import for_training
from processors.document_types import DocumentType
from processors.extract.choosing import choose
from processors.extract.confidence import Calibration
from processors.extract.labels import LabelReader
from processors.fields import Fields
from processors.forge.calibrate_labels import Read, fit, measure
from processors.forge.evaluation.labelled import Labelled
from processors.forge.evaluation.reading import Case
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
        self._raw: dict[str, Read] = {}

    def learn(self, cases: Sequence[Case], name: str, say: Callable[[str], None], *, train: bool) -> Path:
        """A models folder that knows these documents and no other.

        Args:
            cases: what is learned from
            name: of the folder
            say: progress
            train: train the reader too; else only the label reader's calibration is made anew
        """
        models = self._scratch / name / "models"
        models.mkdir(parents=True)
        for shipped in self._shipped.iterdir():
            # What was learned from documents stays behind: a trained reader, and calibrations of any reader.
            if shipped.name == "classifier":
                (models / shipped.name).symlink_to(shipped.resolve())
        if not train:
            say(f"calibrating, {name}")
            bins = fit(self._read(case) for case in cases if case.sample.type in self._types)
            (models / "labels_calibration.json").write_text(json.dumps(bins), encoding="utf-8")
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

    def _read(self, case: Case) -> Read:
        name = case.sample.name
        if name not in self._raw:
            (self._raw[name],) = measure([_uncapped(case, self._types[case.sample.type])])
        return self._raw[name]


def _uncapped(case: Case, kind: DocumentType) -> Labelled:
    """What the rules read, with the confidence that they have themselves."""
    pages, reader, sample = list(read_pages(case.pages)), LabelReader(), case.sample
    values, evidence = choose(reader.read(pages, kind), {p.number: p for p in pages}, kind, Calibration(cap=1.0))
    fields = Fields(type=kind.name, type_version=kind.version, values=values, evidence=evidence, engine=reader.name)
    return Labelled(sample.name, kind, sample.labels, fields, sample.month_only, sample.complete)
