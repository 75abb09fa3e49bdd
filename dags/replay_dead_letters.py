"""Let dead letters be worked on again, in bulk: once whatever they failed of is mended.

Choose by reason, stage, agency and time. Each document runs again in a run of its own that is named after the end
before it, so nothing runs twice, however often this is asked for: what was replayed before is left out.

- **Dry run** only counts.
- **At most** bounds one run; ask again for more.

The same by hand: `chancery dead-letters replay`; more in `docs/set-aside.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from processors.orchestration.dag_settings import dag_settings

Passed = Any


def several(title: str, told: str) -> Param:
    """A field with any number of names, one a line."""
    return Param([], type="array", items={"type": "string"}, title=title, description=told)


PARAMS = {
    "reasons": several("Reasons", "Only what failed for these, such as stage_failed; see docs/reasons.md."),
    "stages": several("Stages", "Only what failed there: intake, ocr, classify, extract, publish."),
    "agencies": several("Agencies", "Only theirs; all where none is named."),
    "since": Param(
        None, type=["null", "string"], format="date", title="Failed since", description="This day included (UTC)."
    ),
    "limit": Param(1000, type="integer", minimum=1, maximum=10_000, title="At most", description="Documents."),
    "rate": Param(
        20, type="number", exclusiveMinimum=0, maximum=1000, title="Documents a second", description="At most."
    ),
    "dry_run": Param(False, type="boolean", title="Dry run", description="Only count; write nothing."),
}


@dag(
    schedule=None,
    params=PARAMS,
    doc_md=__doc__,
    description="Let dead letters be worked on again, chosen by reason, stage, agency and time.",
    max_active_runs=1,
    **dag_settings(tags=["dead-letters"], deadline=timedelta(hours=6), counts_from="replay"),
)
def replay_dead_letters() -> None:
    """See the text above."""

    @task
    def count() -> dict[str, Any]:
        """Read the parameters again, and count what is meant."""
        from processors.orchestration import doors, operators, parameters, replaying

        context = get_current_context()
        wanted = parameters.checked(replaying.Wanted, context)
        with doors.opened() as at:
            operators.asked_for(at.settings, context, wanted.agencies or None)
            return replaying.count(at, wanted)

    @task.short_circuit
    def go_on(counted: Passed) -> bool:
        """Not after a dry run, and not where there is nothing."""
        print(counted["table"])
        return bool(counted["documents"]) and not counted["dry_run"]

    @task
    def replay() -> dict[str, int]:
        """Replay them; a try that was killed is gone on with."""
        from processors.orchestration import doors, operators, parameters, replaying

        context = get_current_context()
        wanted = parameters.checked(replaying.Wanted, context)
        with doors.opened() as at:
            # Once more: whoever may change the DAG may also mark the task before as done.
            by = operators.asked_for(at.settings, context, wanted.agencies or None)
            return replaying.replay(at, wanted, by)

    go_on(count()) >> replay()


replay_dead_letters()
