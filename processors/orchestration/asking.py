"""A task that waits for a person's word about what may have been asked for by a schedule."""

from __future__ import annotations

from collections.abc import Mapping

from processors.orchestration.second_person import SecondPerson


class Approval(SecondPerson):
    """As `SecondPerson`; but what a schedule asked for, any operator for the agencies in question may approve."""

    def why_not(self, answer: Mapping[str, str], asked_by: str) -> str:
        """See `SecondPerson.why_not`."""
        return super().why_not(answer, asked_by) if asked_by else self.may(answer["by"])
