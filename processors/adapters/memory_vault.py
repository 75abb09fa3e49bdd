"""A fake of the vault over the fake of the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from processors.adapters.memory import MemoryObjects
from processors.errors import ArtefactMissing
from processors.ports import Stored


@dataclass
class MemoryVault:
    """See `ports.Vault`. Its clock may be set, and what was asked of it is counted."""

    objects: MemoryObjects
    #: buckets without legal holds
    without: frozenset[str] = frozenset()
    clock: datetime | None = None
    holds: set[Stored] = field(default_factory=set)
    #: what was deleted, in this order
    removed: list[Stored] = field(default_factory=list)

    def versions(self, bucket: str, prefix: str) -> Iterator[Stored]:
        """See `ports.Vault`."""
        for info in tuple(self.objects.versions(bucket)):
            if info.ref.key.startswith(prefix):
                yield Stored(bucket, info.ref.key, info.ref.version_id, info.ref.size)

    def locked_until(self, one: Stored) -> datetime | None:
        """See `ports.Vault`."""
        lock = self.objects.locks.get((one.bucket, one.key, one.version_id))
        return None if lock is None else lock.until

    def hold(self, one: Stored, *, on: bool) -> bool:
        """See `ports.Vault`."""
        if one.bucket in self.without:
            return False
        if self.objects.info(one.bucket, one.key, one.version_id) is None:
            raise ArtefactMissing(f"{one.bucket}: NoSuchVersion")
        self.holds = self.holds | {_named(one)} if on else self.holds - {_named(one)}
        return True

    def held(self, one: Stored) -> bool:
        """See `ports.Vault`."""
        return _named(one) in self.holds

    def remove(self, one: Stored) -> bool:
        """See `ports.Vault`."""
        until = self.locked_until(one)
        if self.held(one) or (until is not None and until > (self.clock or datetime.now(UTC))):
            return False
        self.objects.forget(one.bucket, one.key, one.version_id)
        self.removed.append(one)
        return True


def _named(one: Stored) -> Stored:
    return Stored(one.bucket, one.key, one.version_id)
