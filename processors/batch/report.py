"""What a comparison found: counts by agency, and each document that stands still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from processors.meaning import Explained


class Standstill(str, Explained):
    """Why a document goes no further; `meaning` is the sentence for people."""

    IN_LINE = "in_line", "It waits before a stage: see whether that stage's workers run and keep up."
    LOST = "lost", "No topic holds a record that would bring it on: --resume puts it before the door again."
    END_UNTOLD = "end_untold", "Its end stands in the store and on no topic: --resume publishes that very end."
    TAKEN_OVER = "taken_over", "It was taken in on a Kafka that is no more: it was put before the door again."
    UNREADABLE = (
        "unreadable",
        "A stage could not read its record, which is a dead letter: mend what the code says, then --resume.",
    )
    UNKNOWN_NAME = "unknown_name", "The ledger cannot write its name as it is: upload it again."


@dataclass
class Inbox:
    """What was found in one inbox. Counts are of object versions."""

    #: listed, delete markers not among them
    seen: int = 0
    delete_markers: int = 0
    #: older than what an earlier comparison has proven: not asked for again
    proven: int = 0
    #: the ledger knows them
    known: int = 0
    #: on their way: younger than the grace period
    young: int = 0
    #: on their way: announced, and not yet taken in by intake
    announced: int = 0
    #: on their way: taken in, and not yet in the ledger
    taken_in: int = 0
    #: announced by nobody
    missing: int = 0
    #: of these, announced by us
    re_emitted: int = 0
    #: what keeps it from announcing
    faults: tuple[str, ...] = ()
    #: whether that was put right
    mended: bool = False


@dataclass(frozen=True)
class Still:
    """A document of which there was no news for long."""

    document: str
    run: str
    agency: str
    #: the stage that holds it
    stage: str
    #: last news
    since: datetime
    why: Standstill
    #: it was put on its way again
    resumed: bool = False
    #: of an unreadable record: an error code of `docs/reasons.md`
    reason: str = ""


@dataclass
class Report:
    """The outcome of one comparison."""

    started: datetime
    #: which Kafka
    cluster: str
    #: inboxes as a whole, not only what no earlier comparison has proven
    whole: bool
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    still: list[Still] = field(default_factory=list)
    #: documents whose review was decided and not sent: a console was ended in between; they are sent now
    decided: list[str] = field(default_factory=list)
    #: more documents stand still than one comparison looks at
    more_still: bool = False

    @property
    def found(self) -> bool:
        """Whether a person should look: something was lost, keeps being lost, or goes no further by itself."""
        return any(inbox.missing or inbox.faults for inbox in self.inboxes.values()) or any(
            one.why is not Standstill.IN_LINE for one in self.still
        )

    def by_stage(self) -> list[tuple[str, str, Standstill, int, int, datetime]]:
        """What stands still: agency, stage, why, how many, how many of them resumed, since when the oldest does."""
        groups: dict[tuple[str, str, Standstill], list[Still]] = {}
        for one in self.still:
            groups.setdefault((one.agency, one.stage, one.why), []).append(one)
        return [
            (*group, len(ones), sum(one.resumed for one in ones), min(one.since for one in ones))
            for group, ones in sorted(groups.items())
        ]

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The report for a program."""
        return {
            "started": self.started,
            "cluster": self.cluster,
            "whole": self.whole,
            "found": self.found,
            "inboxes": {agency: asdict(inbox) for agency, inbox in self.inboxes.items()},
            "still": list(_described(self.still, now)),
            "decided": self.decided,
            "more_still": self.more_still,
        }


def _described(still: Iterable[Still], now: datetime) -> Iterable[dict[str, Any]]:
    for one in still:
        yield asdict(one) | {"why": one.why.value, "age_seconds": round((now - one.since).total_seconds())}
