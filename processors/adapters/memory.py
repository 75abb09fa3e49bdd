"""Fakes behind the same ports, for tests, notebooks and trials; the contract suites hold them to the real ones."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from processors.errors import ArtefactMissing
from processors.events import Origin, Ref
from processors.pipeline import DEAD_LETTERS
from processors.ports import Incoming, Lock, ObjectInfo, Outgoing


@dataclass(frozen=True)
class _Version:
    ref: Ref
    content: bytes
    metadata: dict[str, str]
    modified: datetime


class MemoryObjects:
    """An object store in a dictionary; every bucket exists and keeps versions."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], list[_Version]] = {}
        #: by bucket, key and version id; enforced by `memory_vault.py`
        self.locks: dict[tuple[str, str, str], Lock] = {}

    def put(
        self,
        bucket: str,
        key: str,
        content: Path | bytes,
        media_type: str,
        *,
        create_only: bool = False,
        lock: Lock | None = None,
    ) -> Ref | None:
        """See `ports.Objects`."""
        if create_only and self.info(bucket, key) is not None:
            return None
        data = content if isinstance(content, bytes) else content.read_bytes()
        return self._add(bucket, key, data, media_type, lock)

    def info(self, bucket: str, key: str, version_id: str = "") -> ObjectInfo | None:
        """See `ports.Objects`."""
        version = self._find(bucket, key, version_id)
        return None if version is None else ObjectInfo(version.ref, version.metadata, version.modified)

    def read(self, ref: Ref) -> bytes:
        """See `ports.Objects`."""
        version = self._find(ref.bucket, ref.key, ref.version_id)
        if version is None:
            raise ArtefactMissing(f"{ref.bucket}: NoSuchKey")
        return version.content

    def fetch(self, ref: Ref, to: Path) -> str:
        """See `ports.Objects`."""
        content = self.read(ref)
        to.write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def copy(
        self, source: Ref, bucket: str, key: str, *, sha256: str, media_type: str, lock: Lock | None = None
    ) -> Ref:
        """See `ports.Objects`."""
        there = self.info(bucket, key)
        return there.ref if there else self._add(bucket, key, self.read(source), media_type, lock)

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """See `ports.Objects`."""
        yield from sorted(key for where, key in self._versions if where == bucket and key.startswith(prefix))

    def buckets(self) -> set[str]:
        """The buckets in which something lies."""
        return {bucket for bucket, _ in self._versions}

    def versions(self, bucket: str) -> Iterator[ObjectInfo]:
        """Every version in a bucket, by key, the newest of a key first."""
        for where, key in sorted(self._versions):
            if where == bucket:
                for version in reversed(self._versions[where, key]):
                    yield ObjectInfo(version.ref, version.metadata, version.modified)

    def forget(self, bucket: str, key: str, version_id: str) -> None:
        """Take one version away; no error if it does not exist."""
        left = [v for v in self._versions.get((bucket, key), []) if v.ref.version_id != version_id]
        self._versions.pop((bucket, key), None)
        if left:
            self._versions[bucket, key] = left

    def delete(self, bucket: str, key: str) -> None:
        """See `ports.Objects`. Without a delete marker: what is gone is gone."""
        self._versions.pop((bucket, key), None)

    def _add(self, bucket: str, key: str, data: bytes, media_type: str, lock: Lock | None) -> Ref:
        ref = Ref(
            bucket=bucket,
            key=key,
            version_id=str(uuid.uuid4()),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            media_type=media_type,
        )
        version = _Version(ref, data, {"sha256": ref.sha256}, datetime.now(UTC))
        self._versions.setdefault((bucket, key), []).append(version)
        if lock is not None:
            self.locks[bucket, key, ref.version_id] = lock
        return ref

    def _find(self, bucket: str, key: str, version_id: str) -> _Version | None:
        versions = self._versions.get((bucket, key), [])
        if not version_id:
            return versions[-1] if versions else None
        return next((v for v in versions if v.ref.version_id == version_id), None)


@dataclass
class MemoryTopics:
    """Topics of one partition each, and what each group has committed."""

    records: dict[str, list[Outgoing]] = field(default_factory=dict)
    committed: dict[tuple[str, str], int] = field(default_factory=dict)

    def write(self, topic: str, value: bytes, key: bytes = b"", trace: str = "") -> None:
        """Append a record."""
        self.records.setdefault(topic, []).append(Outgoing(topic, key, value, trace))

    @property
    def dead_letters(self) -> list[bytes]:
        """The values on the dead-letter topic."""
        return [record.value for record in self.records.get(DEAD_LETTERS, [])]


class MemoryLog:
    """One reader in memory; see `ports.Log`. Of several topics it reads a later one when the earlier are empty."""

    def __init__(self, topics: MemoryTopics, *, group: str, reads: Sequence[str], batch: int = 1) -> None:
        self._topics, self._group, self._batch = topics, group, batch
        self._positions = {topic: topics.committed.get((group, topic), 0) for topic in reads}
        self._open: list[Incoming] = []

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """See `ports.Log`; never waits."""
        if self._open:
            return ()
        for topic, position in self._positions.items():
            records = self._topics.records.get(topic, [])[position : position + self._batch]
            if records:
                self._open = [
                    Incoming(Origin(topic=topic, partition=0, offset=position + n), r.key, r.value, r.trace)
                    for n, r in enumerate(records)
                ]
                self._positions[topic] += len(self._open)
                break
        return tuple(self._open)

    def owned(self, origin: Origin) -> bool:
        """See `ports.Log`; there is nobody else."""
        return True

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        """See `ports.Log`."""
        for output in outputs:
            self._topics.records.setdefault(output.topic, []).append(output)
        for incoming in done:
            self._positions[incoming.origin.topic] = incoming.origin.offset + 1
            self._topics.committed[self._group, incoming.origin.topic] = incoming.origin.offset + 1
        self._open = []

    def rewind(self) -> None:
        """See `ports.Log`."""
        if self._open:
            self._positions[self._open[0].origin.topic] = self._open[0].origin.offset
        self._open = []

    def close(self) -> None:
        """See `ports.Log`."""
        self._open = []
