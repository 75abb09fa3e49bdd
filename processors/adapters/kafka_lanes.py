"""Topics of different urgency, read by one consumer: the urgent overtake, and nobody waits for ever.

A page range of a long document is seconds of work, and there may be hundreds of them; a letter that arrives
meanwhile must not wait for all. So before a record of a slow lane is taken there is a glance at the faster ones.
And so that a busy fast lane does not starve the slow one, the slow one has its turn after so many.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

#: How long a glance at other lanes takes at most, in milliseconds; only spent when the faster lanes are empty.
GLANCE_MS = 40
#: A batch of a slower lane is so many times smaller: what comes in on a faster one waits for all of it.
SMALLER = 4
#: Records of faster lanes in a row after which a slower one is preferred, if it has any.
_PATIENCE = 8


_Records = Sequence[Any]


class Partition(Protocol):
    """What is needed of `kafka.TopicPartition`."""

    @property
    def topic(self) -> str:
        """Its topic."""
        ...


P = TypeVar("P", bound=Partition)


class Lanes:
    """The topics of one reader, and whose turn it is."""

    def __init__(self, topics: Iterable[str]) -> None:
        """Begin with the fast lanes' turn.

        Args:
            topics: the most urgent first
        """
        self.topics = tuple(topics)
        #: records that were taken in a row from other lanes than the slowest
        self._in_a_row = 0

    @property
    def digest(self) -> str:
        """Tells members of a group by what they read.

        A static member that comes back soon is handed what it had, whatever it reads now. So one that reads other
        topics than before must be another member, or nobody would read what is new.
        """
        return hashlib.sha256(" ".join(self.topics).encode()).hexdigest()[:8]

    def preferred_to(self, topic: str) -> frozenset[str]:
        """The topics of which a record should be taken rather than one of `topic`; empty for none."""
        if len(self.topics) == 1:
            return frozenset()
        at = self.topics.index(topic)
        if self._in_a_row >= _PATIENCE:
            return frozenset(self.topics[at + 1 :])
        return frozenset(self.topics[:at])

    def of_one(self, polled: Mapping[P, _Records], batch: int) -> tuple[Mapping[P, _Records], Mapping[P, _Records]]:
        """The records of the most urgent topic among them, and those which must be given back.

        A batch of several lanes could not be exchanged: what it holds of a preferred lane would be passed over.

        Args:
            polled: at most a batch, by partition
            batch: most records of the most urgent topic of all
        """
        first = min((partition.topic for partition in polled), key=self.topics.index)
        room = batch if first == self.topics[0] else max(1, batch // SMALLER)
        taken: dict[P, _Records] = {}
        given_back: dict[P, _Records] = {}
        for partition, records in polled.items():
            fit = records[:room] if partition.topic == first else records[:0]
            room -= len(fit)
            if fit:
                taken[partition] = fit
            if rest := records[len(fit) :]:
                given_back[partition] = rest
        return taken, given_back

    def took(self, topic: str) -> None:
        """A record of this topic was taken."""
        # Where the slowest lane had its turn and nothing, the others go on for as many again.
        slowest_had_its_turn = self._in_a_row >= _PATIENCE or topic == self.topics[-1]
        self._in_a_row = 0 if slowest_had_its_turn else self._in_a_row + 1
