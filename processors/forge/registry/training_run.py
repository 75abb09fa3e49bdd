"""One training: a dataset without its test split in, a model folder with `candidate.json` out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from processors.digests import file_sha256
from processors.forge.datasets.dataset_store import Manifest
from processors.forge.errors import ForgeError
from processors.forge.registry.lineage import Candidate, code_version, lineage_of
from processors.forge.registry.weights import CANDIDATE, digest_of, files_of
from processors.forge.samples import Sample, Split, read_samples
from processors.forge.trainers import Progress, trainer

#: what training may see
FOR_TRAINING: tuple[Split, ...] = ("train", "dev")
#: beside the weights: digests of the documents that were seen, so that nobody judges the model by them
TRAINED_ON = "trained_on.json"


@dataclass(frozen=True)
class Base:
    """The model that a training begins with."""

    folder: Path
    #: such as "reader@2"; "" for the shipped one
    label: str
    digest: str


@dataclass(frozen=True)
class Plan:
    """What is to be trained."""

    kind: str
    types: tuple[str, ...] = ()
    seed: int = 0
    licence: str = ""
    #: for people: the command line
    command: str = ""


def train(plan: Plan, dataset: Path, base: Base | None, out: Path, progress: Progress) -> Candidate:
    """Train, and write beside the model's files what it was made of.

    Args:
        plan: what is wanted
        dataset: a folder as `Datasets.fetch` writes it, without the test split
        base: what to begin with
        out: a folder that is empty or not there yet
        progress: told what is being done, and how much of it, 0 to 1

    Raises:
        ForgeError: the dataset holds locked or changed documents, or there is too little to learn from.
    """
    manifest, samples = opened(dataset)
    if plan.types:
        samples = [sample for sample in samples if sample.type in plan.types]
    if not any(sample.split == "train" for sample in samples):
        raise ForgeError(f"{manifest.label} has no documents of these types in its train split.")
    lineage = lineage_of(manifest, samples)
    if out.exists() and any(out.iterdir()):
        raise ForgeError(f"{out} is not empty: choose another folder.")
    out.mkdir(parents=True, exist_ok=True)
    try:
        figures = trainer(plan.kind)(
            dataset,
            out,
            base=base.folder if base else None,
            types=plan.types or None,
            seed=plan.seed,
            progress=progress,
        )
    except ValueError as error:
        raise ForgeError(f"{plan.kind} cannot be trained on {manifest.label}: {error}") from error
    digests = sorted({one for sample in samples for one in (sample.sha256, sample.pages_sha256) if one})
    (out / TRAINED_ON).write_text(json.dumps(digests, indent=0) + "\n", encoding="utf-8")
    files = files_of(out)
    candidate = Candidate(
        kind=plan.kind,
        lineage=lineage,
        parent=base.label if base else "",
        parent_digest=base.digest if base else "",
        code_version=code_version(),
        seed=plan.seed,
        types=plan.types,
        command=plan.command,
        licence=plan.licence,
        figures=figures,
        files=files,
        digest=digest_of(files),
        created=datetime.now(UTC),
    )
    (out / CANDIDATE).write_text(candidate.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return candidate


def opened(dataset: Path) -> tuple[Manifest, list[Sample]]:
    """A dataset folder, checked: no locked document, and page records as its samples name them.

    Raises:
        ForgeError: it is not so.
    """
    try:
        manifest = Manifest.model_validate_json((dataset / "dataset.json").read_bytes())
        samples = list(read_samples(dataset))
    except (OSError, ValueError, ValidationError) as error:
        raise ForgeError(f"{dataset} is no dataset that was fetched: {type(error).__name__}.") from error
    for sample in samples:
        if sample.split == "test":
            raise ForgeError(f"{dataset} holds the locked test split: fetch it with --for-training.")
        pages = sample.pages(dataset)
        if not pages.is_file() or file_sha256(pages) != sample.pages_sha256:
            raise ForgeError(f"The pages of {sample.name} are not those of {manifest.label}: fetch it again.")
    return manifest, samples
