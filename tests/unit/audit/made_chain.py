"""Chains as the writer writes them, in a folder, and ways to spoil them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.heads import Heads, Signer
from processors.audit.record import line
from processors.audit.tip import tip_of
from processors.audit.verifying import Report, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


@dataclass
class Clock:
    """A time that moves when it is told to."""

    now: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Made:
    """A chain in a folder."""

    folder: Folder
    clock: Clock = field(default_factory=Clock)

    def write(self, *segments: int, head: bool = True) -> None:
        """Write segments of so many events each; a signed head behind them."""
        chain = Chain(self.folder, "0", tip_of(self.folder, "0"), seconds=60, now=self.clock)
        for count in segments:
            for _ in range(count):
                offset = chain.positions.get(("documents.arrived", 0), 0)
                body = {"event": f"e{offset}", "sha256": "ab" * 32, "subject": "5f" * 16}
                chain.event("documents.arrived", 0, offset, "event", body)
            chain.seal()
            chain.store()
            self.clock.pass_(seconds=1)
        if head:
            heads = Heads(self.folder, "0", Signer(KEY))
            heads.sign(self.clock(), self.clock().date().isoformat(), "interval", {"0": chain.stored})

    def verify(self, key: Ed25519PrivateKey = KEY) -> Report:
        return verify(self.folder, [key.public_key()])

    @property
    def segments(self) -> list[Path]:
        return sorted((self.folder.root / "chains/0").iterdir())

    @property
    def heads(self) -> list[Path]:
        return sorted((self.folder.root / "heads/0").iterdir())

    def lines(self) -> list[bytes]:
        """Every record of the chain."""
        return [line for path in self.segments for line in path.read_bytes().splitlines()]

    def change(self, how: Callable[[list[bytes]], list[bytes]]) -> None:
        """Change the list of records; each segment keeps its number of lines as far as they go."""
        sizes = [len(path.read_bytes().splitlines()) for path in self.segments]
        changed = how(self.lines())
        for number, (path, size) in enumerate(zip(self.segments, sizes, strict=True)):
            mine = changed if number == len(sizes) - 1 else changed[:size]
            changed = changed[len(mine) :]
            path.write_bytes(b"".join(line + b"\n" for line in mine))


def rehashed(text: bytes, **changes: Any) -> bytes:
    """A record with other contents and the digest that goes with them."""
    record = json.loads(text) | changes
    sequence, previous = record.pop("sequence"), record.pop("previous")
    chain, _ = record.pop("chain"), record.pop("hash")
    return line(chain, sequence, previous, record)[0]


def relinked(texts: list[bytes], start: int) -> list[bytes]:
    """The records with all digests from index `start` on computed again."""
    done = list(texts)
    for index in range(max(start, 1), len(done)):
        before = json.loads(done[index - 1])["hash"]
        done[index] = rehashed(done[index], previous=before)
    return done
