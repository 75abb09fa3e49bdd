"""Dead letters are replayed in bulk, each once, however often it is asked or killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.batch import replaying, resubmission
from processors.batch.replaying import Choice, Replayed
from processors.batch.reprocess.pace import Pace
from processors.batch.retention.disposing import WITHOUT_END
from processors.places import ended_key
from processors.reasons import QuarantineReason
from processors.record.facts import utc_now
from processors.runtime.codec import decode
from tests.unit.batch.test_resubmission import dead, refused
from tests.unit.batch.world import World


class Acts(list):  # type: ignore[type-arg]
    def write(self, record: object) -> None:
        self.append(record)


def pace() -> Pace:
    return Pace(10, clock=lambda: 0.0, sleep=lambda _: None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.ledger.close()


def replay(world: World, acts: Acts, **choice: object) -> Replayed:
    return replaying.replay_all(world.doors, acts, Choice(**choice), "Ann", pace())  # type: ignore[arg-type]


def test_all_that_failed_are_replayed_once(world: World) -> None:
    for n in range(3):
        dead(world, f"{n}.pdf")
    refused(world, QuarantineReason.DAMAGED, "bad.pdf")
    acts = Acts()
    assert replay(world, acts) == Replayed(3, 0)
    world.record()
    assert replay(world, acts) == Replayed(0, 0)
    assert len(world.events("documents.resubmitted")) == 3
    assert [decode(one.value).data.outcome for one in acts] == ["begun", "done"] * 3
    world.shop.run()
    assert len(world.events("documents.arrived")) == 3


@pytest.mark.parametrize(
    ("choice", "many"),
    [
        ({}, 2),
        ({"agencies": ("alpha",)}, 2),
        ({"agencies": ("beta",)}, 0),
        ({"reasons": ("stage_failed",)}, 2),
        ({"reasons": ("other",)}, 0),
        ({"stages": ("intake",)}, 2),
        ({"stages": ("ocr",)}, 0),
        ({"since": utc_now()}, 0),
        ({"limit": 1}, 1),
    ],
)
def test_what_is_chosen_and_counted(world: World, choice: dict[str, object], many: int) -> None:
    dead(world, "1.pdf"), dead(world, "2.pdf")
    assert len(list(replaying.chosen(world.doors, Choice(**choice)))) == many  # type: ignore[arg-type]
    assert sum(replaying.counts(world.doors, Choice(**choice)).values()) == many  # type: ignore[arg-type]
    assert world.events("documents.resubmitted") == []


def test_the_limit_is_of_those_that_nobody_replayed(world: World) -> None:
    """With a limit on what is looked at, what was replayed before would hide the rest."""
    for n in range(4):
        dead(world, f"{n}.pdf")
    acts = Acts()
    for _ in range(4):
        assert replay(world, acts, limit=1) == Replayed(1, 0)
        world.record()
    assert replay(world, acts, limit=1) == Replayed(0, 0)


def test_killed_after_asking_nothing_runs_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(2):
        dead(world, f"{n}.pdf")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replaying.replay_all(world.doors, Acts(), Choice(), "Ann", pace(), dies)
    # The ledger has not heard of it yet, so it is asked for again.
    assert replay(world, Acts()) == Replayed(2, 0)
    world.shop.run()
    assert len(world.events("documents.arrived")) == 2


def test_one_that_was_disposed_of_keeps_none_behind_it_from_their_turn(world: World) -> None:
    """The ledger was built anew and does not know of the disposal."""
    gone, other = sorted((dead(world, "1.pdf"), dead(world, "2.pdf")), key=lambda entry: entry.id)
    world.objects.put("work", ended_key(gone.document), WITHOUT_END, "application/json")
    acts = Acts()
    assert replay(world, acts) == Replayed(1, 0, 1)
    world.record()
    assert [event.subject for event in world.events("documents.resubmitted")] == [other.id]
    assert [decode(one.value).data.outcome for one in acts] == ["begun", "failed", "begun", "done"]


def test_a_reprocessing_is_not_replayed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dead(world)
    monkeypatch.setattr(replaying, "is_reprocessing", lambda _: True)
    assert list(replaying.chosen(world.doors, Choice())) == []
    monkeypatch.undo()
    assert len(list(replaying.chosen(world.doors, Choice()))) == 1
    assert resubmission.followed(world.doors, list(replaying.chosen(world.doors, Choice()))) == set()
