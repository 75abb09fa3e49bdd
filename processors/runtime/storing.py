"""What a stage made, stored; and kept, so that a repeated attempt need not make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from processors.errors import StageFailed
from processors.events import DocumentId, Ref
from processors.places import Buckets, artefact_key
from processors.ports import Objects
from processors.runtime.firsts import first_file
from processors.runtime.outcome import outcome_from_json, outcome_to_json
from processors.runtime.scratch import Folder
from processors.stage import MOST_ARTEFACT_BYTES, Done, Outcome


@dataclass(frozen=True)
class Stored:
    """An outcome whose artefacts lie in the documents bucket."""

    #: without artefacts: their files are gone
    done: Done
    #: artefact name -> where it lies
    refs: Mapping[str, Ref]
    #: role -> artefact name
    roles: Mapping[str, str]

    @property
    def by_role(self) -> dict[str, Ref]:
        """Role -> where it lies."""
        return {role: self.refs[name] for role, name in self.roles.items()}


def store(done: Done, document: DocumentId, stage: str, objects: Objects, buckets: Buckets) -> Stored:
    """Write the artefacts, create-only: what an earlier attempt wrote stays and is what events refer to.

    Raises:
        StageFailed: an artefact is too large to be written so.
    """
    for artefact in done.artefacts:
        if artefact.path.stat().st_size > MOST_ARTEFACT_BYTES:
            raise StageFailed(f"artefact larger than {MOST_ARTEFACT_BYTES} bytes")
    refs, roles = {}, {}
    for artefact in done.artefacts:
        key = artefact_key(document, stage, artefact.name)
        refs[artefact.name] = first_file(objects, buckets.documents, key, artefact.path, artefact.media_type)
        if artefact.role:
            roles[artefact.role] = artefact.name
    return Stored(replace(done, artefacts=()), refs, roles)


def keep(stored: Stored, stage: str, work_id: str, objects: Objects, buckets: Buckets) -> None:
    """Keep a costly outcome for an attempt that may have to be repeated."""
    record = {
        "done": outcome_to_json(stored.done),
        "refs": {name: ref.model_dump() for name, ref in stored.refs.items()},
        "roles": dict(stored.roles),
    }
    key = _key(stage, work_id)
    objects.put(buckets.work, key, json.dumps(record).encode(), "application/json", create_only=True)


def kept(stage: str, work_id: str, objects: Objects, buckets: Buckets, scratch: Folder) -> Stored | None:
    """What an earlier attempt kept; None if it did not get that far, or was of a version that we cannot read."""
    there = objects.info(buckets.work, _key(stage, work_id))
    if there is None:
        return None
    try:
        record = json.loads(objects.read(there.ref))
        done: Outcome = outcome_from_json(record["done"], scratch.work)
        refs = {name: Ref.model_validate(ref) for name, ref in record["refs"].items()}
        return Stored(done, refs, record["roles"]) if isinstance(done, Done) else None
    except (StageFailed, ValueError, KeyError, TypeError):
        return None


def _key(stage: str, work_id: str) -> str:
    return f"outcomes/{stage}/{work_id}"
