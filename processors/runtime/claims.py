"""Who took a document in: one record on one Kafka, so that an upload that is announced twice is worked on once.

A claim names the record, not the worker: the same record delivered again after a crash goes on. It names the Kafka
as well. Where Kafka was built anew and the object store was kept, a claim of the old one names a record that nobody
will ever deliver: the first record of the new Kafka that announces the document takes over, unless the document has
ended. That claim stands beside the old one, create-only as well, so that of two such records one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from processors.events import DocumentId, Origin
from processors.places import claim_key, ended_key
from processors.ports import Objects
from processors.runtime.firsts import first_bytes


@dataclass(frozen=True)
class Claim:
    """A record that took a document in."""

    #: the id of the Kafka that holds the record; "" where an earlier version of Chancery did not say
    cluster: str
    #: topic/partition/offset
    record: str
    #: when it was taken, by the store's clock; None for one that was not read from the store
    at: datetime | None = None

    @classmethod
    def of(cls, origin: Origin, cluster: str) -> Claim:
        """The claim that this record makes."""
        return cls(cluster, f"{origin.topic}/{origin.partition}/{origin.offset}")

    @classmethod
    def read(cls, written: bytes, at: datetime | None = None) -> Claim:
        """What `written` says. A topic holds no slash: of four parts the first is the cluster, three have none."""
        text = written.decode()
        cluster, _, record = text.partition("/") if text.count("/") == 3 else ("", "", text)
        return cls(cluster, record, at)

    @property
    def written(self) -> bytes:
        """What stands in the store."""
        return f"{self.cluster}/{self.record}".encode() if self.cluster else self.record.encode()

    def is_of_another(self, cluster: str) -> bool:
        """Whether its record lies on another Kafka than this one."""
        return self.cluster not in ("", cluster)


class Claims:
    """The claims of an installation, as seen from one Kafka."""

    def __init__(self, objects: Objects, work_bucket: str, cluster: str) -> None:
        self._objects, self._bucket, self._cluster = objects, work_bucket, cluster

    def take(self, document: DocumentId, origin: Origin) -> bool:
        """Take the document in for this record; False if another announced it before (MinIO repeats itself)."""
        mine = Claim.of(origin, self._cluster)
        first = Claim.read(first_bytes(self._objects, self._bucket, claim_key(document), mine.written))
        if not first.is_of_another(self._cluster):
            return first.record == mine.record
        key = claim_key(document, self._cluster)
        # Looked for first: what took over and then ended the document says so again when it is delivered again.
        if self._read(key) is None and self.ended(document):
            return False
        return first_bytes(self._objects, self._bucket, key, mine.written) == mine.written

    def find(self, document: DocumentId) -> Claim | None:
        """The claim that counts on this Kafka: its own, else an earlier one; None where there is none."""
        return self._read(claim_key(document, self._cluster)) or self._read(claim_key(document))

    def ended(self, document: DocumentId) -> bool:
        """Whether an end was claimed for this run of the document."""
        return self._objects.info(self._bucket, ended_key(document)) is not None

    def release(self, document: DocumentId) -> None:
        """Let the next announcement take the document in. Only for one that no record will bring on."""
        self._objects.delete(self._bucket, claim_key(document, self._cluster))
        self._objects.delete(self._bucket, claim_key(document))

    def _read(self, key: str) -> Claim | None:
        there = self._objects.info(self._bucket, key)
        return None if there is None else Claim.read(self._objects.read(there.ref), there.modified)
