"""The artefact "decision": what a person said about a document under review; create-only, read by publish."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Literal

from pydantic import Field

from processors.events import Evidence, PageRange, Record
from processors.names import person

Says = Literal["values", "type", "set_aside", "cut"]

#: Notes of evidence, see `docs/reasons.md`.
CONFIRMED: Final = "confirmed_by_person"
POINTED: Final = "by_person"
READ: Final = "read_by_person"
ENTERED: Final = "entered_by_person"
ABSENT: Final = "absent_by_person"
#: Note on a document whose type a person told.
TYPE_TOLD: Final = "type_by_person"
#: More people are never asked: the third settles it.
MOST_LOOKS: Final = 3


class Look(Record):
    """One person's word, after having looked at the pages."""

    #: id of the event that asked for the review, and the run that it ended
    review: str
    run: str
    #: who looked, and when
    by: str
    at: datetime
    says: Says
    #: for what it is set aside, a quarantine reason; "" otherwise
    reason: str = ""
    #: the document's type; of "type" the one that it should have been
    type: str = ""
    type_version: str = ""
    #: as they are to be released, all of them; an absent one is null
    values: dict[str, Any] = Field(default_factory=dict)
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    #: rules that the values break because the document does
    accepted_rules: tuple[str, ...] = ()
    #: of "cut": the pages, counted from 1, with which a further document begins; see `parts`
    cuts: tuple[int, ...] = ()
    #: whether another person must look, too; decided with the first look, whatever the settings say later
    second: bool = False
    #: id of the result that a result of this decision replaces
    supersedes: str = ""

    def agrees(self, other: Look) -> bool:
        """Whether both say the same; where a value stands on the page is not compared."""
        return self._word == other._word

    @property
    def _word(self) -> tuple[object, ...]:
        return self.says, self.reason, self.type, self.values, set(self.accepted_rules), self.cuts


@dataclass(frozen=True)
class Settled:
    """The look that counts."""

    #: counted from 1
    number: int
    look: Look
    #: who said the same without knowing it, "" if nobody was asked
    confirmed_by: str = ""


def settled(looks: Sequence[Look]) -> Settled | None:
    """What counts of these looks, in their order; None while another person must look.

    One counts alone where no second was asked for. Two that say the same count. Where they differ, the third, who
    knows both answers, settles it.
    """
    if not looks:
        return None
    if not looks[0].second:
        return Settled(1, looks[0])
    if len(looks) > 1 and looks[0].agrees(looks[1]):
        return Settled(1, looks[0], looks[1].by)
    return Settled(MOST_LOOKS, looks[MOST_LOOKS - 1]) if len(looks) >= MOST_LOOKS else None


def are_cuts(cuts: Sequence[int]) -> bool:
    """Whether these pages can begin further documents: the first page begins the first, and they ascend."""
    return bool(cuts) and cuts[0] > 1 and all(one < following for one, following in pairwise(cuts))


def parts(cuts: Sequence[int], pages: int) -> tuple[PageRange, ...]:
    """The documents that a packet is cut into, by their pages.

    Args:
        cuts: the pages with which a further document begins, see `are_cuts`
        pages: of the packet

    Raises:
        ValueError: the packet has no such pages, or these are no cuts.
    """
    if not are_cuts(cuts) or cuts[-1] > pages:
        raise ValueError("no cuts of this document")
    return tuple(PageRange(first=first, last=following - 1) for first, following in pairwise((1, *cuts, pages + 1)))


def may_look(looks: Sequence[Look], by: str) -> bool:
    """Whether this person has not looked yet: nobody confirms themselves."""
    return person(by) not in {person(look.by) for look in looks}


def is_sampled(review: str, share: float) -> bool:
    """Whether a second person is to look: by the review's id, so that nobody chooses it.

    Args:
        review: id of the event that asked for it
        share: 0 to 1
    """
    place = int.from_bytes(hashlib.sha256(f"second look {review}".encode()).digest()[:4], "big")
    return place < share * 2**32
