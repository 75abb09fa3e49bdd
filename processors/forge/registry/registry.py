"""Registered models: numbered, never changed, each with its lineage.

```
KIND/000002/reserved.json     create-only: who registers under this number
KIND/000002/files/…           the model's files
KIND/000002/model.json        create-only, written last: the model exists from this moment on
KIND/000002/evaluations/…     figures and reports, see `evaluations`
```
A registration that dies leaves a number behind that is never used again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from processors.errors import ArtefactMissing
from processors.forge.datasets.dataset_store import Datasets
from processors.forge.errors import ForgeError, ModelUnfit, NotThere
from processors.forge.names import named
from processors.forge.registry.lineage import Candidate
from processors.forge.registry.weights import CANDIDATE, digest_of, files_of
from processors.forge.samples import Sample
from processors.forge.trainers import kind as known_kind
from processors.places import Buckets
from processors.ports import Objects
from processors.stage import MOST_ARTEFACT_BYTES

_TYPES: Mapping[str, str] = {".json": "application/json", ".md": "text/markdown"}
_BYTES = "application/octet-stream"


class Model(Candidate):
    """A registered model: `model.json`."""

    version: int
    registered: datetime
    #: who registered it
    by: str

    @property
    def label(self) -> str:
        """Such as "reader@2"."""
        return f"{self.kind}@{self.version}"

    @property
    def seen(self) -> frozenset[str]:
        """What names the documents that it has seen: digests of originals and of page records."""
        documents = self.lineage.documents
        return frozenset({d.sha256 for d in documents if d.sha256} | {d.pages_sha256 for d in documents})


class Registry:
    """The models of an installation."""

    def __init__(self, objects: Objects, buckets: Buckets) -> None:
        self.objects, self.bucket = objects, buckets.models
        self._datasets = Datasets(objects, buckets)

    def kinds(self) -> list[str]:
        """The kinds of which a model was ever registered."""
        return sorted({key.partition("/")[0] for key in self.keys("") if key.endswith("/model.json")})

    def versions(self, kind: str) -> list[int]:
        """The versions of a kind that are registered, oldest first."""
        keys = self.keys(f"{named(kind)}/")
        return [int(key.split("/")[1]) for key in keys if key.endswith("/model.json") and key.count("/") == 2]

    def model(self, kind: str, version: int | None = None) -> Model:
        """A registered model, the newest where no version is said.

        Raises:
            NotThere: there is none.
            ModelUnfit: what lies there is no description of this model.
        """
        versions = self.versions(kind)
        if not versions or version not in (None, *versions):
            there = ", ".join(map(str, versions)) or "none"
            raise NotThere(f"There is no model {kind}{f'@{version}' if version else ''}; versions: {there}.")
        number = version or versions[-1]
        try:
            model = Model.model_validate_json(self.read(f"{_folder(kind, number)}/model.json"))
        except ValidationError:
            raise ModelUnfit(f"model.json of {kind}@{number} cannot be read.") from None
        if (model.kind, model.version, model.digest) != (kind, number, digest_of(model.files)):
            raise ModelUnfit(
                f"model.json of {kind}@{number} describes another model: the bucket was tampered with."
            )
        return model

    def register(self, folder: Path, by: str) -> Model:
        """Register what training left in a folder.

        Raises:
            ForgeError: there is no lineage, or it names documents that its dataset does not hold, or locked ones.
            ModelUnfit: a file may not be loaded, or is not what training wrote.
        """
        candidate = read_candidate(folder)
        known_kind(candidate.kind)
        self._check_lineage(candidate)
        version = self._reserve(candidate.kind, by)
        for file in candidate.files:
            self._put(f"{_folder(candidate.kind, version)}/files/{file.path}", folder / file.path, file.size)
        model = Model(**candidate.model_dump(), version=version, registered=datetime.now(UTC), by=by)
        self._create(f"{_folder(candidate.kind, version)}/model.json", model.model_dump_json(indent=1).encode())
        return model

    def fetch(self, model: Model, to: Path) -> None:
        """Write a model's files to an empty folder; every digest is checked.

        Raises:
            ModelUnfit: a file is not the one that was registered.
        """
        for file in model.files:
            target = to / file.path
            if not target.resolve().is_relative_to(to.resolve()):
                raise ModelUnfit(f"{model.label} names a file outside its folder.")
            target.parent.mkdir(parents=True, exist_ok=True)
            found = self.objects.info(self.bucket, f"{_folder(model.kind, model.version)}/files/{file.path}")
            if found is None or self.objects.fetch(found.ref, target) != file.sha256:
                raise ModelUnfit(
                    f"{file.path} of {model.label} is not the file that was registered ({file.sha256[:12]}…): "
                    f"restore it in the bucket {self.bucket}, or roll back."
                )

    def keys(self, prefix: str) -> list[str]:
        """The keys below a prefix, in order; none where the bucket does not exist yet."""
        try:
            return list(self.objects.keys(self.bucket, prefix))
        except ArtefactMissing:
            return []

    def read(self, key: str) -> bytes:
        """A small object's bytes.

        Raises:
            NotThere: it is not there.
        """
        found = self.objects.info(self.bucket, key)
        if found is None:
            raise NotThere(f"{self.bucket}: {key} is not there.")
        return self.objects.read(found.ref)

    def _reserve(self, kind: str, by: str) -> int:
        taken = [int(key.split("/")[1]) for key in self.keys(f"{kind}/") if key.endswith("/reserved.json")]
        version = max(taken, default=0) + 1
        while not self._put_once(f"{_folder(kind, version)}/reserved.json", json.dumps({"by": by}).encode()):
            version += 1
        return version

    def _put(self, key: str, file: Path, size: int) -> None:
        # A condition holds for one request; larger files are safe behind the number that was reserved.
        create_only = size <= MOST_ARTEFACT_BYTES
        self.objects.put(self.bucket, key, file, _TYPES.get(file.suffix, _BYTES), create_only=create_only)

    def _put_once(self, key: str, content: bytes) -> bool:
        return self.objects.put(self.bucket, key, content, "application/json", create_only=True) is not None

    def _create(self, key: str, content: bytes) -> None:
        if not self._put_once(key, content):
            raise ForgeError(f"{key} was written by somebody else meanwhile: register again.")

    def _check_lineage(self, candidate: Candidate) -> None:
        """See that every document it was trained on is in the named dataset, and none of them locked."""
        lineage = candidate.lineage
        manifest = self._datasets.manifest(lineage.dataset, lineage.version)
        if manifest.digest != lineage.digest:
            raise ForgeError(f"{manifest.label} here is not the dataset that {candidate.kind} was trained on.")
        held: dict[str, Sample] = {sample.name: sample for sample in self._datasets.samples(manifest)}
        for document in lineage.documents:
            sample = held.get(document.name)
            if sample is None or sample.pages_sha256 != document.pages_sha256:
                raise ForgeError(f"The model was trained on {document.name}, which {manifest.label} does not hold.")
            if sample.split == "test":
                raise ForgeError(f"The model was trained on {document.name}, of the locked test split.")


def read_candidate(folder: Path) -> Candidate:
    """What training wrote, held against the files that are there now.

    Raises:
        ForgeError: there is no `candidate.json`.
        ModelUnfit: a file may not be loaded, or was changed since.
    """
    try:
        candidate = Candidate.model_validate_json((folder / CANDIDATE).read_bytes())
    except (OSError, ValidationError):
        raise ForgeError(f"{folder} holds no {CANDIDATE}: register what `chancery forge train` wrote.") from None
    files = files_of(folder)
    if digest_of(files) != candidate.digest or files != candidate.files:
        raise ModelUnfit(f"The files in {folder} are not those that training wrote: train again.")
    return candidate


def _folder(kind: str, version: int) -> str:
    return f"{kind}/{version:06}"


def evaluations_folder(kind: str, version: int) -> str:
    """Where the evaluations of a model lie."""
    return f"{_folder(kind, version)}/evaluations"
