"""A task that waits for a second person's word: an operator for the agencies in question, and not who asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from processors.errors import DependencyUnavailable
from processors.names import person
from processors.orchestration import operators

APPROVE, REJECT = "Approve", "Reject"
#: Under which the task keeps why the last answer did not count, for people: tab "Storage" of Airflow's pages.
LEFT_OUT = "left_out"
#: Names of those who may answer, in the question.
_NAMES = 10

#: `let_count(context, answer)` keeps the word, see `SecondPerson`
LetCount = Callable[[Any, dict[str, str]], object]


class SecondPerson(HITLOperator):
    """Asks "Approve" or "Reject" with a reason; holds neither a worker nor a trigger while it waits.

    An answer counts if an operator gives it whose agencies are those in question, or more; and an approval only if
    they did not trigger the run. Airflow takes the answer of anybody whose role lets them change the DAG, and tells
    a task who they are but not what they may; `people.py` knows. Another answer is left out and the question asked
    again. Airflow keeps a question's text as it was first asked, so it says from the beginning whose word counts;
    why an answer was left out stands in the task's log and in its tab "Storage".

    The word is kept from here, by `let_count`, with what Airflow itself hands to this task. The task's value,
    `{"word": "approved" | "rejected", "by": …, "reason": …}`, is for people and for summaries: whoever may change
    the DAG may write values of tasks, so nothing else relies on it. A rejection is a word like the other: it skips
    nothing, so the next task must look at what was decided.
    """

    template_fields: Sequence[str] = (*HITLOperator.template_fields, "agencies")

    def __init__(
        self, *, subject: str, body: str, let_count: LetCount, agencies: str = "null", **arguments: Any
    ) -> None:
        """Ask.

        Args:
            subject: one line; a template
            body: what the person needs to decide, as Markdown; a template
            let_count: called once with an answer that counts; raises where the word cannot be kept
            agencies: that it is about, as a list in JSON; "null" or "[]" = every one; a template
            arguments: of any task
        """
        # Airflow hands every operator the parameters of its DAG; a person who answers is asked for this one alone.
        # The API does not check an answer against its schema, and a task whose answer breaks it fails.
        arguments["params"] = {"reason": Param(None, type=["null", "string"], title="Reason", format="multiline")}
        # Airflow 3.3.2 takes a task for killed whose answer comes within a second of the question, and tries it
        # again: the person is asked again at once then, and not after a pause that grows.
        arguments |= {"retries": 10, "retry_delay": timedelta(seconds=2), "retry_exponential_backoff": 0}
        super().__init__(subject=subject, body=body, options=[APPROVE, REJECT], **arguments)
        self.agencies = agencies
        self.let_count = let_count

    def execute(self, context: Any) -> Any:
        """Ask, and say whose word counts."""
        self.body = f"{self.body or ''}\n\n{self._whose(_asker(context))}"
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Let the answer count; or ask again, where it does not or could not be kept."""
        answer = _answer(super().execute_complete(context, event))
        why = self.why_not(answer, _asker(context))
        if not why:
            try:
                self.let_count(context, answer)
            except operators.NotAnOperatorError as error:
                why = str(error)
            except DependencyUnavailable as error:
                why = f"The answer of {answer['by']} could not be kept: {error}"
        if why:
            self.log.warning("The answer is left out: %s", why)
            context["task_state_store"].set(LEFT_OUT, why)
            return self.execute(context)
        return answer

    def why_not(self, answer: Mapping[str, str], asked_by: str) -> str:
        """Why an answer does not count, "" where it does; `asked_by` is "" where nobody is known to have asked."""
        if answer["word"] == "approved":
            if not asked_by:
                return "Nobody is known to have asked for this run, so nobody can be the second person: reject it."
            if person(answer["by"]) == person(asked_by):
                return f"{asked_by} asked for this run: another person must approve it."
        return self.may(answer["by"])

    def may(self, by: str) -> str:
        """Why somebody's word does not count whatever they say, "" where it does."""
        if not by:
            return "Nobody is named as having answered."
        return operators.why_not(by, self._about)

    @property
    def _about(self) -> list[str] | None:
        """The agencies in question; None = every one."""
        return json.loads(self.agencies or "null") or None

    def _whose(self, asked_by: str) -> str:
        """Whose word counts, as Markdown; names are those of the file of people."""
        every = operators.names(self._about)
        may = [name for name in every if not self.why_not({"word": "approved", "by": name}, asked_by)]
        more = f" and {len(may) - _NAMES} more" if len(may) > _NAMES else ""
        named = ", ".join(may[:_NAMES]) + more if may else "nobody (see docs/airflow.md)"
        about = ", ".join(self._about or ["every agency"])
        return (
            f"Operators for {about} may approve this: {named}. Another answer is left out, and the question stays."
        )


def _asker(context: Any) -> str:
    return str(context["dag_run"].triggering_user_name or "")


def _answer(answered: Mapping[str, Any]) -> dict[str, str]:
    user = answered["responded_by_user"] or {}
    return {
        "word": "approved" if answered["chosen_options"] == [APPROVE] else "rejected",
        "by": str(user.get("name") or user.get("id") or ""),
        "reason": str((answered["params_input"] or {}).get("reason") or ""),
    }
