"""Write the reports of a day: volumes, latencies, ends and their reasons, reviews and what people changed.

One of the installation, `work/reports/DAY/`, and one for each agency among its own documents,
`documents/AGENCY/reports/DAY/`; each as JSON and as a page. Counts alone: no report holds what a document says.

Every night for the day before (UTC), and for days of the last month that were missed. A day may be reported again,
since people decide later: the newest counts.
The same by hand: `chancery report`; more in `docs/report.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from processors.orchestration.dag_settings import dag_settings

PARAMS = {
    "day": Param(
        None, type=["null", "string"], format="date", title="Day", description="UTC; left empty, the day before."
    ),
}


@dag(
    schedule="15 0 * * *",
    params=PARAMS,
    doc_md=__doc__,
    description="Write the reports of a day, of the installation and of each agency.",
    max_active_runs=1,
    **dag_settings(tags=["report"], deadline=timedelta(hours=2), counts_from="write"),
)
def report() -> None:
    """See the text above."""

    @task
    def write() -> dict[str, Any]:
        """Read the parameter again, count the day, and write the pages."""
        from processors.orchestration import doors, parameters, reporting
        from processors.record.facts import utc_now

        context = get_current_context()
        wanted = parameters.checked(reporting.Wanted, context)
        with doors.opened() as at:
            return reporting.write(at, wanted, context["dag_run"].run_after, utc_now())

    write()


report()
