"""The figures of one day, by agency and type: counts and durations, never anything that a document says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError

from processors.batch.daily.spread import Spread
from processors.batch.doors import Doors
from processors.events import DocumentId, Event, ResultReleased
from processors.places import end_key
from processors.record.days import Days

#: agency and type
Place = tuple[str, str]


@dataclass
class Group:
    """What happened to the documents of an agency and type."""

    arrived: int = 0
    #: by state and reason
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: from first seen to end, of first ways through: another run waits for people
    lasted: Spread = field(default_factory=Spread)
    #: how often a person was asked
    asked: int = 0
    #: decided by a person: all, those in which they changed something, and how many values that were
    decided: int = 0
    corrected: int = 0
    values_changed: int = 0

    def plus(self, other: Group) -> Group:
        """Both."""
        return Group(
            self.arrived + other.arrived,
            self.ends + other.ends,
            self.lasted.plus(other.lasted),
            self.asked + other.asked,
            self.decided + other.decided,
            self.corrected + other.corrected,
            self.values_changed + other.values_changed,
        )

    def told(self) -> dict[str, Any]:
        """As it is written down. A share of nothing is None."""
        ended = self.ends.total()
        extracted = self.asked + sum(many for (state, _), many in self.ends.items() if state == "result")
        return {
            "arrived": self.arrived,
            "ended": ended,
            "states": {
                state: sum(many for (one, _), many in self.ends.items() if one == state)
                for state in sorted({state for state, _ in self.ends})
            },
            "reasons": [
                {"state": state, "reason": reason, "documents": many}
                for (state, reason), many in sorted(self.ends.items())
                if reason
            ],
            "latency": {
                "documents": self.lasted.many,
                "p50": self.lasted.quantile(0.5),
                "p95": self.lasted.quantile(0.95),
            },
            "asked": self.asked,
            # Of what came as far as its fields: how often a person was asked, though some have decided by now.
            "review_rate": _share(self.asked, max(extracted - self.decided, self.asked)),
            "decided": self.decided,
            "corrected": self.corrected,
            "values_changed": self.values_changed,
            "corrected_share": _share(self.corrected, self.decided),
        }


def bounds(day: date) -> tuple[datetime, datetime]:
    """Beginning and end of a day (UTC)."""
    since = datetime.combine(day, time(), UTC)
    return since, since + timedelta(days=1)


def gather(doors: Doors, day: date) -> dict[Place, Group]:
    """What happened on a day, by agency and type; memory grows with these, and not with documents.

    Raises:
        DependencyUnavailable: a server does not answer; call again.
    """
    days, (since, until) = Days(doors.ledger.engine), bounds(day)
    groups: dict[Place, Group] = {}

    def group(place: Place) -> Group:
        return groups.setdefault(place, Group())

    for place, many in days.arrived(since, until).items():
        group(place).arrived += many
    for (agency, kind, state, reason), many in days.ended(since, until).items():
        group((agency, kind)).ends[state, reason] += many
    for one in days.lasted(since, until):
        if one.live:
            group((one.agency, one.type)).lasted.add(one.seconds)
    for place, many in days.asked(since, until).items():
        group(place).asked += many
    for document, kind in days.decided(since, until):
        changed = _changed(doors, document)
        if changed is not None:
            found = group((document.agency, kind))
            found.decided += 1
            found.corrected += changed > 0
            found.values_changed += changed
    return groups


def figures(day: date, groups: Mapping[Place, Group], now: datetime, agency: str = "") -> dict[str, Any]:
    """The report as JSON: of the installation, or of one agency alone.

    Args:
        day: the day (UTC)
        groups: what happened, see `gather`
        now: when it was counted: people decide later about documents of the day
        agency: of whom; "" = of all
    """
    mine = {place: one for place, one in groups.items() if agency in ("", place[0])}
    return {
        "day": day.isoformat(),
        "counted_at": now.isoformat(timespec="seconds"),
        **({"agency": agency} if agency else {}),
        "all": _sum(mine.values()).told(),
        "by_agency": [
            {"agency": one, **_sum(group for place, group in mine.items() if place[0] == one).told()}
            for one in sorted({place[0] for place in mine})
        ],
        "by_type": [{"agency": place[0], "type": place[1], **mine[place].told()} for place in sorted(mine)],
    }


def _changed(doors: Doors, document: DocumentId) -> int | None:
    """How many values a person changed; None where none decided, or the result is gone."""
    there = doors.objects.info(doors.buckets.documents, end_key(document, "result"))
    if there is None:
        return None
    try:
        event = Event[ResultReleased].model_validate_json(doors.objects.read(there.ref))
    except ValidationError:
        return None  # of a version that this one cannot read
    return None if event.data.review is None else len(event.data.review.changed)


def _sum(groups: Iterable[Group]) -> Group:
    whole = Group()
    for one in groups:
        whole = whole.plus(one)
    return whole


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
