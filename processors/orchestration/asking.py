"""A task that waits for a person's word about what may have been asked for by a schedule."""

from __future__ import annotations

from processors.orchestration.second_person import SecondPerson


class Approval(SecondPerson):
    """As `SecondPerson`; but what a schedule asked for, any operator for the agencies in question may approve."""

    def why_not_them(self, by: str, asked_by: str) -> str:
        """See `SecondPerson.why_not_them`."""
        return super().why_not_them(by, asked_by) if asked_by else ""
