"""What is meant is listed once and for good, in at most fifty lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from processors.batch import frozen_lists
from processors.batch.reprocess import manifest as module
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import find, lines, names
from processors.record.standing import Filter, Standing
from processors.record.states import State
from tests.unit.batch.reprocess.office import DOUBT, LATER, Office


def test_documents_are_listed_in_chunks_each_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen_lists, "FEWEST", 3)
    ids = {office.ended(str(n), {"total": n}) for n in range(8)}
    made = office.plan()
    assert [chunk.documents for chunk in made.chunks] == [3, 3, 2]
    listed = [line.id for chunk in made.chunks for line in lines(office.doors, chunk)]
    assert listed == sorted(ids)
    assert find(office.doors, "one") == made
    assert names(office.doors) == ("one",)


def test_there_are_no_more_lists_than_may_run_side_by_side(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen_lists, "FEWEST", 1)
    monkeypatch.setattr(frozen_lists, "MOST_CHUNKS", 4)
    for n in range(10):
        office.ended(str(n), {"total": n})
    assert [chunk.documents for chunk in office.plan().chunks] == [3, 3, 3, 1]


def test_the_last_list_takes_what_ended_while_it_was_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_lists, "FEWEST", 1)
    monkeypatch.setattr(frozen_lists, "MOST_CHUNKS", 2)
    for n in range(5):
        office.ended(str(n), {"total": n})
    monkeypatch.setattr(Standing, "counts", lambda *_: {("alpha", "receipt", State.RESULT): 2})
    assert [chunk.documents for chunk in office.plan().chunks] == [1, 4]


def test_a_selection_chooses(office: Office) -> None:
    old = office.ended("old", {"total": 1}, at=LATER - timedelta(days=9))
    office.ended("new", {"total": 1}, at=LATER - timedelta(days=1))
    doubted = office.ended("doubted", {DOUBT: 1}, at=LATER - timedelta(days=9))
    other = office.ended("other", {"total": 1}, agency="beta", kind="permit", at=LATER - timedelta(days=9))

    def chosen(name: str, **selection: Any) -> set[str]:
        return {line.id for chunk in office.plan(name, **selection).chunks for line in lines(office.doors, chunk)}

    before = LATER - timedelta(days=2)
    assert chosen("a", until=before) == {old, doubted, other}
    assert chosen("b", until=before, states=("result",)) == {old, other}
    assert chosen("c", until=before, agencies=("alpha",)) == {old, doubted}
    assert chosen("d", types=("permit",)) == {other}
    assert chosen("e", reasons=("confidence_low",)) == {doubted}
    assert chosen("f", since=before) == set(office.read) - {old, doubted, other}


def test_what_ends_after_the_wish_is_not_in_it(office: Office) -> None:
    office.ended("a", {"total": 1})
    office.ended("b", {"total": 1}, at=LATER + timedelta(seconds=1))
    assert office.plan().documents == 1


def test_a_name_is_taken_once(office: Office) -> None:
    office.ended("a", {"total": 1})
    office.plan("one")
    with pytest.raises(ReprocessError, match="'one' already"):
        office.plan("one")


@pytest.mark.parametrize("name", ["", "-a", "A", "a b", "ä", "a" * 41, "../x"])
def test_a_name_that_cannot_be_used_is_refused(office: Office, name: str) -> None:
    with pytest.raises(ReprocessError, match="small letters"):
        office.plan(name)


def test_nothing_begins_at_the_door(office: Office) -> None:
    with pytest.raises(ReprocessError, match="ocr, classify, extract, publish"):
        office.plan(stage="intake")


def test_nothing_to_do_is_told(office: Office) -> None:
    with pytest.raises(ReprocessError, match="nothing to reprocess"):
        office.plan()


def test_a_list_that_was_changed_is_noticed(office: Office) -> None:
    office.ended("a", {"total": 1})
    made = office.plan()
    office.objects.put("work", made.chunks[0].key, b"{}\n", "application/jsonl")
    with pytest.raises(ReprocessError, match="was changed"):
        list(lines(office.doors, made.chunks[0]))


def test_a_freezing_that_died_leaves_nothing_in_the_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen_lists, "FEWEST", 1)
    office.ended("a", {"total": 1})

    def die(_: int) -> None:
        raise KeyboardInterrupt

    wish = office.plan("other").wish.model_copy(update={"name": "one"})
    with pytest.raises(KeyboardInterrupt):
        module.freeze(office.doors, wish, die)
    office.ended("b", {"total": 1})
    assert [chunk.documents for chunk in office.plan("one").chunks] == [1, 1]


def test_counts_are_those_of_the_list(office: Office) -> None:
    office.ended("a", {"total": 1})
    office.ended("b", {DOUBT: 1})
    counts = Standing(office.ledger.engine).counts(Filter())
    assert counts == {("alpha", "receipt", State.RESULT): 1, ("alpha", "receipt", State.REVIEW): 1}
