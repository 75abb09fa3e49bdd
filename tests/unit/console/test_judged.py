"""Quality: what people said about values, and the shapes of its plots."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from processors.console import plots
from processors.console.judged import ADDED, CHANGED, CONFIRMED, Judged, Judging, tally_of
from processors.events import Evidence
from processors.fields import Fields
from processors.record.browsing import Reach
from processors.record.ledger import Ledger
from processors.record.quality import Quality, Window
from processors.record.states import State
from tests.console_world import decided
from tests.unit.console.conftest import ANN, BOSS, HOSTILE, TIM, Site
from tests.unit.record import makers as m

LONG_AGO = Window(datetime(2020, 1, 1, tzinfo=UTC))


def _fields(**confidences: float) -> Fields:
    evidence = {path: Evidence(page=1, verdict="verbatim", confidence=c) for path, c in confidences.items()}
    return Fields(type="t", type_version="1", values=dict.fromkeys(confidences, "x"), evidence=evidence, engine="e")


def test_a_value_is_confirmed_changed_or_added() -> None:
    tally = tally_of(_fields(total=0.95, date=0.5), ["date", "address"])
    assert tally == (("total", 0.95, CONFIRMED), ("date", 0.5, CHANGED), ("address", 0.0, ADDED))


def test_entries_of_a_list_count_as_one_field() -> None:
    fields = Fields(
        type="t",
        type_version="1",
        values={"party": ["A", "B"]},
        evidence={f"party/{n}": Evidence(page=1, verdict="verbatim", confidence=0.9) for n in (0, 1)},
        engine="e",
    )
    assert [(pattern, said) for pattern, _, said in tally_of(fields, ["party/1"])] == [
        ("party/*", CONFIRMED),
        ("party/*", CHANGED),
    ]


def test_sums_are_by_type_and_field_and_by_confidence() -> None:
    judged = Judged()
    judged.add("t", tally_of(_fields(total=0.95, date=0.5), ["date"]))
    judged.add("t", tally_of(_fields(total=0.91, date=1.0), []))
    assert (judged.documents, judged.untouched) == (2, 1)
    assert judged.fields == {
        ("t", "total"): {CONFIRMED: 2, CHANGED: 0, ADDED: 0},
        ("t", "date"): {CONFIRMED: 1, CHANGED: 1, ADDED: 0},
    }
    dots = plots.dots(judged)
    assert [(round(dot.confidence, 3), dot.confirmed, dot.values) for dot in dots] == [
        (0.5, 0.0, 1),
        (0.953, 1.0, 3),
    ]
    # |0.5 - 0| of one value, |2.86 - 3| of three, over four.
    assert plots.error_of(judged) == pytest.approx((0.5 + 0.14) / 4)
    assert plots.error_of(Judged()) is None


def test_bars_stand_on_each_other_and_fill_the_plot() -> None:
    days = plots.every_day(date(2026, 1, 30), date(2026, 2, 1))
    assert days == ("2026-01-30", "2026-01-31", "2026-02-01")
    drawn = plots.bars(days, {(days[0], State.RESULT): 6, (days[0], State.REVIEW): 2, (days[2], State.RESULT): 4})
    assert [tick for _, tick in drawn.ticks] == [0, 4, 8]
    result, review, last = drawn.parts
    assert (result.y + result.height, review.y + review.height) == (plots.HEIGHT, result.y)
    assert review.y == 0
    assert last.height == plots.HEIGHT / 2
    assert last.x > result.x
    assert plots.bars(days, {}).parts == ()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite") as opened:
        opened.apply_many([*m.way("a"), m.event(m.result("a"), 30), *m.way("b"), m.event(m.review("b"), 30)])
        opened.apply_many([*m.way("c", "revenue"), m.event(m.result("c", "revenue"), 30)])
        yield opened


def test_counts_are_of_the_agencies_that_may_be_seen(ledger: Ledger) -> None:
    quality, mine = Quality(ledger.engine), Reach(frozenset({"justice"}))
    day = m.NOON.date().isoformat()
    assert quality.days(mine, LONG_AGO) == {(day, State.RESULT): 1, (day, State.REVIEW): 1}
    assert quality.days(Reach(None), LONG_AGO)[day, State.RESULT] == 2
    assert quality.days(Reach(frozenset()), LONG_AGO) == {}
    assert quality.days(mine, Window(m.NOON + timedelta(days=1))) == {}
    assert quality.days(mine, Window(LONG_AGO.since, agency="revenue")) == {}
    (row,) = quality.readers(mine, Window(LONG_AGO.since, type="nda_contract"))
    assert (row.type, row.documents, row.asked) == ("nda_contract", 1, 0)
    assert sum(one.documents for one in quality.readers(Reach(None), LONG_AGO)) == 3
    assert sum(one.asked for one in quality.readers(mine, LONG_AGO)) == 1
    assert quality.decided(mine, LONG_AGO, 9) == ()


def test_what_a_person_decided_is_judged_once_and_seen_by_its_agency_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(site.world, site.entry(HOSTILE), {"advertiser": "Somebody else"}, datetime.now(UTC))
    site.desk.ledger.apply_many([one for one in site.world.events() if one.id.startswith("decided-")])
    found = Quality(site.desk.ledger.engine).decided(ANN.reach, LONG_AGO, 9)
    judging = Judging()
    judged = judging.judged(site.desk, found)
    assert (judged.documents, judged.untouched) == (1, 0)
    assert judged.fields["fcc_political_ad_buy", "advertiser"][CHANGED] == 1
    assert sum(said[CONFIRMED] for said in judged.fields.values()) == 4
    assert Quality(site.desk.ledger.engine).decided(TIM.reach, LONG_AGO, 9) == ()
    for visitor, seen in ((ANN, True), (BOSS, True), (TIM, False)):
        text = site.client(visitor).get("/quality?days=90").text
        assert ("advertiser" in text) == seen
        # Counts alone: no value of a document.
        assert "Somebody else" not in text
        assert "Kase Poling" not in text

    def never(*_: object) -> bytes:
        raise AssertionError("read again")

    monkeypatch.setattr(type(site.desk.objects), "read", never)
    assert judging.judged(site.desk, found) == judged


def test_runs_are_shown_side_by_side(site: Site) -> None:
    entry = site.entry(HOSTILE)
    text = site.client(ANN).get(f"/documents/{entry.id}/compare").text
    assert "<del>POL/Kase Poling" in text
    assert "<ins>Somebody else</ins>" in text
    assert "1 changed, 0 appeared, 0 vanished, 4 same" in text
    same = site.client(ANN).get(f"/documents/{entry.id}/compare?old=live&new=live").text
    assert "0 changed" in same
    assert site.client(ANN).get(f"/documents/{entry.id}/compare?old=nothing").status_code == 404
    assert "Rita" in site.client(ANN).get(f"/documents/{entry.id}").text
