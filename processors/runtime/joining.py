"""Fan-in without a state store: the part that completes the set writes a manifest, create-only, naming its event.

The event that the manifest names emits what follows, also when it is delivered again after a crash, and no other
does. It works because every part is stored before its worker looks: of two parts that finish together, the one that
looks later sees both, and of two that see both, one wins the manifest.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from processors.errors import ArtefactMissing, StageFailed
from processors.events import DocumentId, Ref
from processors.places import Buckets, artefact_key
from processors.ports import Objects
from processors.runtime.firsts import first_bytes, first_file
from processors.runtime.scratch import Folder
from processors.stage import MOST_ARTEFACT_BYTES, Join


@dataclass(frozen=True)
class Part:
    """One part's view of its set."""

    join: Join
    document: DocumentId
    stage: str
    #: what the manifest names
    work_id: str

    def key(self, name: str) -> str:
        """The key of an artefact of this stage."""
        return artefact_key(self.document, self.stage, name)


@dataclass(frozen=True)
class Whole:
    """All parts, one behind the other."""

    ref: Ref
    #: the same bytes in the scratch folder
    path: Path


def complete(part: Part, objects: Objects, buckets: Buckets, scratch: Folder) -> Whole | None:
    """The whole that the parts make, if this work is the one that completes them; else None.

    Raises:
        StageFailed: the whole is too large to be written create-only.
    """
    bucket = buckets.documents
    there = set(objects.keys(bucket, part.key("")))
    if not all(part.key(name) in there for name in part.join.parts):
        return None
    return _whole(part, objects, bucket, scratch) if _mine(part, objects, bucket) else None


def _mine(part: Part, objects: Objects, bucket: str) -> bool:
    key = part.key(f"{part.join.whole}.manifest")
    return first_bytes(objects, bucket, key, part.work_id.encode()) == part.work_id.encode()


def _whole(part: Part, objects: Objects, bucket: str, scratch: Folder) -> Whole:
    """The parts one behind the other; memory does not grow with them."""
    path = scratch.work / part.join.whole
    with path.open("wb") as whole:
        for name in part.join.parts:
            piece = scratch.work / f".{name}"
            objects.fetch(_existing(objects, bucket, part.key(name)), piece)
            with piece.open("rb") as source:
                shutil.copyfileobj(source, whole)
            piece.unlink()
            if whole.tell() > MOST_ARTEFACT_BYTES:
                raise StageFailed(f"whole larger than {MOST_ARTEFACT_BYTES} bytes")
    return Whole(first_file(objects, bucket, part.key(part.join.whole), path, part.join.media_type), path)


def _existing(objects: Objects, bucket: str, key: str) -> Ref:
    there = objects.info(bucket, key)
    if there is None:
        raise ArtefactMissing(key)
    return there.ref
