"""Where a chain ends, found by halving; what was changed there is not written on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.record import genesis
from processors.audit.shelf import Stored, last, segment_key
from processors.audit.tip import AuditChainBrokenError, Tip, sealed, tip_of
from processors.errors import SlotTaken
from tests.unit.audit.made_chain import Clock, Made


class Listed:
    """A shelf of names alone, which counts how often it is asked."""

    def __init__(self, firsts: list[int]) -> None:
        self.keys = sorted(segment_key("0", first) for first in firsts)
        self.asked = 0

    def stored(self, prefix: str, after: str = ""):  # type: ignore[no-untyped-def]
        self.asked += 1
        return iter([Stored(key) for key in self.keys if key > after][:1])


@settings(deadline=None)
@given(st.sets(st.integers(1, 10**9), max_size=30))
def test_the_last_object_is_found_in_few_questions(firsts: set[int]) -> None:
    shelf = Listed(list(firsts))
    found = last(shelf, "chains/0/", "jsonl")  # type: ignore[arg-type]
    assert (found.key if found else None) == (segment_key("0", max(firsts)) if firsts else None)
    assert shelf.asked <= 40 * 40


def test_of_a_million_segments_the_last_is_found_in_a_few_dozen_questions() -> None:
    class Many(Listed):
        def stored(self, prefix: str, after: str = ""):  # type: ignore[no-untyped-def]
            self.asked += 1
            number = int(after[-22:-6]) if after else 0
            first = number // 10_000 * 10_000 + (1 if number % 10_000 < 1 else 10_001)
            return iter([Stored(segment_key("0", first))] if first <= 10_000 * 1_000_000 else [])

    shelf = Many([])
    found = last(shelf, "chains/0/", "jsonl")  # type: ignore[arg-type]
    assert found is not None
    assert found.key == segment_key("0", 9_999_990_001)
    assert shelf.asked < 100


def test_an_empty_shelf_has_a_chain_at_its_beginning(tmp_path: Path) -> None:
    assert tip_of(Folder(tmp_path), "0") == Tip(0, genesis("0"), {})


def test_positions_are_kept_through_a_seal(tmp_path: Path) -> None:
    chain = Chain(Folder(tmp_path), "0", Tip(0, genesis("0"), {}), seconds=60, now=Clock())
    chain.event("a", 2, 7, "event", {})
    chain.event("a", 0, 3, "event", {})
    chain.gap("b", 1, 0, 9)
    chain.seal()
    chain.store()
    assert tip_of(Folder(tmp_path), "0") == chain.stored
    assert chain.stored.positions == {("a", 2): 8, ("a", 0): 4, ("b", 1): 9}
    assert sealed(chain.stored.positions) == {"a": [4, -1, 8], "b": [-1, 9]}


def test_what_is_in_the_chain_is_passed_over(tmp_path: Path) -> None:
    chain = Chain(Folder(tmp_path), "0", Tip(0, genesis("0"), {("a", 0): 5}), seconds=60, now=Clock())
    chain.event("a", 0, 4, "event", {})
    assert not chain.opened
    chain.event("a", 0, 5, "event", {})
    assert chain.opened


def test_of_two_writers_one_must_end(tmp_path: Path) -> None:
    start = Tip(0, genesis("0"), {})
    one, other = (Chain(Folder(tmp_path), "0", start, seconds=60, now=Clock()) for _ in range(2))
    one.event("a", 0, 0, "event", {"event": "1"})
    other.event("a", 0, 0, "event", {"event": "2"})
    one.seal()
    other.seal()
    one.store()
    with pytest.raises(SlotTaken):
        other.store()


def test_a_segment_that_was_stored_though_the_answer_was_lost_is_stored(tmp_path: Path) -> None:
    start = Tip(0, genesis("0"), {})
    one, same = (Chain(Folder(tmp_path), "0", start, seconds=60, now=Clock()) for _ in range(2))
    for chain in (one, same):
        chain.event("a", 0, 0, "event", {"event": "1"})
        chain.seal()
        chain.store()
    assert same.stored == one.stored


@pytest.mark.parametrize("cut", [lambda text: text[:-40], lambda text: text.replace(b"e1", b"e7"), lambda _: b""])
def test_a_chain_whose_end_was_changed_is_not_written_on(tmp_path: Path, cut: object) -> None:
    made = Made(Folder(tmp_path))
    made.write(3)
    made.segments[0].write_bytes(cut(made.segments[0].read_bytes()))  # type: ignore[operator]
    with pytest.raises(AuditChainBrokenError):
        tip_of(made.folder, "0")


def test_a_segment_ends_with_time_with_the_day_and_when_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    chain = Chain(Folder(tmp_path), "0", Tip(0, genesis("0"), {}), seconds=60, now=clock)
    assert not chain.due()
    chain.event("a", 0, 0, "event", {})
    assert not chain.due()
    clock.pass_(seconds=60)
    assert chain.due()
    chain.seal()
    chain.store()
    clock.now = clock.now.replace(hour=23, minute=59, second=50)
    chain.event("a", 0, 1, "event", {})
    clock.pass_(seconds=20)
    assert chain.due()
    chain.seal()
    chain.store()
    monkeypatch.setattr("processors.audit.chain.SEGMENT_RECORDS", 3)
    for offset in (2, 3, 4):
        assert not chain.due()
        chain.event("a", 0, offset, "event", {})
    assert chain.due()
