"""What the `record` process does with events: the ledger takes note of them. No stage: it works on no document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processors.events import Event
from processors.record.ledger import Ledger


class Recorder:
    """Feeds the ledger. Its reader commits its position after `record` returned: a repeat changes nothing."""

    def __init__(self, ledger: Ledger) -> None:
        """Feed this ledger."""
        self._ledger = ledger

    def record(self, events: Sequence[Event[Any]]) -> int:
        """Take note of a batch, all or nothing; returns how many events were new.

        Raises:
            EventInvalid: an event cannot be noted.
            DependencyUnavailable: the database does not answer.
        """
        return self._ledger.apply_many(events)
