"""Waiting for documents to end, by asking the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from processors.errors import DependencyUnavailable
from processors.record.entry import Entry
from processors.record.ledger import Ledger

#: Often enough for the eye; a query takes a millisecond.
_PERIOD = 0.3


def snapshots(
    ledger: Ledger,
    ids: Sequence[str],
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Mapping[str, Entry]]:
    """What is known of these documents, again and again, until all have an end or the time is over.

    A ledger that does not answer is waited for; until it does, what was known last is what is known.
    """
    deadline = clock() + seconds
    known: Mapping[str, Entry] = {}
    while True:
        with suppress(DependencyUnavailable):
            known = ledger.entries(ids)
        yield known
        if all(i in known and known[i].state.is_end for i in ids) or clock() >= deadline:
            return
        sleep(min(_PERIOD, max(0.0, deadline - clock())))
