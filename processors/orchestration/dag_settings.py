"""What all our DAGs have in common: who owns them, how often a task is tried, and who hears of their ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

# The stub of `airflow.sdk` leaves these out.
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from processors.orchestration import outcomes

#: What a person or a setting got wrong is as wrong at the next try.
_FINAL = (
    "builtins.ValueError",
    "processors.batch.reprocess.errors.ReprocessError",
    "processors.batch.retention.errors.RetentionError",
    "processors.orchestration.commanding.CommandRefusedError",
    "processors.variables.SettingInvalid",
)


def dag_settings(*, tags: Sequence[str], deadline: timedelta, counts_from: str = "") -> dict[str, Any]:
    """Arguments for `DAG(...)`.

    Args:
        tags: what the DAG is about; "chancery" is added
        deadline: a run that has not ended so long after it was queued is reported as late, and goes on
        counts_from: the task whose return value, counts by name, stands in the report of the run's end
    """
    return {
        "tags": ["chancery", *tags],
        "catchup": False,
        "default_args": {
            "owner": "operators",
            # A killed task, a server that is away: our functions go on where they were.
            "retries": 3,
            "retry_delay": timedelta(seconds=20),
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(minutes=10),
            "retry_policy": ExceptionRetryPolicy(
                rules=[RetryRule(exception=list(_FINAL), action=RetryAction.FAIL)]
            ),
        },
        "deadline": DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=deadline,
            callback=SyncCallback("processors.orchestration.outcomes.late"),
        ),
        **outcomes.callbacks(counts_from),
    }
