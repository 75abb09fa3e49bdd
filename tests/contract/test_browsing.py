"""Looking through the ledger: newest first, page by page, and never beyond what the asker may see."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from processors.record.browsing import Browsing, Key, Reach, Wanted, newest
from processors.record.gathering import Gathering
from processors.record.ledger import Ledger
from processors.record.states import State
from tests import servers
from tests.unit.record import makers as m

ALL = Reach(None)
JUSTICE = Reach(frozenset({"justice"}))
ANY = Wanted()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server.url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    if request.param == "postgres":
        base: str = request.getfixturevalue("postgres")
        name = f"browsing_{uuid.uuid4().hex}"
        engine = create_engine(base, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        url = base.rsplit("/", 1)[0] + "/" + name
    with Ledger.open(url) as opened:
        yield opened


def _arrived(name: str, second: float, agency: str = "justice", run_id: str = "live") -> Any:
    return m.event(m.way(name, agency, run_id)[0].data, second)


def _names(entries: Any) -> list[str]:
    return [entry.original.key.removesuffix(".pdf") for entry in entries]


def test_the_newest_come_first_and_pages_join_whatever_arrives_meanwhile(ledger: Ledger) -> None:
    # Two of one moment, as a batch upload makes them: then the ids decide.
    ledger.apply_many(
        [_arrived(name, second) for name, second in zip("abcdefg", (1, 2, 3, 3, 3, 4, 5), strict=True)]
    )
    browsing = Browsing(ledger.engine)
    whole = _names(browsing.page(ALL, ANY, 10).entries)
    assert (whole[:2], set(whole[2:5]), whole[5:]) == (["g", "f"], set("cde"), ["b", "a"])
    seen: list[str] = []
    behind = None
    while True:
        page = browsing.page(ALL, ANY, 2, behind=behind)
        seen += _names(page.entries)
        ledger.apply(_arrived(f"new-{len(seen)}", 100 + len(seen)))
        if not page.older:
            break
        behind = Key.of(page.entries[-1])
    assert seen == whole


def test_going_back_shows_the_same_pages(ledger: Ledger) -> None:
    ledger.apply_many([_arrived(name, second) for second, name in enumerate("abcdef")])
    browsing = Browsing(ledger.engine)
    first = browsing.page(ALL, ANY, 2)
    second = browsing.page(ALL, ANY, 2, behind=Key.of(first.entries[-1]))
    third = browsing.page(ALL, ANY, 2, behind=Key.of(second.entries[-1]))
    assert (first.newer, first.older, second.newer, third.older) == (False, True, True, False)
    back = browsing.page(ALL, ANY, 2, before=Key.of(third.entries[0]))
    assert _names(back.entries) == _names(second.entries)
    assert back.newer
    assert not browsing.page(ALL, ANY, 2, before=Key.of(back.entries[0])).newer


def test_nothing_of_other_agencies_is_told(ledger: Ledger) -> None:
    ledger.apply_many([*m.way("a"), *m.way("b", "revenue"), m.event(m.quarantine("c", "revenue"), 3)])
    ledger.apply(m.event(m.dead_letter(None), 4))
    browsing, gathering = Browsing(ledger.engine), Gathering(ledger.engine)
    theirs = m.identity("b")
    assert _names(browsing.page(JUSTICE, ANY, 9).entries) == ["a"]
    assert browsing.page(JUSTICE, Wanted(agency="revenue"), 9).entries == ()
    assert browsing.page(JUSTICE, Wanted(untrusted_text=theirs), 9).entries == ()
    assert browsing.runs(JUSTICE, theirs) == ()
    assert browsing.agencies(JUSTICE) == ("justice",)
    assert sum(gathering.states(JUSTICE, ANY).values()) == 1
    assert {count.agency for count in gathering.moving(JUSTICE)} == {"justice"}
    assert gathering.waiting(JUSTICE) == ()
    assert gathering.unreadable(JUSTICE) == 0
    later = m.NOON + timedelta(days=9999)
    assert _names(gathering.still(JUSTICE, later, 9)) == ["a"]
    assert gathering.ended_since(JUSTICE, m.NOON) == 0
    nobody = Reach(frozenset())
    assert browsing.page(nobody, ANY, 9).entries == ()
    assert gathering.states(nobody, ANY) == {}
    # Not because there is nothing: who may see all is told of each.
    assert len(browsing.page(ALL, ANY, 9).entries) == 3
    assert browsing.runs(ALL, theirs)
    assert browsing.agencies(ALL) == ("justice", "revenue")
    assert (gathering.unreadable(ALL), gathering.ended_since(ALL, m.NOON)) == (1, 1)
    assert [why.reason for why in gathering.waiting(ALL)] == ["encrypted"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(untrusted_text="PERMIT"), ["permit-7"]),
        (Wanted(untrusted_text="100%_"), ["100%_sure"]),
        (Wanted(untrusted_text=m.identity("a")[:8]), ["a"]),
        (Wanted(type="nda_contract"), ["a"]),
        (Wanted(state=State.QUARANTINED), ["100%_sure"]),
        (Wanted(reason="encrypted"), ["100%_sure"]),
        (Wanted(stage="ocr"), ["permit-7"]),
        (Wanted(since=m.NOON + timedelta(seconds=40)), ["100%_sure"]),
        (Wanted(until=m.NOON + timedelta(seconds=40)), ["permit-7", "a"]),
    ],
    ids=str,
)
def test_what_is_looked_for_is_found_and_nothing_else(ledger: Ledger, wanted: Wanted, expected: list[str]) -> None:
    ledger.apply_many([*m.way("a"), _arrived("permit-7", 30), m.event(m.quarantine("100%_sure"), 50)])
    found = Browsing(ledger.engine).page(ALL, wanted, 9).entries
    assert _names(found) == expected


def test_each_document_is_there_once_as_it_stands(ledger: Ledger) -> None:
    ledger.apply_many([m.event(m.dead_letter("a"), 1), _arrived("b", 2), _arrived("a", 5, run_id="again-1")])
    ledger.apply_many([m.event(m.result("c"), 3), _arrived("c", 9, run_id="re-trial")])
    browsing, gathering = Browsing(ledger.engine), Gathering(ledger.engine)
    runs = {(e.original.key[0], e.run_id) for e in browsing.page(ALL, ANY, 9).entries}
    assert runs == {("a", "again-1"), ("b", "live"), ("c", "live")}
    assert len(browsing.page(ALL, replace(ANY, every_run=True), 9).entries) == 5
    assert [e.run_id for e in browsing.runs(ALL, m.identity("c"))] == ["live", "re-trial"]
    assert newest(browsing.runs(ALL, m.identity("c"))).run_id == "live"
    assert newest(browsing.runs(ALL, m.identity("a"))).run_id == "again-1"
    # A dead letter that was replayed waits for nobody.
    assert gathering.waiting(ALL) == ()


@pytest.mark.parametrize("every_run", [False, True])
def test_counts_are_those_of_the_list(ledger: Ledger, every_run: bool) -> None:
    for number in range(6):
        ledger.apply(_arrived(f"d{number}", number, ("justice", "revenue")[number % 2]))
    ledger.apply_many([m.event(m.dead_letter("d0"), 20), m.event(m.quarantine("d1", "revenue"), 21)])
    ledger.apply_many([_arrived("d0", 30, run_id="again-1"), _arrived("d0", 40, run_id="again-2")])
    ledger.apply_many([_arrived("d2", 50, run_id="re-trial"), m.event(m.result("d4", run_id="re-good"), 60)])
    for reach in (ALL, JUSTICE):
        wanted = Wanted(every_run=every_run)
        listed = Counter(entry.state for entry in Browsing(ledger.engine).page(reach, wanted, 99).entries)
        assert Gathering(ledger.engine).states(reach, wanted) == dict(listed)
