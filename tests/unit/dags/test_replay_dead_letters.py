"""The whole DAG `replay_dead_letters`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from processors import config
from processors.orchestration import doors, replaying
from processors.orchestration.replaying import Wanted
from processors.runtime.codec import decode
from tests.people import people
from tests.unit.batch.test_resubmission import dead
from tests.unit.batch.world import World
from tests.unit.dags.conftest import Ran


def test_dead_letters_are_counted_and_replayed_once(
    run_dag: Callable[..., Ran], world: World, acts: list[Any]
) -> None:
    for n in range(3):
        dead(world, f"{n}.pdf")
    counted = run_dag("replay_dead_letters", {"dry_run": True})
    assert counted.returned["count"]["documents"] == 3
    assert "| alpha | intake | stage_failed | 3 |" in counted.returned["count"]["table"]
    assert (counted.state, counted.states["replay"], acts) == ("success", "skipped", [])
    ran = run_dag("replay_dead_letters", {"limit": 2, "rate": 1000, "reasons": ["stage_failed"]})
    assert ran.returned["replay"] == {"documents": 2, "known": 0, "left_out": 0}
    assert {decode(one.value).data.by for one in acts} == {"dag_test"}
    world.record()
    assert run_dag("replay_dead_letters", {"rate": 1000}).returned["replay"] == {
        "documents": 1,
        "known": 0,
        "left_out": 0,
    }
    world.record()
    nothing = run_dag("replay_dead_letters")
    assert (nothing.state, nothing.states["replay"]) == ("success", "skipped")
    assert len(world.events("documents.resubmitted")) == 3


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ("*", {}),
        ({"agencies": ["alpha"], "operates": True}, {}),
        ({"agencies": ["beta"], "operates": True}, {"agencies": ["alpha"]}),
    ],
)
def test_who_may_not_replays_nothing(
    run_dag: Callable[..., Ran], world: World, acts: list[Any], tmp_path: Path, who: object, wanted: dict[str, Any]
) -> None:
    people(tmp_path, dag_test=who)
    dead(world, "0.pdf")
    # Passed over as by somebody who marks it done: the task behind it looks as well.
    for passing_over, failed in (("", "count"), ("count|go_on", "replay")):
        ran = run_dag("replay_dead_letters", wanted, passing_over)
        assert (ran.state, ran.states[failed], acts) == ("failed", "failed", [])
    assert world.events("documents.resubmitted") == []


def test_an_operator_replays_what_is_their_agencys(
    run_dag: Callable[..., Ran], world: World, acts: list[Any], tmp_path: Path
) -> None:
    people(tmp_path, dag_test={"agencies": ["alpha"], "operates": True})
    dead(world, "0.pdf")
    ran = run_dag("replay_dead_letters", {"agencies": ["alpha"], "rate": 1000})
    assert ran.returned["replay"]["documents"] == 1


@pytest.mark.parametrize(
    ("wanted", "word"),
    [({"stages": ("cellar",)}, "cellar"), ({"agencies": ("nowhere",)}, "nowhere"), ({"reasons": ("No!",)}, "No!")],
)
def test_what_is_not_known_is_named(world: World, wanted: dict[str, Any], word: str) -> None:
    at = doors.Opened(config.load({"CHANCERY_HOME": str(world.home)}), world.doors, _Never())
    with pytest.raises(ValueError, match=word):
        replaying.count(at, Wanted(**wanted))


def test_nobody_cannot_ask(world: World) -> None:
    at = doors.Opened(config.load({"CHANCERY_HOME": str(world.home)}), world.doors, _Never())
    with pytest.raises(ValueError, match="signed in"):
        replaying.replay(at, Wanted(), "")


class _Never:
    def write(self, record: object) -> None:
        raise AssertionError
