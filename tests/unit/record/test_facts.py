from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.errors import EventInvalid
from processors.events import AccessRefused, ActRecorded, Event, ObjectCreated, RunReported
from processors.pipeline import TOPICS
from processors.record.facts import _MEANS, entry_of, merge
from processors.record.states import State
from tests.unit.record import makers as m

ALL = [
    *m.way(),
    m.event(m.dead_letter(), 20),
    m.event(m.quarantine(), 21),
    m.event(m.review(), 22),
    m.event(m.result(), 23),
    m.event(m.result(supersedes="x", type="other"), 24, part="corrected"),
]


def test_every_event_about_a_document_means_a_state() -> None:
    assert set(_MEANS) == {topic.event for topic in TOPICS if topic.event} - {
        ActRecorded,
        AccessRefused,
        RunReported,
    }


def test_an_event_that_never_travels_is_refused() -> None:
    with pytest.raises(EventInvalid):
        entry_of(m.event(ObjectCreated(document=m.document()), 0))


@given(st.permutations(ALL))
@settings(max_examples=200)
def test_entries_merge_to_the_same_in_any_order(events: list[Event[Any]]) -> None:
    assert reduce(merge, map(entry_of, events)) == reduce(merge, map(entry_of, ALL))


@given(st.sampled_from(ALL), st.sampled_from(ALL), st.sampled_from(ALL))
def test_merge_is_associative_commutative_and_idempotent(a: Event[Any], b: Event[Any], c: Event[Any]) -> None:
    x, y, z = entry_of(a), entry_of(b), entry_of(c)
    assert merge(merge(x, y), z) == merge(x, merge(y, z))
    assert merge(x, y) == merge(y, x)
    assert merge(x, x) == x


def test_the_newest_of_several_results_counts() -> None:
    old, new = entry_of(ALL[-2]), entry_of(ALL[-1])
    assert merge(new, old).end_event == ALL[-1].id
    assert merge(new, old).type == "other"


def test_a_state_lasts_since_its_first_event_and_an_end_since_it_came() -> None:
    recognised = [entry_of(e) for e in m.way() if "pages.recognised" in e.type]
    assert merge(*reversed(recognised)).since == m.NOON + timedelta(seconds=3)
    assert merge(recognised[0], entry_of(m.event(m.result(), 50))).since == m.NOON + timedelta(seconds=50)


def test_what_later_stages_know_of_the_original_is_kept() -> None:
    arrived, quarantined = entry_of(m.way()[0]), entry_of(m.event(m.quarantine(), 9))
    merged = merge(quarantined, arrived)
    assert merged.state == State.QUARANTINED
    assert (merged.original.pages, merged.original.sha256) == (2, m.SHA)


@pytest.mark.parametrize(("key", "kept"), [("a\0b", "a\\x00b"), ("a\udc80b", "a\\udc80b"), ("a\nb", "a\nb")])
def test_a_key_that_no_database_takes_is_escaped(key: str, kept: str) -> None:
    data = m.quarantine()
    original = data.document.original.model_copy(update={"key": key})
    data = data.model_copy(update={"document": data.document.model_copy(update={"original": original})})
    assert entry_of(m.event(data, 0)).original.key == kept


def test_the_document_comes_back_as_events_carry_it() -> None:
    assert entry_of(ALL[0]).document == m.document()
    assert replace(entry_of(ALL[0]), run_id="r2").document.run_id == "r2"
