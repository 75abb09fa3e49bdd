"""What every ledger must do, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, text, update

from processors.errors import DependencyUnavailable, EventInvalid
from processors.events import DocumentArrived, Event, ObjectCreated
from processors.local import ports
from processors.record import proofs, tables
from processors.record.aging import Aging, Disposed
from processors.record.database import VERSION, LedgerTooNewError, open_engine
from processors.record.entry import Entry
from processors.record.ledger import AmbiguousIdError, Ledger
from processors.record.proofs import Compared, Proofs, Unreadable
from processors.record.review_work import LEASE, ReviewWork
from processors.record.stage import Recorder
from processors.record.states import State
from processors.variables import SettingInvalid
from tests import servers
from tests.unit.record import makers as m

LATER = m.NOON + timedelta(hours=1)
WHOLE = [*m.way(), m.event(m.result(), 30)]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server.url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes the URL of an empty database."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path}/{uuid.uuid4().hex}/ledger.sqlite"
    base: str = request.getfixturevalue("postgres")

    def make() -> str:
        name = f"ledger_{uuid.uuid4().hex}"
        engine = create_engine(base, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return base.rsplit("/", 1)[0] + "/" + name

    return make


@pytest.fixture
def url(fresh: Callable[[], str]) -> str:
    return fresh()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger.open(url, clock=lambda: LATER) as opened:
        yield opened


@pytest.mark.parametrize(
    "forged",
    [
        {"time": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
        {"data": m.result().model_copy(update={"document": m.document().model_copy(
            update={"original": m.document().original.model_copy(update={"size": 2**70})})})},
    ],
)  # fmt: skip
def test_what_no_database_takes_is_the_events_fault_and_not_the_databases(
    ledger: Ledger, forged: dict[str, Any]
) -> None:
    with pytest.raises(EventInvalid):
        ledger.apply(m.event(m.result(), 0).model_copy(update=forged))
    assert ledger.apply(m.event(m.result(), 0)), "nothing of it was written"


def test_a_document_goes_its_way(ledger: Ledger) -> None:
    states = []
    for event in WHOLE:
        assert ledger.apply(event, LATER)
        found = ledger.find(event.subject)
        assert found
        states.append((found.state.value, found.stage))
    assert states == [
        ("arrived", "ocr"),
        ("arrived", "ocr"),
        ("arrived", "ocr"),
        ("recognising", "ocr"),
        ("recognising", "ocr"),
        ("recognised", "classify"),
        ("classified", "extract"),
        ("extracted", "publish"),
        ("result", "publish"),
    ]


def test_the_entry_holds_what_the_events_said(ledger: Ledger) -> None:
    ledger.apply_many(WHOLE)
    found = ledger.find(m.identity("a"))
    assert found
    assert found.document == m.document()
    assert (found.type, found.type_version, found.type_confidence) == ("nda_contract", "1", 0.97)
    assert (found.first_seen, found.since, found.updated) == (m.NOON, m.NOON + timedelta(seconds=30), LATER)
    assert found.end_event == WHOLE[-1].id
    assert found.artefacts["pages"].key == "k"
    assert found.code_version == "0.1.0"
    path = ledger.path(found.id)
    assert [step.stage for step in path] == ["intake"] * 3 + ["ocr"] * 3 + ["classify", "extract", "publish"]
    assert {step.engine for step in path} == {"", "tesserocr 5.5.4"}
    assert path[0].at == m.NOON


def test_a_repeat_changes_nothing(ledger: Ledger) -> None:
    assert ledger.apply_many(WHOLE, m.NOON) == len(WHOLE)
    before = ledger.find(m.identity("a")), ledger.path(m.identity("a")), ledger.counts()
    assert ledger.apply_many(WHOLE + WHOLE, LATER) == 0
    assert (ledger.find(m.identity("a")), ledger.path(m.identity("a")), ledger.counts()) == before


@given(
    events=st.permutations([*WHOLE, m.event(m.review(), 20), m.event(m.dead_letter(), 19)]), cut=st.integers(1, 9)
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_does_not_matter(fresh: Callable[[], str], events: list[Event[Any]], cut: int) -> None:
    with Ledger.open(fresh()) as ledger:
        ledger.apply_many(events[:cut], LATER)
        ledger.apply_many(events[cut:], LATER)
        found = ledger.find(m.identity("a"))
        assert found
        assert (found.state, found.end_event, found.since) == (State.RESULT, WHOLE[-1].id, WHOLE[-1].time)
        assert (found.type, found.first_seen, found.original.pages) == ("nda_contract", m.NOON, 2)
        assert len(ledger.path(found.id)) == len(events)


@pytest.mark.parametrize("end", [m.result(), m.review(), m.quarantine(), m.dead_letter()], ids=lambda e: e.TYPE)
def test_an_end_never_goes_back(ledger: Ledger, end: Any) -> None:
    ledger.apply(m.event(end, 5))
    ended = ledger.find(m.identity("a"))
    ledger.apply_many(m.way())
    found = ledger.find(m.identity("a"))
    assert ended and found
    assert (found.state, found.reason, found.since) == (ended.state, ended.reason, ended.since)


def test_a_settled_review_and_a_replayed_dead_letter_move_on_to_their_result(ledger: Ledger) -> None:
    ledger.apply_many([m.event(m.review("a"), 1), m.event(m.dead_letter("b"), 1)])
    ledger.apply_many([m.event(m.result("a"), 9), m.event(m.result("b"), 9)])
    assert {entry.state for entry in ledger.list()} == {State.RESULT}
    assert {entry.reason for entry in ledger.list()} == {""}


def test_members_of_newer_writers_are_ignored(ledger: Ledger) -> None:
    newer = m.way()[0].data.model_dump() | {"invented": {"later": 1}}
    ledger.apply(m.event(DocumentArrived.model_validate(newer), 0))
    assert ledger.find(m.identity("a"))


def test_a_batch_is_written_whole_or_not_at_all(ledger: Ledger) -> None:
    with pytest.raises(EventInvalid):
        ledger.apply_many([*m.way("a"), m.event(ObjectCreated(document=m.document("z")), 0)])
    assert ledger.list() == ()
    assert ledger.path(m.identity("a")) == ()


def test_the_recorder_feeds_the_ledger(ledger: Ledger) -> None:
    assert Recorder(ledger).record(WHOLE) == len(WHOLE)
    assert Recorder(ledger).record(WHOLE) == 0


def test_dead_letters_without_a_document_are_counted_apart(ledger: Ledger) -> None:
    letter = m.event(m.dead_letter(None), 0)
    assert ledger.apply_many([letter, letter]) == 1
    assert (ledger.unreadable(), ledger.list()) == (1, ())


def test_an_unreadable_record_is_found_by_the_document_that_its_key_names(ledger: Ledger) -> None:
    named = m.dead_letter(None).model_copy(update={"about": m.document("a").id})
    ledger.apply_many([m.event(named, 0), m.event(m.dead_letter(None), 1, part="other")])
    found = Proofs(ledger.engine).unreadable({m.document(name).id for name in "ab"})
    assert found == {m.document("a").id: Unreadable(named.stage, named.reason)}


def test_find_takes_an_unambiguous_beginning(ledger: Ledger) -> None:
    for name in map(str, range(40)):
        ledger.apply(m.event(m.review(name), 0))
    whole = m.identity("7")
    assert ledger.find(whole[:12]) == ledger.find(whole) is not None
    assert ledger.find("nothing") is None
    assert ledger.find("%") is None
    with pytest.raises(AmbiguousIdError):
        ledger.find(next(m.identity(str(i))[:1] for i in range(40)))


def test_list_filters_and_limits(ledger: Ledger) -> None:
    ledger.apply_many([m.event(m.review("a"), 1), m.event(m.result("b"), 2), m.event(m.result("c", "revenue"), 3)])

    def names(entries: tuple[Entry, ...]) -> list[str]:
        return [entry.original.key for entry in entries]

    assert names(ledger.list()) == ["c.pdf", "b.pdf", "a.pdf"]
    assert names(ledger.list(limit=1)) == ["c.pdf"]
    assert names(ledger.list(agency="justice")) == ["b.pdf", "a.pdf"]
    assert names(ledger.list(state=State.RESULT, agency="justice")) == ["b.pdf"]


def test_events_of_one_time_stand_in_the_order_of_the_stages(ledger: Ledger) -> None:
    ledger.apply_many([event.model_copy(update={"time": m.NOON}) for event in reversed(m.way())])
    names = [step.event_type.split(".", 1)[1] for step in ledger.path(m.identity("a"))]
    assert names == [event.type.split(".", 1)[1] for event in m.way()]


def test_updated_since_tells_the_news_in_order(ledger: Ledger) -> None:
    ledger.apply(m.event(m.result("a"), 1), m.NOON)
    ledger.apply(m.event(m.result("b"), 0), LATER)
    ledger.apply(m.event(m.review("c"), 0), LATER)
    assert [e.original.key for e in ledger.updated_since(m.NOON, State.RESULT)] == ["a.pdf", "b.pdf"]
    assert [e.original.key for e in ledger.updated_since(LATER, State.RESULT)] == ["b.pdf"]
    assert ledger.updated_since(m.NOON, State.RESULT, "revenue") == ()


def test_counts_by_agency_state_and_stage_with_the_oldest(ledger: Ledger) -> None:
    ledger.apply_many([m.event(m.review("a"), 1), m.event(m.review("b"), 2), m.event(m.result("c", "revenue"), 3)])
    counts = [(c.agency, c.state.value, c.stage, c.documents, c.oldest) for c in ledger.counts()]
    assert counts == [
        ("justice", "review", "publish", 2, m.NOON + timedelta(seconds=1)),
        ("revenue", "result", "publish", 1, m.NOON + timedelta(seconds=3)),
    ]


def test_waiting_keeps_the_order_and_the_unheard_of(ledger: Ledger) -> None:
    ledger.apply_many([m.event(m.review("a"), 1), *m.way("b")])
    ids = [m.identity(name) for name in "cab"]
    assert ledger.waiting(ids) == (ids[0], ids[2])
    assert ledger.waiting(()) == ()


def test_runs_of_one_document_stand_apart(ledger: Ledger) -> None:
    ledger.apply_many(WHOLE)
    again = m.event(m.result(run_id="batch-1"), 99)
    ledger.apply(again)
    found = ledger.find(m.identity("a"))
    assert found and found.run_id == "batch-1"
    assert [c.documents for c in ledger.counts()] == [1]
    assert len(ledger.path(found.id, "batch-1")) == 1


def test_a_name_from_outside_comes_back_as_it_was(ledger: Ledger) -> None:
    untrusted = "=cmd|' /C calc'!A1 \u202egpj.exe \n '); DROP TABLE documents; -- " + "x" * 800
    data = m.quarantine()
    original = data.document.original.model_copy(update={"key": untrusted})
    ledger.apply(
        m.event(data.model_copy(update={"document": data.document.model_copy(update={"original": original})}), 0)
    )
    assert [entry.original.key for entry in ledger.list()] == [untrusted]


def test_several_processes_may_feed_and_open_at_once(url: str) -> None:
    names = [str(i) for i in range(12)]

    def feed(turn: int) -> int:
        with Ledger.open(url) as mine:
            events = [e for name in names for e in (*m.way(name), m.event(m.result(name), 30))]
            start = turn * len(events) // 4
            ordered = events[start:] + events[:start]
            return sum(mine.apply_many(ordered[i : i + 7]) for i in range(0, len(ordered), 7))

    with ThreadPoolExecutor(4) as pool:
        new = sum(pool.map(feed, range(4)))
    with Ledger.open(url) as ledger:
        assert new == 12 * 9
        assert {entry.state for entry in ledger.list()} == {State.RESULT}
        assert {len(ledger.path(m.identity(name))) for name in names} == {9}


def test_a_newer_ledger_is_refused(url: str) -> None:
    engine = open_engine(url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(update(tables.schema_version).values(version=VERSION + 1))
    engine.dispose()
    with pytest.raises(LedgerTooNewError, match="newer Chancery"):
        Ledger.open(url)


def test_an_older_ledger_is_brought_up_to_date_and_keeps_what_it_knows(url: str) -> None:
    with Ledger.open(url) as ledger:
        ledger.apply_many(m.way())
        ledger.apply(m.event(m.result("b"), 30))
    engine = open_engine(url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for index in ("run", "arrival", "agency_and_arrival", "end"):
            connection.execute(text(f"DROP INDEX documents_by_{index}"))
        for table in ("reviews", "disposals"):
            connection.execute(text(f"DROP TABLE {table}"))
        for column in ("state_order", "type_order"):  # before there was the state "held"
            older = f"UPDATE documents SET {column} = '09' || substr({column}, 3) WHERE state = 'result'"
            connection.execute(text(older))
        connection.execute(text("DROP TABLE comparisons"))
        connection.execute(text("DROP INDEX ix_unreadable_about"))
        connection.execute(text("ALTER TABLE unreadable DROP COLUMN about"))
        connection.execute(text("DROP INDEX documents_by_parent"))
        for column in ("name", "parent"):
            connection.execute(text(f"ALTER TABLE documents DROP COLUMN {column}"))
        connection.execute(update(tables.schema_version).values(version=1))
    engine.dispose()
    with Ledger.open(url) as ledger:
        (entry,) = ledger.list(state=State.EXTRACTED)
        assert (entry.original.name, entry.parent) == ("", "")
        ledger.apply(m.event(m.review("b"), 40))
        assert [one.state for one in ledger.list(state=State.RESULT)] == [State.RESULT], "of a higher rank still"
        Proofs(ledger.engine).remember("justice", Compared(m.NOON, LATER))
        assert Proofs(ledger.engine).compared("justice") == Compared(m.NOON, LATER)
        named = m.dead_letter(None).model_copy(update={"about": entry.id})
        ledger.apply(m.event(named, 40))
        assert entry.id in Proofs(ledger.engine).unreadable({entry.id})
        gone = Disposed(entry.id, entry.agency, "receipt", "spring", LATER)
        Aging(ledger.engine).note(gone)
        assert Aging(ledger.engine).disposed([entry.id]) == {entry.id: gone}


# In bulk, for the comparison with the inboxes


def test_what_is_known_is_told_of_the_first_run_alone(ledger: Ledger) -> None:
    ledger.apply_many([*m.way("a"), *m.way("b", run_id="again")])
    ids = {name: m.document(name).id for name in "abc"}
    assert Proofs(ledger.engine).known(set(ids.values())) == {ids["a"]}


def test_what_has_no_end_is_told_page_by_page(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "CHUNK", 2)
    for name in "abcde":
        ledger.apply_many(m.way(name), m.NOON)
    ledger.apply_many(m.way("a", run_id="again"), m.NOON)
    ledger.apply_many(m.way("later"), LATER)
    ledger.apply(m.event(m.result("c"), 30), m.NOON)
    found = list(Proofs(ledger.engine).unfinished(LATER))
    expected = {(m.document(name).id, "live") for name in "abde"} | {(m.document("a").id, "again")}
    assert {(one.document.id, one.document.run_id) for one in found} == expected
    assert len(found) == 5
    one = next(one for one in found if one.document.run_id == "again")
    assert (one.stage, one.updated, one.document.original.key) == ("publish", m.NOON, "a.pdf")

    ledger.apply(m.event(m.result("a"), 30), LATER)
    ledger.apply_many(m.way("b", run_id="again"), LATER)  # news of another run
    ledger.apply(m.event(m.way("d")[4].data, 9, part="news"), LATER)
    still = {m.document(name).id for name in "be"}
    assert Proofs(ledger.engine).still(found) == {(i, "live") for i in still} | {(m.document("a").id, "again")}


def test_how_far_an_inbox_was_compared_is_kept_by_agency(ledger: Ledger) -> None:
    proven = Proofs(ledger.engine)
    assert proven.compared("justice") is None
    for moment in (m.NOON, LATER):
        proven.remember("justice", Compared(moment, moment))
        assert proven.compared("justice") == Compared(moment, moment)
    assert proven.compared("revenue") is None


def test_opening_again_keeps_one_version_row(url: str) -> None:
    for _ in range(2):
        Ledger.open(url).close()
    engine = open_engine(url)
    with engine.connect() as connection:
        assert connection.execute(tables.schema_version.select()).all() == [(VERSION,)]
    engine.dispose()


@pytest.mark.postgres
def test_a_postgres_that_is_away_is_a_dependency() -> None:
    port = ports.choose([None])[0]
    with pytest.raises(DependencyUnavailable):
        Ledger.open(f"postgresql+psycopg://nobody@127.0.0.1:{port}/none")


def test_an_sqlite_file_that_cannot_be_used_is_a_dependency(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()
    with pytest.raises(DependencyUnavailable):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")


def test_a_locked_sqlite_is_a_dependency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.record.database.BUSY_SECONDS", 0.05)
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    with Ledger.open(url) as ledger:
        other = open_engine(url)
        with other.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(insert(tables.schema_version).values(version=0))
            with pytest.raises(DependencyUnavailable):
                ledger.apply(m.way()[0])
            connection.rollback()
        other.dispose()


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u:p@h/d"])
def test_other_databases_are_refused_without_showing_the_url(url: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        Ledger.open(url)
    assert "u:p" not in str(refused.value)


# Who works on which review


def test_a_review_is_one_persons_for_a_while(ledger: Ledger) -> None:
    ledger.apply_many([*m.way("a"), m.event(m.review("a"), 40)])
    work = ReviewWork(ledger.engine)
    (waiting,) = work.waiting()
    assert (waiting.holder, waiting.looks, waiting.people) == ("", 0, ())
    assert work.take(waiting.review, "Ann  Lee", LATER) == "ann lee"
    assert work.take(waiting.review, "Ben", LATER + LEASE - timedelta(seconds=1)) == "ann lee"
    assert work.waiting(unseen_by="Ben", now=LATER) == ()
    assert work.take(waiting.review, "ann lee", LATER + timedelta(minutes=10)) == "ann lee"
    assert work.take(waiting.review, "Ben", LATER + LEASE + timedelta(minutes=1)) == "ann lee", "kept for longer"
    assert work.take(waiting.review, "Ben", LATER + timedelta(hours=1)) == "ben"
    work.give_back(waiting.review, "Ann Lee")
    assert work.waiting()[0].holder == "ben"
    work.give_back(waiting.review, "Ben")
    assert [one.review for one in work.waiting(unseen_by="Ann Lee", now=LATER)] == [waiting.review]


def test_who_has_looked_is_not_offered_it_again_and_what_is_sent_waits_no_more(ledger: Ledger) -> None:
    ledger.apply_many([*m.way("a"), m.event(m.review("a"), 40), *m.way("b"), m.event(m.review("b"), 50)])
    work = ReviewWork(ledger.engine)
    first, second = work.waiting()
    assert first.since < second.since
    work.looked(first.review, ["Ann Lee"], sent=False)
    assert [one.review for one in work.waiting(unseen_by="ann lee", now=LATER)] == [second.review]
    assert [one.looks for one in work.waiting(unseen_by="Lee", now=LATER)] == [1, 0]
    work.looked(first.review, ["Ann Lee", "Ben"], sent=True)
    assert [one.review for one in work.waiting()] == [second.review]
    assert (
        work.waiting(agencies=("nobody",)) == work.waiting(types=("none",)) == work.waiting(reasons=("none",)) == ()
    )


def test_of_many_who_take_a_review_at_once_one_has_it(ledger: Ledger) -> None:
    work = ReviewWork(ledger.engine)
    with ThreadPoolExecutor(4) as pool:
        holders = set(pool.map(lambda name: work.take("some review", name, LATER), "abcdefgh"))
    assert len(holders) == 1
