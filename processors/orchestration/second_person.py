"""A task that waits for a second person's word: an operator for the agencies in question, and not who asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from processors.batch.reprocess.errors import ReprocessError
from processors.batch.retention.errors import RetentionError
from processors.errors import DependencyUnavailable
from processors.names import person
from processors.orchestration import operators
from processors.orchestration.commanding import CommandFailedError

APPROVE, REJECT = "Approve", "Reject"
#: Under which the task keeps why the last answer did not count, for people: tab "Storage" of Airflow's pages.
LEFT_OUT = "left_out"
#: Names of those who may answer, in the question.
_NAMES = 10

#: The one parameter that a question adds to those of its run.
_REASON = "reason"

#: `let_count(context, answer)` keeps the word, see `SecondPerson`
LetCount = Callable[[Any, dict[str, str]], object]
#: `kept(context)` is the word that is kept already, as the task's value; None = there is none
Kept = Callable[[Any], dict[str, str] | None]
#: `shown(context)` is what the person needs to decide, as Markdown
Shown = Callable[[Any], str]
#: Why an answer has not become a word, or none could be looked up: nothing that a new answer could not mend.
_REFUSALS = (operators.NotAnOperatorError, ReprocessError, RetentionError, CommandFailedError)


class SecondPerson(HITLOperator):
    """Asks "Approve" or "Reject" with a reason; holds neither a worker nor a trigger while it waits.

    An answer counts if an operator gives it whose agencies are those in question, or more; and an approval only if
    they did not trigger the run. Airflow takes the answer of anybody whose role lets them change the DAG, and tells
    a task who they are but not what they may; `people.py` knows. Another answer is left out and the question asked
    again. Airflow keeps a question's text as it was first asked, so it says from the beginning whose word counts;
    why an answer was left out stands in the task's log and in its tab "Storage".

    The word is kept from here, by `let_count`, with what Airflow itself hands to this task. The task's value,
    `{"word": "approved" | "rejected", "by": …, "reason": …}`, is for people and for summaries: whoever may change
    the DAG may write values of tasks, so nothing else relies on it. For the same reason `let_count`, `kept` and
    `shown` find out what is asked about by the run, which nobody can rewrite, and by the store. A rejection is a
    word like the other: it skips nothing, so the next task must look at what was decided.

    A word that is kept already ends the task: it was killed after keeping it, or somebody decided by command.
    """

    template_fields: Sequence[str] = (*HITLOperator.template_fields, "agencies")

    def __init__(
        self,
        *,
        subject: str,
        let_count: LetCount,
        kept: Kept,
        body: str = "",
        shown: Shown = lambda _: "",
        agencies: str = "null",
        **arguments: Any,
    ) -> None:
        """Ask.

        Args:
            subject: one line; a template
            let_count: called with an answer that counts; raises where the word cannot be kept
            kept: looks the word up that is kept already
            body: what the person needs to decide, as Markdown; a template
            shown: the same, looked up when the question is asked; stands behind `body`
            agencies: that it is about, as a list in JSON; "null" or "[]" = every one; a template
            arguments: of any task
        """
        # Airflow hands every operator the parameters of its DAG; a person who answers is asked for this one alone.
        # The API does not check an answer against its schema, and a task whose answer breaks it fails.
        arguments["params"] = {_REASON: Param(None, type=["null", "string"], title="Reason", format="multiline")}
        # Airflow 3.3.2 takes a task for killed whose answer comes within a second of the question, and tries it
        # again: the person is asked again at once then, and not after a pause that grows.
        arguments |= {"retries": 10, "retry_delay": timedelta(seconds=2), "retry_exponential_backoff": 0}
        super().__init__(subject=subject, body=body, options=[APPROVE, REJECT], **arguments)
        self.agencies = agencies
        self.let_count, self.kept, self.shown = let_count, kept, shown

    def execute(self, context: Any) -> Any:
        """Ask, and say whose word counts; or end with the word that is kept already."""
        if word := self._kept(context):
            self.log.info("%s has %s this already", word["by"], word["word"])
            return word
        parts = (self.body, self.shown(_of_the_run(context)), self._whose(_asker(context)))
        self.body = "\n\n".join(part for part in parts if part)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Let the answer count; or ask again, where it does not or could not be kept."""
        answer = _answer(super().execute_complete(context, event))
        why = self.why_not(answer, _asker(context))
        if not why:
            try:
                self.let_count(_of_the_run(context), answer)
            except _REFUSALS as error:
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
        not_them = self.why_not_them(answer["by"], asked_by) if answer["word"] == "approved" else ""
        return not_them or self.may(answer["by"])

    def why_not_them(self, by: str, asked_by: str) -> str:
        """Why somebody cannot approve what this person asked for, be they an operator; "" where they can."""
        if not asked_by:
            return "Nobody is known to have asked for this run, so nobody can be the second person: reject it."
        if person(by) == person(asked_by):
            return f"{asked_by} asked for this run: another person must approve it."
        return ""

    def may(self, by: str) -> str:
        """Why somebody's word does not count whatever they say, "" where it does."""
        if not by:
            return "Nobody is named as having answered."
        return operators.why_not(by, self._about)

    def _kept(self, context: Any) -> dict[str, str] | None:
        """The word that is kept; where it cannot be looked up, it is asked for."""
        try:
            return self.kept(_of_the_run(context))
        except (*_REFUSALS, DependencyUnavailable) as error:
            self.log.warning("Whether somebody has decided already could not be looked up: %s", error)
            return None

    @property
    def _about(self) -> list[str] | None:
        """The agencies in question; None = every one."""
        return json.loads(self.agencies or "null") or None

    def _whose(self, asked_by: str) -> str:
        """Whose word counts, as Markdown; names are those of the file of people."""
        may = [name for name in operators.names(self._about) if not self.why_not_them(name, asked_by)]
        more = f" and {len(may) - _NAMES} more" if len(may) > _NAMES else ""
        named = ", ".join(may[:_NAMES]) + more if may else "nobody (see docs/airflow.md)"
        about = ", ".join(self._about or ["every agency"])
        return (
            f"Operators for {about} may approve this: {named}. Another answer is left out, and the question stays."
        )


def _of_the_run(context: Any) -> dict[str, Any]:
    """The context with the parameters of the run alone, which are read strictly."""
    params = {name: value for name, value in context.get("params", {}).items() if name != _REASON}
    return {**context, "params": params}


def _asker(context: Any) -> str:
    return str(context["dag_run"].triggering_user_name or "")


def _answer(answered: Mapping[str, Any]) -> dict[str, str]:
    user = answered["responded_by_user"] or {}
    return {
        "word": "approved" if answered["chosen_options"] == [APPROVE] else "rejected",
        "by": str(user.get("name") or user.get("id") or ""),
        "reason": str((answered["params_input"] or {}).get(_REASON) or ""),
    }
