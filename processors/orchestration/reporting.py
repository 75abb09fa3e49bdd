"""The step of the DAG `report`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from processors.batch.daily.reporting import missed, report
from processors.orchestration.doors import Opened
from processors.orchestration.parameters import Parameters


class Wanted(Parameters):
    """What a run of `report` may be told."""

    #: None = the day before the run
    day: date | None = None


def day_of(wanted: Wanted, run_after: datetime) -> date:
    """The day that is reported: the same at every try.

    Raises:
        ValueError: it has not come yet.
    """
    today = run_after.astimezone(UTC).date()
    day = wanted.day or today - timedelta(days=1)
    if day > today:
        raise ValueError(f"The parameter 'day': {day} has not come yet.")
    return day


def write(at: Opened, wanted: Wanted, run_after: datetime, now: datetime) -> dict[str, Any]:
    """Write the reports; counts, and where the pages lie.

    Where no day is named, days that nobody reported while no scheduler ran are made up for.

    Raises:
        ValueError: the day has not come yet.
        DependencyUnavailable: a server does not answer; call again.
    """
    day = day_of(wanted, run_after)
    late = missed(at.doors, day) if wanted.day is None else ()
    for one in late:
        report(at.doors, one, now)
    reported = report(at.doors, day, now)
    whole = reported.figures["all"]
    counts = {name: whole[name] for name in ("arrived", "ended", "asked", "decided", "corrected")}
    return {**counts, "made_up_for": len(late), "pages": list(reported.pages.values())}
