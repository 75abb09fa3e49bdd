"""The doors to the outside: an object store and a log of events. `adapters/` holds what stands behind them.

Every adapter raises only `PipelineError`s: `DependencyUnavailable` when the server does not answer, and
`ArtefactMissing` when an object that must exist does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from processors.events import Origin, Ref

__all__ = [
    "Cursor",
    "Inboxes",
    "Incoming",
    "Lock",
    "Log",
    "ObjectInfo",
    "Objects",
    "Outgoing",
    "Reached",
    "Stored",
    "Topics",
    "Vault",
    "Version",
]


@dataclass(frozen=True)
class ObjectInfo:
    """What the store says about an object version."""

    ref: Ref
    #: user metadata, keys in lower case
    metadata: Mapping[str, str]
    modified: datetime


@dataclass(frozen=True)
class Lock:
    """Until when an object version may not be deleted."""

    until: datetime
    #: GOVERNANCE or COMPLIANCE
    mode: str


class Objects(Protocol):
    """An S3-like store. Keys are ours unless they come from a notification; they never become a path."""

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
        """Store an object and return where it lies; with `create_only`, None if the key is taken already.

        The content's sha256 is kept as user metadata, so that `info` can tell it again.
        """
        ...

    def info(self, bucket: str, key: str, version_id: str = "") -> ObjectInfo | None:
        """What is known of an object version (newest without `version_id`); None if it does not exist."""
        ...

    def read(self, ref: Ref) -> bytes:
        """A small object's bytes."""
        ...

    def fetch(self, ref: Ref, to: Path) -> str:
        """Write an object version to a local file and return its sha256; memory does not grow with its size."""
        ...

    def copy(
        self, source: Ref, bucket: str, key: str, *, sha256: str, media_type: str, lock: Lock | None = None
    ) -> Ref:
        """Copy on the server, create-only: the object that is there already wins and is returned."""
        ...

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """The keys below `prefix`, in order."""
        ...

    def delete(self, bucket: str, key: str) -> None:
        """Remove an object; no error if it does not exist."""
        ...


@dataclass(frozen=True)
class Stored:
    """An object version, or the mark of a deletion, as who disposes of it sees it."""

    bucket: str
    #: untrusted where the bucket is an inbox
    key: str
    #: "" where the bucket keeps none
    version_id: str
    #: bytes; 0 of a mark
    size: int = 0
    #: says only that the object was deleted; the versions before it are still there
    delete_marker: bool = False


class Vault(Protocol):
    """Every version of what is stored, for who places holds and disposes. Nobody is let past a lock or a hold."""

    def versions(self, bucket: str, prefix: str) -> Iterator[Stored]:
        """Every object version and mark of a deletion below `prefix`, by key; memory does not grow with them."""
        ...

    def locked_until(self, one: Stored) -> datetime | None:
        """Until when the version may not be deleted; None where it is under no lock."""
        ...

    def hold(self, one: Stored, *, on: bool) -> bool:
        """Place a legal hold on a version, or lift it; False where its bucket or its store knows no holds.

        Raises:
            ArtefactMissing: there is no such version.
        """
        ...

    def held(self, one: Stored) -> bool:
        """Whether the store holds the version."""
        ...

    def remove(self, one: Stored) -> bool:
        """Delete this very version for good; False where a lock or a hold forbids it. Gone already is deleted."""
        ...


@dataclass(frozen=True)
class Version:
    """An object version as a listing shows it."""

    #: untrusted: chosen by the sender
    key: str
    version_id: str
    #: by the store's clock
    modified: datetime
    #: says only that the object was deleted; the versions before it are still there
    delete_marker: bool = False


class Inboxes(Protocol):
    """The agencies' inboxes as a whole, for who compares them with what the pipeline knows."""

    def now(self) -> datetime:
        """The store's clock, which also dates its objects."""
        ...

    def agencies(self) -> tuple[str, ...]:
        """Who has an inbox, in order."""
        ...

    def versions(self, agency: str) -> Iterator[Version]:
        """Every object version in an agency's inbox, by key; memory does not grow with them."""
        ...

    def faults(self, agency: str) -> tuple[str, ...]:
        """What keeps the inbox from announcing what lands, in words; empty where all is well."""
        ...

    def mend(self, agency: str) -> None:
        """Let the inbox keep versions and announce what lands, and leave other people's rules as they are."""
        ...


@dataclass(frozen=True)
class Incoming:
    """A record as it lies on a topic (without the installation's prefix)."""

    origin: Origin
    key: bytes
    value: bytes


@dataclass(frozen=True)
class Outgoing:
    """A record to be written."""

    topic: str
    key: bytes
    value: bytes


class Log(Protocol):
    """A transactional reader and writer of topics, for one worker slot.

    Outputs and the positions of the inputs that caused them become visible together or not at all.
    """

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """The next records, at most the batch size.

        After records were returned, nothing more comes until `commit` or `rewind`, but `poll` must still be called
        so that the group keeps this member.
        """
        ...

    def owned(self, origin: Origin) -> bool:
        """Whether this member still owns the partition; if not, its result must be discarded."""
        ...

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        """Write `outputs` and the positions after `done` in one transaction, then let `poll` go on.

        Raises:
            DependencyUnavailable: nothing was written and the reader stands at its last committed position.
        """
        ...

    def rewind(self) -> None:
        """Give the records of the last `poll` back: the next `poll` returns what was not committed."""
        ...

    def close(self) -> None:
        """Leave; uncommitted records are read again by whoever comes next."""
        ...


class Topics(Protocol):
    """The topics as a whole: what lies before a stage, and a way to put something there."""

    @property
    def cluster(self) -> str:
        """Names this Kafka: another name once it was built anew."""
        ...

    def names(self) -> tuple[str, ...]:
        """The topics that exist, without the installation's prefix."""
        ...

    def waiting(self, group: str, topics: Sequence[str]) -> Iterator[Incoming]:
        """What `group` has not dealt with yet at this moment, in no order; memory does not grow with it.

        Raises:
            DependencyUnavailable: also where a transaction stays open, so that nobody can tell.
        """
        ...

    def write(self, records: Sequence[Outgoing]) -> None:
        """Write records; returns once Kafka has them all. After an error some may be there."""
        ...


@dataclass(frozen=True)
class Reached:
    """How far a list was worked off."""

    #: entries of the list, from its beginning
    entries: int = 0
    #: of these, those for which nothing was written
    left_out: int = 0


class Cursor(Protocol):
    """Writes records and how far a list was worked off: both or neither, so that a kill doubles nothing."""

    def reached(self) -> Reached:
        """Fence whoever worked on this list before, end what it left open, and tell how far it came.

        Raises:
            DependencyUnavailable: Kafka does not answer.
            SlotTaken: another process works on this list.
        """
        ...

    def write(self, records: Sequence[Outgoing], reached: Reached) -> None:
        """Write records and how far they bring the list. After an error only `reached` tells what became of them.

        Raises:
            DependencyUnavailable: Kafka does not answer.
            SlotTaken: another process works on this list.
        """
        ...

    def close(self) -> None:
        """Disconnect."""
        ...
