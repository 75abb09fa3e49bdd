"""The steps of the DAG `replay_dead_letters`: each may be killed at any moment and called again."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import Field

from processors.batch.replaying import MOST, Choice, counts, replay_all
from processors.batch.reprocess.pace import Pace
from processors.orchestration.doors import Opened
from processors.orchestration.parameters import Names, Parameters, agencies_among
from processors.pipeline import STAGES

_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


class Wanted(Parameters):
    """What a run of `replay_dead_letters` may be told."""

    reasons: Names = ()
    stages: Names = ()
    agencies: Names = ()
    since: date | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 1000
    rate: Annotated[float, Field(gt=0, le=1000)] = 20.0
    dry_run: bool = False


def count(at: Opened, wanted: Wanted) -> dict[str, Any]:
    """Count what is meant.

    Returns:
        `documents`, `dry_run`, and `table` as Markdown.

    Raises:
        ValueError: an agency, a stage or a reason is not known.
    """
    found = counts(at.doors, _choice(at, wanted))
    rows = [f"| {a} | {stage} | {reason} | {many:,} |" for (a, stage, reason), many in sorted(found.items())]
    table = "\n".join(["| agency | stage | reason | documents |", "| --- | --- | --- | ---: |", *rows])
    return {"documents": sum(found.values()), "dry_run": wanted.dry_run, "table": table}


def replay(at: Opened, wanted: Wanted, by: str) -> dict[str, int]:
    """Replay what is meant.

    Raises:
        ValueError: as for `count`; or nobody is named as having asked.
        DependencyUnavailable: a server does not answer; call again.
    """
    if not by:
        raise ValueError("Nobody is named as having asked for this: trigger it as a person who signed in.")
    done = replay_all(at.doors, at.acts, _choice(at, wanted), by, Pace(wanted.rate))
    return {"documents": done.documents, "known": done.known, "left_out": done.left_out}


def _choice(at: Opened, wanted: Wanted) -> Choice:
    stages = {row.name for row in STAGES}
    if unknown := sorted({*wanted.stages} - stages):
        raise ValueError(f"There is no stage {unknown[0]!r}; there are: {', '.join(sorted(stages))}.")
    if wrong := [one for one in wanted.reasons if not _CODE.fullmatch(one)]:
        raise ValueError(f"{wrong[0]!r} is no reason's code, such as stage_failed: see docs/reasons.md.")
    since = None if wanted.since is None else datetime.combine(wanted.since, time(), UTC)
    return Choice(
        agencies=agencies_among(wanted.agencies, at.doors.inboxes.agencies()) if wanted.agencies else (),
        reasons=wanted.reasons,
        stages=wanted.stages,
        since=since,
        limit=wanted.limit,
    )
