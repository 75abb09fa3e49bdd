"""What was measured of a registered model: figures for the gate and a page for people, kept beside it.

`KIND/VERSION/evaluations/000001.json` and `.html`, create-only. Every look at the locked test split is there to be
counted: who looks often enough finds a model that is good on it by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.events import Record
from processors.forge import trainers
from processors.forge.datasets.dataset_store import Manifest
from processors.forge.errors import ForgeError, NotThere
from processors.forge.registry.gate import Condition, Judgement, conditions
from processors.forge.registry.lineage import code_version
from processors.forge.registry.promotions import Champion
from processors.forge.registry.registry import Model, Registry, evaluations_folder
from processors.forge.registry.weights import shipped_digest
from processors.forge.samples import Sample, read_samples
from processors.forge.trainers import evaluator, kind, reporter


class Evaluation(Record):
    """Figures of a model on a part of a dataset."""

    number: int
    kind: str
    version: int
    #: of the model
    digest: str
    dataset: str
    dataset_version: int
    dataset_digest: str
    split: str
    #: what it was compared with: "reader@1" or "shipped", and its digest; "" = with nothing
    champion: str
    champion_digest: str
    #: what names the documents: digest of the original, or of the page records
    documents: tuple[str, ...]
    figures: dict[str, Any]
    code_version: str
    created: datetime


class Evaluations:
    """The evaluations of one model."""

    def __init__(self, registry: Registry, model: Model) -> None:
        self._registry, self._model = registry, model
        self._folder = evaluations_folder(model.kind, model.version)

    def all(self) -> tuple[Evaluation, ...]:
        """Every evaluation, the oldest first."""
        keys = [key for key in self._registry.keys(f"{self._folder}/") if key.endswith(".json")]
        return tuple(Evaluation.model_validate_json(self._registry.read(key)) for key in keys)

    def last_on_test(self) -> Evaluation:
        """The last look at the locked test split, by which the gate decides.

        Raises:
            NotThere: nobody has looked.
        """
        found = [one for one in self.all() if one.split == "test" and one.digest == self._model.digest]
        if not found:
            command = f"chancery forge evaluate {self._model.label} --dataset {self._model.lineage.dataset}"
            raise NotThere(f"{self._model.label} was not measured on the locked test split: {command} --split test")
        return found[-1]

    def run(
        self,
        models: Path,
        champion: tuple[str, str, Path] | None,
        manifest: Manifest,
        dataset: Path,
        split: str,
    ) -> Evaluation:
        """Measure, and keep figures and report.

        Args:
            models: a models folder in which the model has its kind's place
            champion: what it is compared with: label, digest, models folder
            manifest: of the dataset
            dataset: where the part to be judged on lies
            split: the part

        Raises:
            ForgeError: nothing can be measured.
        """
        judged = [sample for sample in read_samples(dataset) if sample.split == split]
        if not judged:
            raise ForgeError(f"{manifest.label} has no documents in its {split} split.")
        against = None if champion is None else champion[2]
        try:
            figures = evaluator(self._model.kind)(models, dataset, split, against)
        except ValueError as error:
            raise ForgeError(f"{self._model.label} cannot be measured on {manifest.label}: {error}.") from error
        evaluation = Evaluation(
            number=len(self.all()) + 1,
            kind=self._model.kind,
            version=self._model.version,
            digest=self._model.digest,
            dataset=manifest.name,
            dataset_version=manifest.version,
            dataset_digest=manifest.digest,
            split=split,
            champion="" if champion is None else champion[0],
            champion_digest="" if champion is None else champion[1],
            documents=tuple(sorted(_content(sample) for sample in judged)),
            figures=_without_pictures(figures),
            code_version=code_version(),
            created=datetime.now(UTC),
        )
        self._keep(evaluation, reporter(self._model.kind)(figures))
        return evaluation

    def _keep(self, evaluation: Evaluation, page: str) -> None:
        objects, bucket = self._registry.objects, self._registry.bucket
        place = f"{self._folder}/{evaluation.number:06}"
        content = evaluation.model_dump_json(indent=1).encode()
        if objects.put(bucket, f"{place}.json", content, "application/json", create_only=True) is None:
            raise ForgeError("Somebody measured the same model at this moment: measure again.")
        objects.put(bucket, f"{place}.html", page.encode(), "text/html", create_only=True)


def judge(
    evaluation: Evaluation, model: Model, champion: Champion, shipped: Path, thresholds: Mapping[str, float]
) -> tuple[Condition, ...]:
    """What the gate says of a model by an evaluation, with the champion as it is now."""
    digest = champion.digest or shipped_digest(trainers.shipped(shipped, model.kind))
    return conditions(
        Judgement(
            split=evaluation.split,
            judged_on=frozenset(evaluation.documents),
            seen=model.seen,
            compared_with=evaluation.champion_digest,
            champion=digest,
            figures=evaluation.figures,
            values=kind(model.kind).values,
            thresholds=dict(thresholds),
        )
    )


def _content(sample: Sample) -> str:
    return sample.sha256 or sample.pages_sha256


def _without_pictures(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures alone: examples hold pictures and values of documents, which belong on the page for people."""
    return {name: value for name, value in figures.items() if name != "worst"}
