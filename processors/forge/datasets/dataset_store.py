"""Datasets in the object store: numbered versions that never change.

```
NAME/versions/000003.json     the manifest, create-only: the version exists from this moment on
NAME/samples/SHA256.jsonl     a line a document, see `samples.Sample`
NAME/pages/SHA256.jsonl       page records, shared by all versions that hold the document
```
All but the manifest is stored under the digest of its content, so that a build that was stopped, or lost the race
for a number, leaves nothing behind that means anything. A manifest's digest covers samples and page records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from processors import __version__
from processors.errors import ArtefactMissing
from processors.events import Record
from processors.forge.errors import ForgeError, NotThere
from processors.forge.names import named
from processors.forge.samples import SPLITS, Sample, Split, samples_of, text_of, write_samples
from processors.places import Buckets
from processors.ports import Objects

_LINES = "application/jsonl"
#: called after each document, with how many are done and how many there are
Told = Callable[[int, int], None]


class Manifest(Record):
    """A version of a dataset."""

    name: str
    version: int
    #: over samples and page records; the same content has the same digest in every version
    digest: str
    samples_sha256: str
    documents: int
    #: of the split of documents that no earlier version holds
    seed: int
    #: what it was built from, for people
    sources: tuple[str, ...]
    code_version: str
    created: datetime

    @property
    def label(self) -> str:
        """Such as "permits@3"."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True)
class Gathered:
    """A labelled document and where its page records lie."""

    sample: Sample
    pages: Path


class Datasets:
    """The datasets of an installation."""

    def __init__(self, objects: Objects, buckets: Buckets) -> None:
        self._objects, self._bucket = objects, buckets.datasets

    def names(self) -> list[str]:
        """Every dataset, in order."""
        return sorted({key.partition("/")[0] for key in self._keys("") if "/versions/" in key})

    def versions(self, name: str) -> list[int]:
        """The versions of a dataset, oldest first; empty if there is none."""
        return [int(key[-11:-5]) for key in self._keys(f"{named(name)}/versions/")]

    def manifest(self, name: str, version: int | None = None) -> Manifest:
        """A version, the newest where none is said.

        Raises:
            NotThere: there is no such dataset or version.
        """
        versions = self.versions(name)
        if not versions or version not in (None, *versions):
            there = ", ".join(map(str, versions)) or "none"
            raise NotThere(f"There is no dataset {name}{f'@{version}' if version else ''}; versions: {there}.")
        return Manifest.model_validate_json(self._read(self._manifest_key(name, version or versions[-1])))

    def samples(self, manifest: Manifest) -> tuple[Sample, ...]:
        """The documents of a version.

        Raises:
            ForgeError: the object holds other bytes than were written.
        """
        content = self._read(f"{manifest.name}/samples/{manifest.samples_sha256}.jsonl")
        if hashlib.sha256(content).hexdigest() != manifest.samples_sha256:
            raise ForgeError(
                f"The samples of {manifest.label} were changed in the bucket: restore the old version."
            )
        return tuple(samples_of(content.decode()))

    def history(self, name: str) -> Iterator[Sample]:
        """The documents of all versions, oldest version first."""
        for version in self.versions(name):
            yield from self.samples(self.manifest(name, version))

    def publish(
        self,
        name: str,
        gathered: Sequence[Gathered],
        *,
        seed: int,
        sources: Iterable[str],
        told: Told | None = None,
    ) -> tuple[Manifest, bool]:
        """Write the next version; returns the newest as it is, and False, if it holds exactly the same.

        Raises:
            ForgeError: somebody else wrote that version meanwhile.
        """
        samples, digests = [], set()
        for number, one in enumerate(sorted(gathered, key=lambda one: one.sample.name), 1):
            digest = self._put_pages(name, one.pages)
            digests.add(digest)
            samples.append(replace(one.sample, pages_sha256=digest))
            if told:
                told(number, len(gathered))
        text = text_of(samples).encode()
        manifest = Manifest(
            name=name,
            version=(self.versions(name) or [0])[-1] + 1,
            digest=digest_of(text, digests),
            samples_sha256=hashlib.sha256(text).hexdigest(),
            documents=len(samples),
            seed=seed,
            sources=tuple(sources),
            code_version=__version__,
            created=datetime.now(UTC),
        )
        if manifest.version > 1 and (newest := self.manifest(name)).digest == manifest.digest:
            return newest, False
        self._objects.put(
            self._bucket, f"{name}/samples/{manifest.samples_sha256}.jsonl", text, _LINES, create_only=True
        )
        key, content = self._manifest_key(name, manifest.version), manifest.model_dump_json(indent=1).encode()
        if self._objects.put(self._bucket, key, content, "application/json", create_only=True) is None:
            raise ForgeError(f"Somebody else wrote {manifest.label} meanwhile. Build again: what was read is kept.")
        return manifest, True

    def fetch(
        self, manifest: Manifest, to: Path, splits: Iterable[Split] = SPLITS, told: Told | None = None
    ) -> list[Sample]:
        """Write some parts of a version to a folder, as `samples` describes it; returns its documents.

        What is not asked for is not in the folder at all, neither pages nor labels. Pages that are there already
        and hold the right bytes are not fetched again.

        Raises:
            ForgeError: page records hold other bytes than were written.
        """
        wanted = set(splits)
        chosen = [sample for sample in self.samples(manifest) if sample.split in wanted]
        (to / "pages").mkdir(parents=True, exist_ok=True)
        for number, sample in enumerate(chosen, 1):
            self._fetch_pages(manifest, sample, sample.pages(to))
            if told:
                told(number, len(chosen))
        write_samples(to, chosen)
        (to / "dataset.json").write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
        return chosen

    def _fetch_pages(self, manifest: Manifest, sample: Sample, file: Path) -> None:
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sample.pages_sha256:
            return
        content = self._read(f"{manifest.name}/pages/{sample.pages_sha256}.jsonl")
        if hashlib.sha256(content).hexdigest() != sample.pages_sha256:
            raise ForgeError(f"Pages of {sample.name} in {manifest.label} were changed in the bucket.")
        file.write_bytes(content)

    def _put_pages(self, name: str, pages: Path) -> str:
        content = pages.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        self._objects.put(self._bucket, f"{named(name)}/pages/{digest}.jsonl", content, _LINES, create_only=True)
        return digest

    def _manifest_key(self, name: str, version: int) -> str:
        return f"{name}/versions/{version:06}.json"

    def _keys(self, prefix: str) -> list[str]:
        try:
            return list(self._objects.keys(self._bucket, prefix))
        except ArtefactMissing:
            return []  # an installation that is older than the forge has no such bucket yet

    def _read(self, key: str) -> bytes:
        found = self._objects.info(self._bucket, key)
        if found is None:
            raise NotThere(f"{self._bucket}: {key} is not there.")
        return self._objects.read(found.ref)


def digest_of(samples: bytes, pages: Iterable[str]) -> str:
    """What names the content of a version: samples, then the digests of all page records in order."""
    return hashlib.sha256(samples + "".join(f"{one}\n" for one in sorted(pages)).encode()).hexdigest()
