"""Refusals are counted: none is left out, and who floods crowds out nobody but himself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from processors.refusals import gathering
from processors.refusals.gathering import OTHERS, Gathering
from processors.refusals.refusal import Refusal

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ONE = Refusal("store", "agency.tax", "GetObject", "inbox-justice", "justice", "127.0.0.1", AT, "ab" * 32)


def test_the_same_again_is_one_row_that_says_how_often() -> None:
    rows = Gathering()
    for number in range(1000):
        rows.add(
            replace(
                ONE,
                at=AT + timedelta(seconds=number),
                address=f"10.0.0.{number % 20}",
                object=f"{number % 30:064x}",
            )
        )
    (row,) = rows.events()
    assert (row.times, row.first, row.last) == (1000, AT, AT + timedelta(seconds=999))
    assert (row.principal, row.operation, row.thing, row.agency) == (
        "agency.tax",
        "GetObject",
        "inbox-justice",
        "justice",
    )
    assert len(row.addresses) == len(row.objects) == 8


def test_who_floods_with_names_crowds_out_nobody_else() -> None:
    rows = Gathering()
    for number in range(50_000):
        rows.add(replace(ONE, thing=f"bucket-{number}", agency=""))
    rows.add(replace(ONE, principal="agency.health"))
    found = list(rows.events())
    assert len(found) == gathering.MOST_OF_ONE + 2
    (rest,) = (row for row in found if row.thing == OTHERS)
    assert (rest.principal, rest.times, rest.agency) == ("agency.tax", 50_000 - gathering.MOST_OF_ONE, "")
    assert [row.times for row in found if row.principal == "agency.health"] == [1]


def test_memory_is_bounded_also_where_everybody_floods() -> None:
    rows = Gathering()
    for number in range(5 * gathering.MOST):
        rows.add(replace(ONE, principal=f"somebody-{number}"))
    assert len(rows) <= gathering.MOST + 2
    assert sum(row.times for row in rows.events()) == 5 * gathering.MOST


_PLACES = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 150))


@given(st.lists(_PLACES, max_size=400))
def test_every_refusal_is_counted_once(places: list[tuple[str, str, int]]) -> None:
    rows = Gathering()
    for principal, operation, thing in places:
        rows.add(replace(ONE, principal=principal, operation=operation, thing=str(thing)))
    found = list(rows.events())
    assert sum(row.times for row in found) == len(places)
    for who in "ab":
        assert sum(row.times for row in found if row.principal == who) == sum(one[0] == who for one in places)
