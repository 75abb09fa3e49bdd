"""A day's figures against a day that is known, and where they are written."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from processors.batch.daily.figures import bounds, gather
from processors.batch.daily.page import lasted
from processors.batch.daily.reporting import missed, report
from processors.batch.daily.spread import Spread
from processors.batch.reprocess import emitting
from processors.events import Event, Review
from processors.record.tables import documents
from processors.runtime.ending import Ending
from tests.unit.batch.reprocess.office import DOUBT, Office, unhurried
from tests.unit.runtime.shop import NOW

DAY = NOW.date()
#: on the day
EARLY, LATE = NOW + timedelta(hours=1), NOW + timedelta(hours=23)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.objects.put("inbox-alpha", "x", b"", "x")
    yield made
    made.ledger.close()


def arrived(office: Office, document: str, seconds: float) -> None:
    """Let a document have been seen first so long before its end."""
    entry = office.ledger.entries([document])[document]
    with office.ledger.engine.begin() as connection:
        connection.execute(
            documents.update()
            .where(documents.c.id == document)
            .values(first_seen=entry.since - timedelta(seconds=seconds))
        )


def decide(office: Office, document: str, *changed: str) -> None:
    """A person decides about a review: what was read is released, in the same run."""
    from processors.events import ResultReleased

    entry = office.ledger.entries([document])[document]
    asked = Ending(office.doors).event(entry.document)
    assert asked is not None
    data = ResultReleased(
        document=asked.data.document,
        type=entry.type,
        type_version="1",
        type_confidence=1.0,
        confidence=1.0,
        fields={"shop": "secret"},
        evidence={},
        review=Review(reviewer="Ann", at=LATE, changed=changed),
    )
    event = Event[ResultReleased](
        id=f"{document}/decided",
        type=data.TYPE,
        source="/chancery/person",
        subject=document,
        time=LATE,
        dataschema="x",
        agency=entry.agency,
        runid="live",
        data=data,
    )
    record = Ending(office.doors).published(event)
    office.shop.topics.write(record.topic, record.value, record.key)
    office.record()


def test_a_day_is_counted_by_agency_and_type(office: Office) -> None:
    for n in range(3):
        arrived(office, office.ended(str(n), {"shop": "secret"}, at=LATE), 10.0)
    doubted = [office.ended(f"doubted {n}", {DOUBT: "x"}, at=EARLY) for n in range(3)]
    office.ended("other", {"shop": "x"}, agency="beta", kind="letter", at=EARLY)
    office.ended("yesterday", {"shop": "x"}, at=NOW - timedelta(seconds=1))
    office.ended("tomorrow", {"shop": "x"}, at=NOW + timedelta(days=1))
    decide(office, doubted[0], "shop", "total")
    decide(office, doubted[1])
    told = report(office.doors, DAY, LATE).figures
    assert (told["all"]["arrived"], told["all"]["ended"]) == (7, 7)
    (receipts,) = [one for one in told["by_type"] if one["type"] == "receipt"]
    assert receipts["states"] == {"result": 5, "review": 1}
    assert receipts["reasons"] == [{"state": "review", "reason": "confidence_low", "documents": 1}]
    # Three of six came as far as a person.
    assert (receipts["asked"], receipts["review_rate"]) == (3, 0.5)
    assert (receipts["decided"], receipts["corrected"], receipts["values_changed"]) == (2, 1, 2)
    assert receipts["corrected_share"] == 0.5
    assert receipts["latency"]["documents"] == 6
    assert receipts["latency"]["p50"] == pytest.approx(10.0, rel=0.01)
    assert [one["agency"] for one in told["by_agency"]] == ["alpha", "beta"]


def test_what_is_held_is_not_counted(office: Office) -> None:
    office.ended("a", {"shop": "x"}, at=NOW - timedelta(days=9))
    run = office.plan()
    for chunk in run.chunks:
        emitting.emit(office.doors, run, chunk, unhurried(), now=lambda: EARLY)
    office.work()
    assert gather(office.doors, DAY) == {}


def test_an_agencys_report_tells_of_its_own_and_no_report_holds_values(office: Office) -> None:
    office.ended("a", {"shop": "secret"}, at=EARLY)
    office.ended("b", {"shop": "secret"}, agency="beta", at=EARLY)
    office.objects.put("inbox-quiet", "x", b"", "x")
    pages = report(office.doors, DAY, LATE).pages
    assert pages == {
        "": "work/reports/2026-01-02/report.html",
        "alpha": "documents/alpha/reports/2026-01-02/report.html",
        "beta": "documents/beta/reports/2026-01-02/report.html",
        "quiet": "documents/quiet/reports/2026-01-02/report.html",
    }
    for agency, place in pages.items():
        bucket, _, key = place.partition("/")
        there = office.objects.info(bucket, key)
        assert there is not None
        html = office.objects.read(there.ref).decode()
        assert "secret" not in html
        assert ("beta" in html) == (agency in ("", "beta"))
        assert ("<svg" in html, "<script" in html, "http://" in html.replace("http://www.w3.org/2000/svg", "")) == (
            True,
            False,
            False,
        )
        json_key = key.replace(".html", ".json")
        found = office.objects.info(bucket, json_key)
        assert found is not None
        told = json.loads(office.objects.read(found.ref))
        assert told["all"]["arrived"] == {"": 2, "quiet": 0}.get(agency, 1)


def test_a_day_without_anything_has_a_page(office: Office) -> None:
    told = report(office.doors, date(2020, 2, 29), LATE).figures
    assert told["all"]["arrived"] == 0
    assert told["all"]["latency"] == {"documents": 0, "p50": None, "p95": None}
    assert told["all"]["review_rate"] is None


def test_days_that_nobody_reported_are_found(office: Office) -> None:
    day = date(2026, 11, 20)
    assert missed(office.doors, day) == ()  # nothing was missed before the first report
    for one in (5, 17, 19):
        report(office.doors, date(2026, 11, one), NOW)
    assert missed(office.doors, day) == tuple(date(2026, 11, one) for one in (*range(6, 17), 18))
    assert len(missed(office.doors, date(2027, 3, 1))) == 31


def test_a_day_ends_where_the_next_begins() -> None:
    assert bounds(date(2026, 11, 24))[1] == bounds(date(2026, 11, 25))[0]


def test_quantiles_are_right_within_one_percent_and_take_no_memory() -> None:
    spread, rng = Spread(), random.Random(1)
    durations = [rng.lognormvariate(2, 2) for _ in range(20_000)]
    for one in durations:
        spread.add(one)
    for share in (0.5, 0.95, 1.0):
        exact = sorted(durations)[int(share * len(durations)) - 1]
        assert spread.quantile(share) == pytest.approx(exact, rel=0.015)
    assert len(spread.bins) < 1_500
    spread.add(-5.0)  # clocks differ
    assert Spread().quantile(0.5) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, ""), (0.5, "0.5 s"), (150, "2.5 min"), (9_000, "2.5 h"), (864_000, "10 d")]
)
def test_durations_are_told_in_fitting_units(seconds: float | None, words: str) -> None:
    assert lasted(seconds) == words
