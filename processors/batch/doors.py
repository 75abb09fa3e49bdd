"""What the functions of this room work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from processors.places import Buckets
from processors.ports import Cursor, Inboxes, Objects, Topics
from processors.record.ledger import Ledger


class Stored(Protocol):
    """The object store of an installation: all that a function needs which only reads what was written there."""

    @property
    def objects(self) -> Objects:
        """The store."""
        ...

    @property
    def buckets(self) -> Buckets:
        """Where things lie in it."""
        ...


@dataclass(frozen=True)
class Doors:
    """The stores, the topics and the ledger of an installation, open."""

    objects: Objects
    inboxes: Inboxes
    topics: Topics
    ledger: Ledger
    buckets: Buckets
    #: makes sure that a result topic exists before something is written to it
    ensure_topic: Callable[[str], None]
    #: opens the hold on a list that is worked off, by what is done with it and its number
    cursors: Callable[[str, int], Cursor]
