"""A task that waits for a person's word about what may have been asked for by a schedule."""

from __future__ import annotations

from collections.abc import Mapping

from processors.orchestration.second_person import SecondPerson


class Approval(SecondPerson):
    """As `SecondPerson`; but what a schedule asked for, any person who signed in may approve."""

    def counts(self, answer: Mapping[str, str], asked_by: str) -> bool:
        """See `SecondPerson.counts`."""
        return not asked_by or super().counts(answer, asked_by)
