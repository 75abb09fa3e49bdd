"""A task that waits for a person's word about what may have been asked for by a schedule."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator

from processors.orchestration.second_person import SecondPerson, _answer


class Approval(SecondPerson):
    """As `SecondPerson`; but what a schedule asked for, any person who signed in may approve."""

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer, or ask again."""
        if context["dag_run"].triggering_user_name:
            return super().execute_complete(context, event)
        answer = _answer(HITLOperator.execute_complete(self, context, event))
        return answer if answer["by"] else self.execute(context)
