"""A transactional reader and writer of topics, as workers need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from processors.events import Origin


@dataclass(frozen=True)
class Incoming:
    """A record as it lies on a topic (without the installation's prefix)."""

    origin: Origin
    key: bytes
    value: bytes
    #: W3C `traceparent` of the work that wrote it; "" = it has none, or none that is one
    trace: str = ""
    #: when the log took it in, in ms since 1970; 0 = not known
    written: int = 0


@dataclass(frozen=True)
class Outgoing:
    """A record to be written."""

    topic: str
    key: bytes
    value: bytes
    #: W3C `traceparent`, which travels beside the event and never in it; "" = none
    trace: str = ""
    #: whose document it is about, for the worker that writes it; "" = nobody's. It stands in the event, too
    agency: str = field(default="", compare=False)


class Log(Protocol):
    """A transactional reader and writer of topics, for one worker slot.

    Outputs and the positions of the inputs that caused them become visible together or not at all.
    """

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """The next records, at most the batch size.

        After records were returned, nothing more comes until `commit` or `rewind`, but `poll` must still be called
        so that the group keeps this member.
        """
        ...

    def owned(self, origin: Origin) -> bool:
        """Whether this member still owns the partition; if not, its result must be discarded."""
        ...

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        """Write `outputs` and the positions after `done` in one transaction, then let `poll` go on.

        Raises:
            DependencyUnavailable: nothing was written and the reader stands at its last committed position.
        """
        ...

    def rewind(self) -> None:
        """Give the records of the last `poll` back: the next `poll` returns what was not committed."""
        ...

    def close(self) -> None:
        """Leave; uncommitted records are read again by whoever comes next."""
        ...
