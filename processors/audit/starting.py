"""Where checking may begin: behind a signed head, which vouches for all before it.

A chain of years need not be read whole each day. What a head signed is taken as it says; what lies behind it is
checked as ever. So a change before it shows only where all is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from processors.audit.head_check import SignedHead, signed_head
from processors.audit.shelf import HEADS, Shelf, Stored, head_key, number_of


@dataclass(frozen=True)
class Start:
    """Heads to begin behind; none: at the beginning."""

    #: by slot
    heads: Mapping[str, SignedHead] = field(default_factory=dict)

    def of_chain(self, chain: str) -> tuple[int, str] | None:
        """The record behind which a chain is checked, and its digest; None: from its beginning."""
        tips = [head.chains[chain] for head in self.heads.values() if chain in head.chains]
        return max(tips, default=None)

    def behind(self, slot: str) -> str:
        """The key of the head behind which a slot's heads are checked; "": from the first."""
        head = self.heads.get(slot)
        return head_key(slot, head.number) if head else ""


#: All of it is checked.
BEGINNING = Start()


def start_before(shelf: Shelf, keys: Sequence[Ed25519PublicKey], day: date) -> Start:
    """The last heads that were signed before a day (UTC).

    Of each slot a few dozen heads are looked at, however many there are. Heads that somebody forged can only make
    the start an earlier one: what is taken is signed.
    """
    found: dict[str, SignedHead] = {}
    for slot in shelf.folders(HEADS):
        head = _last_before(shelf, keys, slot, day.isoformat())
        if head is not None:
            found[slot] = head
    return Start(found)


def _last_before(shelf: Shelf, keys: Sequence[Ed25519PublicKey], slot: str, day: str) -> SignedHead | None:
    def read(stored: Stored) -> SignedHead | None:
        head = signed_head(shelf, stored, keys)
        # A head in another's place is none of this place.
        return head if head and (head.slot, head.number) == (slot, number_of(stored.key)) else None

    def first_from(number: int) -> Stored | None:
        return next(shelf.stored(f"{HEADS}{slot}/", head_key(slot, number - 1)), None)

    best: SignedHead | None = None
    low, step = 0, 1
    # Ever longer steps while what is found is of an earlier day, then ever shorter ones.
    while (head := _readable(first_from, read, low + step)) is not None and head.at[:10] < day:
        best, low, step = head, head.number, step * 2
    while step > 1:
        step //= 2
        head = _readable(first_from, read, low + step)
        if head is not None and head.at[:10] < day and head.number > low:
            best, low = head, head.number
    return best


def _readable(
    first_from: Callable[[int], Stored | None], read: Callable[[Stored], SignedHead | None], number: int
) -> SignedHead | None:
    stored = first_from(number)
    return read(stored) if stored is not None else None
