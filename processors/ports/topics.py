"""The topics as a whole, and lists that are worked off into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from processors.ports.log import Incoming, Outgoing


class Topics(Protocol):
    """The topics as a whole: what lies before a stage, and a way to put something there."""

    @property
    def cluster(self) -> str:
        """Names this Kafka: another name once it was built anew."""
        ...

    def names(self) -> tuple[str, ...]:
        """The topics that exist, without the installation's prefix."""
        ...

    def waiting(self, group: str, topics: Sequence[str]) -> Iterator[Incoming]:
        """What `group` has not dealt with yet at this moment, in no order; memory does not grow with it.

        Raises:
            DependencyUnavailable: also where a transaction stays open, so that nobody can tell.
        """
        ...

    def write(self, records: Sequence[Outgoing]) -> None:
        """Write records; returns once Kafka has them all. After an error some may be there."""
        ...


@dataclass(frozen=True)
class Reached:
    """How far a list was worked off."""

    #: entries of the list, from its beginning
    entries: int = 0
    #: of these, those for which nothing was written
    left_out: int = 0


class Cursor(Protocol):
    """Writes records and how far a list was worked off: both or neither, so that a kill doubles nothing."""

    def reached(self) -> Reached:
        """Fence whoever worked on this list before, end what it left open, and tell how far it came.

        Raises:
            DependencyUnavailable: Kafka does not answer.
            SlotTaken: another process works on this list.
        """
        ...

    def write(self, records: Sequence[Outgoing], reached: Reached) -> None:
        """Write records and how far they bring the list. After an error only `reached` tells what became of them.

        Raises:
            DependencyUnavailable: Kafka does not answer.
            SlotTaken: another process works on this list.
        """
        ...

    def close(self) -> None:
        """Disconnect."""
        ...
