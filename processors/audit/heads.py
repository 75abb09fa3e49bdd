"""Signed heads: at this time each chain had come so far, and this was the hash there.

A chain alone shows no change by somebody who computes all later hashes again, and no records that were cut off at
its end: a head does, since only the holder of the key can sign another. Each head names the hash of the one before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from processors.audit.keys import fingerprint
from processors.audit.record import canonical
from processors.audit.shelf import HEADS, Shelf, Stored, WritableShelf, head_key, last, number_of
from processors.audit.tip import Tip
from processors.errors import SlotTaken

#: Why a head was signed: a day is over, some minutes passed, the writer stopped, or it found unsigned records.
Occasion = Literal["day", "interval", "stop", "start"]
#: So that no signature of ours for another purpose passes for one of a head.
_PURPOSE = b"chancery audit head v1\n"


@dataclass(frozen=True)
class Signer:
    """Signs with a key."""

    key: Ed25519PrivateKey

    def head(
        self, slot: str, number: int, previous: str, at: datetime, day: str, why: Occasion, tips: Mapping[str, Tip]
    ) -> bytes:
        """A signed head, as it is stored."""
        body: dict[str, Any] = {
            "slot": slot,
            "number": number,
            "previous": previous,
            "at": at.isoformat(timespec="milliseconds"),
            "day": day,
            "occasion": why,
            "chains": {name: {"sequence": tip.sequence, "hash": tip.digest} for name, tip in tips.items()},
            "key": fingerprint(self.key.public_key()),
        }
        signature = self.key.sign(_PURPOSE + canonical(body)).hex()
        return canonical(body | {"signature": signature})


def is_signed(body: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether a head that was read back is signed by this key."""
    signed = {name: value for name, value in body.items() if name != "signature"}
    try:
        key.verify(bytes.fromhex(body["signature"]), _PURPOSE + canonical(signed))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True


class Heads:
    """The heads of one writer."""

    def __init__(self, shelf: WritableShelf, slot: str, signer: Signer) -> None:
        """Go on behind the last head."""
        self._shelf, self._slot, self._signer = shelf, slot, signer
        found = last(shelf, f"{HEADS}{slot}/", "json")
        #: of the last head, 0 where there is none
        self.number = number_of(found.key) if found else 0
        self._previous = digest_of(shelf, found) if found else ""

    def sign(self, at: datetime, day: str, why: Occasion, tips: Mapping[str, Tip]) -> int:
        """Sign how far the chains have come; returns the number of the head.

        Raises:
            SlotTaken: another process signs under this slot.
            DependencyUnavailable: the store does not answer.
        """
        number = self.number + 1
        head = self._signer.head(self._slot, number, self._previous, at, day, why, tips)
        if not self._shelf.put_new(head_key(self._slot, number), head):
            raise SlotTaken(f"audit head {number} of slot {self._slot} is there already")
        self.number, self._previous = number, hashlib.sha256(head).hexdigest()
        return number


def digest_of(shelf: Shelf, stored: Stored) -> str:
    """sha256 of a head as it is stored."""
    return hashlib.sha256(b"\n".join(shelf.lines(stored))).hexdigest()
