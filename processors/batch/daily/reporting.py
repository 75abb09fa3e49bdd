"""Writes a day's reports: of the installation into the work bucket, of each agency among its own documents.

A report may be written again, since people decide later about what came that day: the newest counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from processors.batch.daily.figures import figures, gather
from processors.batch.daily.page import page
from processors.batch.doors import Doors

_FOLDER = "reports/"
#: Days before a report that are looked at for reports that were never written.
_DAYS_BACK = 31


@dataclass(frozen=True)
class Reported:
    """What was written."""

    #: of the installation
    figures: Mapping[str, Any]
    #: bucket/key of each page, by agency; of the installation under ""
    pages: Mapping[str, str]


def missed(doors: Doors, day: date) -> tuple[date, ...]:
    """The days before this one of which nobody wrote a report, since the first that has one: a month back at most.

    A scheduler that was away for days makes up for the last of its runs alone.
    """
    there = set()
    for key in doors.objects.keys(doors.buckets.work, _FOLDER):
        name, _, file = key.removeprefix(_FOLDER).partition("/")
        if file == "report.json":
            there.add(date.fromisoformat(name))
    before = [day - timedelta(days=back) for back in range(_DAYS_BACK, 0, -1)]
    first = min(there, default=day)
    return tuple(one for one in before if one > first and one not in there)


def report(doors: Doors, day: date, now: datetime) -> Reported:
    """Count a day and write the reports, for every agency that has an inbox or documents of that day.

    Raises:
        DependencyUnavailable: a server does not answer; call again.
    """
    groups = gather(doors, day)
    agencies = sorted({*doors.inboxes.agencies(), *(agency for agency, _ in groups)})
    pages = {}
    for agency in ("", *agencies):
        told = figures(day, groups, now, agency)
        bucket = doors.buckets.documents if agency else doors.buckets.work
        folder = f"{agency}/{_FOLDER}{day}" if agency else f"{_FOLDER}{day}"
        content = json.dumps(told, indent=1).encode()
        doors.objects.put(bucket, f"{folder}/report.json", content, "application/json")
        doors.objects.put(bucket, f"{folder}/report.html", page(told).encode(), "text/html; charset=utf-8")
        pages[agency] = f"{bucket}/{folder}/report.html"
    return Reported(figures(day, groups, now), pages)
