"""Checking from a day on: what lies behind the signed head is checked as ever, what lies before it is not read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.audit.folder import Folder
from processors.audit.heads import Heads, Signer
from processors.audit.starting import Start, start_before
from processors.audit.verifying import Report, verify
from tests.unit.audit.made_chain import KEY, STRANGER, Made, rehashed, relinked

PUBLIC = KEY.public_key()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Records 1 to 4 of the 24th, 5 to 8 of the 25th and 9 to 12 of the 26th, with a head behind each day's."""
    chain = Made(Folder(tmp_path / "audit"))
    for _ in range(3):
        chain.write(3)
        chain.clock.pass_(days=1)
    return chain


def start(made: Made, day: int) -> Start:
    return start_before(made.folder, [PUBLIC], date(2026, 11, day))


def since(made: Made, day: int) -> Report:
    return verify(made.folder, [PUBLIC], start=start(made, day))


def told(report: Report) -> list[tuple[str, int, int]]:
    return [(found.fault.value, found.first, found.last) for found in report.findings]


@pytest.mark.parametrize(("day", "behind"), [(24, None), (25, 4), (26, 8), (27, 12), (30, 12)])
def test_it_begins_behind_the_last_head_of_the_days_before(made: Made, day: int, behind: int | None) -> None:
    found = start(made, day).of_chain("0")
    assert (found[0] if found else None) == behind
    seen: list[int] = []
    report = verify(made.folder, [PUBLIC], lambda: seen.append(1), start(made, day))
    assert report.ok
    assert report.chains == {"0": 12}
    assert len(seen) == 12 - (behind or 0)
    assert report.newest is not None and report.newest.number == 3


def test_a_record_that_was_edited_after_the_day_is_found_and_one_before_it_only_by_checking_all(made: Made) -> None:
    made.change(lambda lines: [*lines[:9], lines[9].replace(b'"event":"e', b'"event":"x'), *lines[10:]])
    assert told(since(made, 26)) == told(made.verify()) == [("edited", 10, 10)]
    made.change(lambda lines: [*lines[:9], lines[9].replace(b'"event":"x', b'"event":"e'), *lines[10:]])
    made.change(lambda lines: [*lines[:5], lines[5].replace(b'"event":"e', b'"event":"x'), *lines[6:]])
    assert since(made, 26).ok, "the control: it was not read"
    assert told(since(made, 25)) == told(made.verify()) == [("edited", 6, 6)]


def test_the_first_record_must_hang_on_to_the_signed_one(made: Made) -> None:
    made.change(lambda lines: relinked([*lines[:7], rehashed(lines[7], kind="gap"), *lines[8:]], 8))
    found = since(made, 26).findings
    assert (found[0].fault.value, found[0].first, found[0].last) == ("edited", 8, 8)


def test_what_is_missing_right_behind_the_start_or_at_the_end_is_found(made: Made) -> None:
    kept = made.segments[1].read_bytes()
    made.segments[1].unlink()
    assert told(since(made, 25))[0] == ("dropped", 5, 8)
    (made.folder.root / "chains/0/0000000000000005.jsonl").write_bytes(kept)
    made.segments[2].unlink()
    assert told(since(made, 26)) == [("truncated", 9, 12)]


def test_records_computed_anew_behind_the_start_are_found_by_a_later_head(made: Made) -> None:
    made.change(lambda lines: relinked([*lines[:9], rehashed(lines[9], event="other"), *lines[10:]], 10))
    assert told(since(made, 26)) == [("rewritten", 9, 12)]


def test_a_head_that_somebody_else_signed_begins_nothing(made: Made) -> None:
    made.heads[1].unlink()
    forger = Heads(made.folder, "forged", Signer(STRANGER))
    forger.sign(made.clock(), "2026-11-25", "day", {"0": made_tip(made)})
    (made.folder.root / "heads/forged/0000000001.json").rename(made.folder.root / "heads/0/0000000002.json")
    assert start(made, 26).heads["0"].number == 1
    assert ("head_forged", 2, 2) in told(since(made, 26))


def made_tip(made: Made):  # type: ignore[no-untyped-def]
    from processors.audit.tip import tip_of

    return tip_of(made.folder, "0")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 60))
def test_of_many_heads_the_right_one_is_found(
    tmp_path_factory: pytest.TempPathFactory, pauses: list[int], ahead: int
) -> None:
    made = Made(Folder(tmp_path_factory.mktemp("heads")))
    made.write(1, head=False)
    heads, days = Heads(made.folder, "0", Signer(KEY)), []
    for pause in pauses:
        made.clock.pass_(days=pause)
        days.append(made.clock().date())
        heads.sign(made.clock(), days[-1].isoformat(), "interval", {"0": made_tip(made)})
    day = date.fromordinal(date(2026, 11, 20).toordinal() + ahead)
    found = start_before(made.folder, [PUBLIC], day).heads.get("0")
    assert (found.number if found else 0) == sum(one < day for one in days)
