"""Compare the inboxes with what the pipeline knows, every hour, and announce what nobody announced.

Notifications of the object store lose documents; this comparison is what makes "nothing is lost" true. The topic
holds what it announces, and intake takes each document in once, so a run may be repeated, or run beside another.

- **Only look** announces and changes nothing.
- **Mend** puts missing notification rules right; **resume** puts what stands still on its way again.
- After that it renews what the form of `reprocess` offers: agencies, types, versions at work.

A run that leaves something for a person fails in its last task, which names it: an inbox that does not announce,
or a document that stands still and that nothing else will bring on. The same by hand: `chancery reconcile`;
more in `docs/reconcile.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from processors.orchestration.dag_settings import dag_settings

Passed = Any

PARAMS = {
    "agencies": Param(
        [],
        type="array",
        items={"type": "string"},
        title="Agencies",
        description="Only theirs, one a line; all where none is named.",
    ),
    "act": Param(
        "act", type="string", enum=["act", "look"], title="What to do", description="look: announce nothing."
    ),
    "mend": Param(False, type="boolean", title="Mend", description="Put inboxes right that do not announce."),
    "resume": Param(
        False, type="boolean", title="Resume", description="Bring on what stands still for want of a record."
    ),
    "whole": Param(
        False,
        type="boolean",
        title="Whole inboxes",
        description="Rely on no earlier comparison; done daily anyway.",
    ),
    "grace": Param(
        60,
        type="integer",
        minimum=0,
        title="Grace, seconds",
        description="What is younger is on its way.",
        section="More",
    ),
    "patience": Param(
        900,
        type="integer",
        minimum=0,
        title="Patience, seconds",
        description="What was without news for so long stands still.",
        section="More",
    ),
}


@dag(
    schedule="@hourly",
    params=PARAMS,
    doc_md=__doc__,
    description="Find documents that nobody announced or that stand still, and bring them on.",
    max_active_runs=1,
    **dag_settings(tags=["nothing-lost"], deadline=timedelta(minutes=50), counts_from="compare"),
)
def reconcile() -> None:
    """See the text above."""

    @task
    def compare() -> dict[str, Any]:
        """Read the parameters again, compare, and count."""
        from processors.orchestration import comparing, doors, operators, parameters

        context = get_current_context()
        wanted = parameters.checked(comparing.Wanted, context)
        with doors.opened() as at:
            operators.asked_for(at.settings, context, wanted.agencies or None)
            return comparing.compare(at, wanted)

    @task(retries=0)
    def leave_nothing_to_people(compared: Passed) -> None:
        """Fail over what a person must look at."""
        if compared["for_people"]:
            raise RuntimeError("; ".join(compared["for_people"]))

    @task
    def renew_offers() -> None:
        """Look up what the form of `reprocess` offers, and keep it where forms are made."""
        from processors.orchestration import choices, doors, offering

        with doors.opened() as at:
            choices.keep(offering.found(at.settings, at.doors.objects, at.doors.inboxes))

    compared = compare()
    leave_nothing_to_people(compared)
    # Not for who may not: they have nothing read or written.
    compared >> renew_offers()


reconcile()
