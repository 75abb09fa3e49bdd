from processors.commands.waiting import snapshots
from processors.record.ledger import Ledger
from tests.unit.record import makers as m


def test_it_ends_with_the_last_document(ledger: Ledger) -> None:
    ids = [m.identity("a"), m.identity("b")]
    ends = iter((m.result("a"), m.quarantine("b")))

    def sleep(_: float) -> None:
        ledger.apply(m.event(next(ends), 1))

    seen = list(snapshots(ledger, ids, 60, clock=lambda: 0.0, sleep=sleep))
    assert [len(known) for known in seen] == [0, 1, 2]


def test_it_gives_up_in_time_but_looks_once_more(ledger: Ledger) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += max(seconds, 0.1)

    seen = list(snapshots(ledger, [m.identity("a")], 1.0, clock=lambda: now[0], sleep=sleep))
    assert 2 < len(seen) < 12
    assert now[0] >= 1.0


def test_nothing_to_wait_for(ledger: Ledger) -> None:
    assert list(snapshots(ledger, [], 60)) == [{}]
