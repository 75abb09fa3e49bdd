"""A task that waits for a second person's word: whoever asked for the run cannot approve it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from processors.names import person

APPROVE, REJECT = "Approve", "Reject"


class SecondPerson(HITLOperator):
    """Asks "Approve" or "Reject" with a reason; holds neither a worker nor a trigger while it waits.

    An approval by the person who triggered the run does not count: the question is asked again. The functions that
    the next task calls hold the same rule, so this only saves a run from failing over it.

    The task's value is `{"word": "approved" | "rejected", "by": …, "reason": …}`. A rejection is a word like the
    other: it skips nothing, so the next task must look at it.
    """

    def __init__(self, *, subject: str, body: str, **arguments: Any) -> None:
        """Ask.

        Args:
            subject: one line; a template
            body: what the person needs to decide, as Markdown; a template
            arguments: of any task
        """
        # Airflow hands every operator the parameters of its DAG; a person who answers is asked for this one alone.
        # The API does not check an answer against its schema, and a task whose answer breaks it fails.
        arguments["params"] = {"reason": Param(None, type=["null", "string"], title="Reason", format="multiline")}
        # Airflow 3.3.2 takes a task for killed whose answer comes within a second of the question, and tries it
        # again: the person is asked again at once then, and not after a pause that grows.
        arguments |= {"retries": 10, "retry_delay": timedelta(seconds=2), "retry_exponential_backoff": 0}
        super().__init__(subject=subject, body=body, options=[APPROVE, REJECT], **arguments)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer, or ask again."""
        answered = super().execute_complete(context, event)
        answer = _answer(answered)
        asked_by = context["dag_run"].triggering_user_name or ""
        if not answer["by"] or not self.counts(answer, asked_by):
            self.log.warning("%s asked for this run: another person must approve it", asked_by or "Nobody known")
            return self.execute(context)
        return answer

    def counts(self, answer: Mapping[str, str], asked_by: str) -> bool:
        """Whether the answer of somebody who signed in counts; `asked_by` is "" where a schedule asked."""
        return may(answer, asked_by)


def may(answer: Mapping[str, str], asked_by: str) -> bool:
    """Whether the answer counts: anybody may reject, and anybody but who asked may approve."""
    return answer["word"] == "rejected" or (asked_by != "" and person(answer["by"]) != person(asked_by))


def _answer(answered: Mapping[str, Any]) -> dict[str, str]:
    user = answered["responded_by_user"] or {}
    return {
        "word": "approved" if answered["chosen_options"] == [APPROVE] else "rejected",
        "by": str(user.get("name") or user.get("id") or ""),
        "reason": str((answered["params_input"] or {}).get("reason") or ""),
    }
