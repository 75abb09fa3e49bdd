"""What the `record` process does with events: the ledger takes note of them. No stage: it works on no document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from processors.events import Event
from processors.record.ledger import Ledger

#: Events, each with the time of the first event of its document in this run.
News = Sequence[tuple[Event[Any], datetime]]


class Recorder:
    """Feeds the ledger. Its reader commits its position after `record` returned: a repeat changes nothing."""

    def __init__(self, ledger: Ledger, tell: Callable[[News], None] = lambda news: None) -> None:
        """Feed this ledger; `tell` hears what was new to it, once it is noted."""
        self._ledger, self._tell = ledger, tell

    def record(self, events: Sequence[Event[Any]]) -> int:
        """Take note of a batch, all or nothing; returns how many events were new.

        Raises:
            EventInvalid: an event cannot be noted.
            DependencyUnavailable: the database does not answer.
        """
        news = self._ledger.news(events)
        self._tell(news)
        return len(news)
