"""Documents without an end: how many, and how old the oldest is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.names import REPROCESSING_RUN
from processors.record.ledger import Ledger
from processors.record.states import State
from processors.record.unended import Unended
from tests.unit.record import makers as m


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite") as opened:
        yield opened


def test_what_is_on_its_way_is_counted_and_what_has_an_end_is_not(ledger: Ledger) -> None:
    unended = Unended(ledger.engine)
    assert (sum(unended.counts().values()), unended.oldest()) == (0, None)
    ledger.apply_many(m.way("a")[:1] + m.way("b"))
    ledger.apply(m.event(m.result("b"), 60))
    assert unended.counts()[State.ARRIVED] == 1
    assert sum(unended.counts().values()) == 1
    ledger.apply(m.event(m.review("c"), 60))
    assert unended.counts()[State.REVIEW] == 1


def test_the_oldest_is_a_live_document_however_long_something_is_reprocessed(ledger: Ledger) -> None:
    unended = Unended(ledger.engine)
    ledger.apply_many(m.way("a", run_id=f"{REPROCESSING_RUN}spring")[:1])
    assert unended.oldest() is None
    # The control: the same document in a live run is on its way.
    ledger.apply_many(m.way("a")[:1])
    assert unended.oldest() == m.way("a")[0].time
