"""An object store with all its versions, locks and holds, for who disposes of documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
