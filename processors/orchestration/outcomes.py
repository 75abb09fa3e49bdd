"""How runs of our DAGs ended, told on a topic, so that a site's alerting need not ask the scheduler.

The callbacks run in Airflow's DAG processor, that of a missed deadline in its executor: neither sees the folder of
DAGs. An outcome that could not be written, since Kafka was away for 20 s or the process was killed over it, is told
by Airflow alone; the id of an event is derived, so a repeat does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError

from processors.events import Event, RunReported
from processors.pipeline import RUNS
from processors.ports import Outgoing
from processors.runtime.acting import Acts
from processors.runtime.codec import encode
from processors.runtime.identity import event_id

#: A context as Airflow gives it to a callback; less of it where no task of the run is known any more.
Context = Mapping[str, Any]


def succeeded(context: Context, counts_from: str = "") -> None:
    """Report a run that came to a good end; see `reported`."""
    _write(reported(context, "succeeded", counts_from))


def failed(context: Context, counts_from: str = "") -> None:
    """Report a run that failed; see `reported`."""
    _write(reported(context, "failed", counts_from))


def late(context: Context) -> None:
    """Report a run that has not ended by the deadline of its DAG; Airflow gives plain JSON here."""
    run = context["dag_run"]
    told = RunReported(
        dag=run["dag_id"],
        run=run["dag_run_id"],
        outcome="late",
        by=run.get("triggering_user_name") or "",
        started=run.get("start_date"),
        reason="deadline_missed",
    )
    _write(_event(told, str(context["deadline"]["id"])))


def callbacks(counts_from: str = "") -> dict[str, Callable[[Context], None]]:
    """The callbacks of a DAG.

    Args:
        counts_from: the task that returns counts of the run's own by name; mapped tasks cannot be named
    """
    return {
        "on_success_callback": partial(succeeded, counts_from=counts_from),
        "on_failure_callback": partial(failed, counts_from=counts_from),
    }


def reported(context: Context, outcome: str, counts_from: str) -> Event[RunReported]:
    """The event about a run that ended.

    Args:
        context: as Airflow gives it to a callback
        outcome: "succeeded" or "failed"
        counts_from: see `callbacks`
    """
    run = context.get("dag_run")
    told = RunReported.model_validate(
        {
            "dag": context["dag"].dag_id,
            "run": context["run_id"] if run is None else run.run_id,
            "outcome": outcome,
            "by": (run and run.triggering_user_name) or "",
            "started": run and run.start_date,
            "ended": run and run.end_date,
            "reason": str(context.get("reason") or ""),
            "counts": _counts(context, counts_from),
        }
    )
    # A run that was cleared ends once more.
    return _event(told, str(run.clear_number if run is not None else 0))


def _counts(context: Context, task: str) -> dict[str, int]:
    instance = context.get("ti")
    try:
        found = instance.xcom_pull(task_ids=task) if instance is not None and task else None
    except (ImportError, AirflowRuntimeError):
        # Values cannot be asked for (in `dag.test()` never): a report without counts is better than none.
        found = None
    if not isinstance(found, Mapping):
        return {}
    return {str(name): many for name, many in found.items() if type(many) is int}


def _event(told: RunReported, part: str) -> Event[RunReported]:
    return Event[RunReported](
        id=event_id(told.dag, told.run, told.TYPE, f"{told.outcome} {part}"),
        type=told.TYPE,
        source="/chancery/scheduler",
        time=told.ended or datetime.now(UTC),
        dataschema=f"chancery:events/{told.TYPE}",
        data=told,
    )


def _write(event: Event[RunReported]) -> None:
    from processors.orchestration.doors import opened  # noqa: PLC0415 - clients, which no DAG file needs

    with opened() as at:
        tell(at.acts, event)


def tell(acts: Acts, event: Event[RunReported]) -> None:
    """Write the event; returns when it is kept.

    Raises:
        DependencyUnavailable: it is not.
    """
    acts.write(Outgoing(RUNS, event.data.dag.encode(), encode(event)))
