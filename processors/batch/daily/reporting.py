"""Writes a day's reports: of the installation into the work bucket, of each agency among its own documents.

A report may be written again, since people decide later about what came that day: the newest counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from processors.batch.daily.figures import figures, gather
from processors.batch.daily.page import page
from processors.batch.doors import Doors


@dataclass(frozen=True)
class Reported:
    """What was written."""

    #: of the installation
    figures: Mapping[str, Any]
    #: bucket/key of each page, by agency; of the installation under ""
    pages: Mapping[str, str]


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
        folder = f"{agency}/reports/{day}" if agency else f"reports/{day}"
        content = json.dumps(told, indent=1).encode()
        doors.objects.put(bucket, f"{folder}/report.json", content, "application/json")
        doors.objects.put(bucket, f"{folder}/report.html", page(told).encode(), "text/html; charset=utf-8")
        pages[agency] = f"{bucket}/{folder}/report.html"
    return Reported(figures(day, groups, now), pages)
