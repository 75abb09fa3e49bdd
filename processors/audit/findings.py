"""What verification can find, each with the place that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from processors.meaning import Explained


class Fault(str, Explained):
    """What is wrong; `meaning` is the sentence for people."""

    EDITED = "edited", "The record is not what was written."
    DROPPED = "dropped", "Records are missing here."
    INSERTED = "inserted", "A record stands here that does not belong here."
    SWAPPED = "swapped", "The record stands in the place of another."
    TRUNCATED = "truncated", "Records are missing at the end: a signed head names more than there are."
    REWRITTEN = (
        "rewritten",
        "Records were changed and all later hashes computed again: a signed head says otherwise.",
    )
    DOUBLED = "doubled", "The same record of a topic stands in the chain twice."
    UNSEALED = "unsealed", "The last segment has no seal: its end is missing."
    OVERWRITTEN = "overwritten", "The object has a second version; the first one was read."
    HIDDEN = "hidden", "Somebody deleted the object; its first version is still there and was read."
    MISNAMED = "misnamed", "The object does not begin with the record that its name says."
    HEAD_FORGED = "head_forged", "The head is not signed by the given key, or was changed."
    HEAD_MISSING = "head_missing", "A signed head is missing here, or stands in another's place."
    NO_HEADS = "no_heads", "There is no signed head: nothing shows that the chain is the one that was written."
    BEHIND = "behind", "Kafka remembers more records as written than the chain holds: its end is missing."


@dataclass(frozen=True)
class Finding:
    """One fault and its place."""

    fault: Fault
    #: the chain, or the slot of a head
    chain: str
    #: the record's number, or the head's; where it cannot be told exactly, the first that it may be
    first: int
    #: the last that it may be
    last: int
    #: the key of the object, "" where the record is in none
    key: str = ""
    #: when the record was written, as it says itself, or the one before it: "2026-11-24T10:00:00.000+00:00"
    at: str = ""
    #: such as "not linked to record 6"
    detail: str = ""

    @property
    def day(self) -> str:
        """The day of the record, "" where none is told."""
        return self.at[:10]
