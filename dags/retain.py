"""Dispose of documents whose time has passed.

Every day: lists the documents that their type's retention (`x-retention` in `schemas/documents/`) asks for no
longer, that no legal hold names, and whose lock has passed. If there are any, a **person decides** over the frozen
list: an operator whose agencies are those of its documents, or more; who triggered the run by hand cannot approve
it. Approved, the documents are disposed of, each with a record that stays. Rejected, nothing is deleted.

- A hold that is placed after the approval still keeps its document.
- **Dry run** only counts.
- Any task may be cleared and run again: it goes on where it was.

The same by hand: `chancery retain`, and `chancery hold` for legal holds. More in `docs/retention.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from processors.orchestration.asking import Approval
from processors.orchestration.dag_settings import dag_settings

#: What another task returned: as this file is read a promise of it, in a task its value.
Passed = Any

PARAMS = {
    "dry_run": Param(False, type="boolean", title="Dry run", description="Only count; write nothing."),
    "untyped_days": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Days for documents without a type",
        description="Left empty, what nobody could tell the type of is kept.",
    ),
    "why": Param(None, type=["null", "string"], format="multiline", title="Why", description="Kept for ever."),
}


@dag(
    schedule="30 1 * * *",
    params=PARAMS,
    doc_md=__doc__,
    description="Dispose of documents whose time has passed, once a person has approved the list.",
    max_active_runs=1,
    **dag_settings(tags=["retention"], deadline=timedelta(days=3), counts_from="record"),
)
def retain() -> None:
    """See the text above."""

    @task
    def plan() -> dict[str, Any]:
        """Read the parameters again, and list what may be disposed of, for good."""
        from processors.orchestration import doors, operators, parameters, retention
        from processors.record.facts import utc_now

        context = get_current_context()
        run = context["dag_run"]
        wanted = parameters.checked(retention.Wanted, context)
        name = retention.name_for(run.run_id, run.run_after)
        with doors.opened() as at:
            # It lists documents of every agency.
            by = operators.asked_for(at.settings, context, None)
            return retention.plan(at, wanted, name, by, utc_now())

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def is_anything_due(planned: Passed) -> bool:
        """Nobody is asked about nothing, or about a dry run."""
        print(planned["table"] or "nothing is due")
        return bool(planned["chunks"])

    def let_count(context: Any, answer: dict[str, str]) -> None:
        """Keep the person's word."""
        from processors.orchestration import doors, retention
        from processors.record.facts import utc_now

        # What `plan` returned, others may have written: it can keep an answer from counting, and redirect none.
        seen = context["ti"].xcom_pull(task_ids="plan").get("digest") or ""
        with doors.opened() as at:
            retention.decide(at, retention.of_run(at, context["dag_run"]).name, seen, answer, utc_now())

    def kept(context: Any) -> dict[str, str] | None:
        """The word that is kept already."""
        from processors.orchestration import doors, retention

        with doors.opened() as at:
            return retention.kept(at, context["dag_run"])

    def shown(context: Any) -> str:
        """What the list holds."""
        from processors.orchestration import doors, retention

        with doors.opened() as at:
            return retention.shown(at, context["dag_run"])

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def decide(planned: Passed) -> bool:
        """Look up the word that is kept."""
        from processors.orchestration import doors, retention

        with doors.opened() as at:
            return retention.decided(at, planned["name"])

    @task
    def lists(planned: Passed) -> list[dict[str, Any]]:
        """One task for each."""
        return list(planned["chunks"])

    @task(map_index_template="{{ label }}")
    def dispose(planned: Passed, chunk: Passed) -> dict[str, Any]:
        """Dispose of the documents of a list."""
        from processors.orchestration import doors, retention

        get_current_context()["label"] = chunk["label"]  # type: ignore[typeddict-unknown-key]
        with doors.opened() as at:
            return retention.dispose(at, planned["name"], chunk["number"])

    # Its state is the run's: it runs where tasks were skipped, and fails where one has failed.
    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def record(planned: Passed, disposed: Passed) -> dict[str, int]:
        """Write down what became of it."""
        from processors.orchestration import doors, retention

        with doors.opened() as at:
            return retention.record(at, planned["name"], [one for one in disposed or () if one])

    planned = plan()
    approval = Approval(
        task_id="approve",
        subject="Dispose of {{ ti.xcom_pull(task_ids='plan')['documents'] }} documents?",
        # A run that planned before the value had agencies asks about every one.
        agencies="{{ ti.xcom_pull(task_ids='plan').get('agencies') | tojson }}",
        let_count=let_count,
        kept=kept,
        shown=shown,
    )
    chunks = lists(planned)
    is_anything_due(planned) >> approval >> decide(planned) >> chunks
    record(planned, dispose.partial(planned=planned).expand(chunk=chunks))


retain()
