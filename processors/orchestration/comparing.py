"""The step of the DAG `reconcile`."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from processors.batch.reconcile import Wishes, reconcile
from processors.batch.report import Report, Standstill
from processors.orchestration.doors import Opened
from processors.orchestration.parameters import Names, Parameters, agencies_among

#: What nothing but a person brings on, unless it was resumed; what waits in line waits for a worker.
_STUCK = (Standstill.LOST, Standstill.END_UNTOLD, Standstill.UNREADABLE, Standstill.UNKNOWN_NAME)


class Wanted(Parameters):
    """What a run of `reconcile` may be told."""

    agencies: Names = ()
    act: Literal["act", "look"] = "act"
    mend: bool = False
    resume: bool = False
    whole: bool = False
    grace: Annotated[int, Field(ge=0)] = 60
    patience: Annotated[int, Field(ge=0)] = 900


def compare(at: Opened, wanted: Wanted) -> dict[str, Any]:
    """Compare the inboxes.

    Returns:
        Counts by name, and under "for_people" what a person must look at, in sentences.

    Raises:
        ValueError: an agency has no inbox here.
        DependencyUnavailable: a server does not answer. What was announced until then is announced; call again.
    """
    agencies = agencies_among(wanted.agencies, at.doors.inboxes.agencies())
    wishes = Wishes(
        grace=timedelta(seconds=wanted.grace),
        patience=timedelta(seconds=wanted.patience),
        whole=wanted.whole,
        mend=wanted.mend,
        resume=wanted.resume,
        dry_run=wanted.act == "look",
    )
    report = reconcile(at.doors, agencies, wishes)
    inboxes = report.inboxes.values()
    return {
        "seen": sum(one.seen for one in inboxes),
        "missing": sum(one.missing for one in inboxes),
        "re_emitted": sum(one.re_emitted for one in inboxes),
        "still": len(report.still),
        "resumed": sum(one.resumed for one in report.still),
        "for_people": for_people(report),
    }


def for_people(report: Report) -> list[str]:
    """What a person must look at; names of agencies and codes alone."""
    told = [f"{agency}: {fault}" for agency, one in report.inboxes.items() for fault in one.faults]
    stuck = Counter(
        (one.agency, one.stage, one.why) for one in report.still if one.why in _STUCK and not one.resumed
    )
    told += [
        f"{agency}: {many:,} before {stage}: {why.meaning}" for (agency, stage, why), many in sorted(stuck.items())
    ]
    return told
