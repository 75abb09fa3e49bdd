"""What a model is made of, down to each training document."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import Field

from processors import __version__
from processors.config import PACKAGE
from processors.events import Record
from processors.forge.datasets.dataset_store import Manifest
from processors.forge.errors import ForgeError
from processors.forge.registry.weights import ModelFile
from processors.forge.samples import Sample


class TrainedOn(Record):
    """A document that a model has seen, in training or when something was chosen by it."""

    name: str
    #: of the original; "" where there was none
    sha256: str
    #: of its page records
    pages_sha256: str
    type: str
    split: str
    #: "labels" or "review"
    origin: str
    licence: str


class Lineage(Record):
    """The dataset that a model was trained on."""

    dataset: str
    version: int
    digest: str
    documents: tuple[TrainedOn, ...]


class Candidate(Record):
    """What training wrote about a model: `candidate.json`, beside its files."""

    kind: str
    lineage: Lineage
    #: the registered model that it was trained from, such as "reader@2"; "" = none, or the shipped one
    parent: str = ""
    #: digest of the model that it was trained from; "" = none
    parent_digest: str = ""
    code_version: str
    seed: int
    #: document types that were trained; empty = all of the dataset
    types: tuple[str, ...] = ()
    #: the command that makes the same files again
    command: str
    licence: str
    #: what the trainer said of it
    figures: dict[str, Any] = Field(default_factory=dict)
    files: tuple[ModelFile, ...]
    digest: str
    created: datetime


def lineage_of(manifest: Manifest, samples: Iterable[Sample]) -> Lineage:
    """The lineage of a model that is trained on some documents of a dataset.

    Raises:
        ForgeError: one of them is of the locked test split.
    """
    documents = []
    for sample in samples:
        if sample.split == "test":
            raise ForgeError(
                f"{sample.name} is of the locked test split of {manifest.label}: not to be trained on."
            )
        documents.append(
            TrainedOn(
                name=sample.name,
                sha256=sample.sha256,
                pages_sha256=sample.pages_sha256,
                type=sample.type,
                split=sample.split,
                origin=sample.origin,
                licence=sample.licence,
            )
        )
    return Lineage(
        dataset=manifest.name, version=manifest.version, digest=manifest.digest, documents=tuple(documents)
    )


@cache
def code_version() -> str:
    """Version of Chancery and, in a checkout, the commit; "+changed" where files differ from it."""
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return __version__
    commit = _git("rev-parse", "HEAD")
    changed = "+changed" if _git("status", "--porcelain", "--untracked-files=no", "--", "processors") else ""
    return f"{__version__} {commit}{changed}" if commit else __version__


def _git(*arguments: str) -> str:
    try:
        said = subprocess.run(
            ("git", *arguments), cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
