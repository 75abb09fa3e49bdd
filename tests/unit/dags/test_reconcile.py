"""The whole DAG `reconcile`, on an inbox whose uploads nobody announced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from processors.pipeline import NOTIFICATIONS
from processors.record.facts import utc_now
from tests.unit.batch.world import World
from tests.unit.dags.conftest import Ran


def test_what_nobody_announced_is_announced(run_dag: Callable[..., Ran], world: World, acts: list[Any]) -> None:
    world.upload("a.pdf")
    world.inboxes.clock = utc_now() + timedelta(hours=1)
    looked = run_dag("reconcile", {"act": "look"})
    assert (looked.returned["compare"]["missing"], looked.returned["compare"]["re_emitted"]) == (1, 0)
    assert world.shop.records(NOTIFICATIONS) == []
    ran = run_dag("reconcile")
    assert (ran.state, ran.returned["compare"]["re_emitted"]) == ("success", 1)
    assert len(world.shop.records(NOTIFICATIONS)) == 1


def test_what_a_person_must_look_at_fails_the_run_and_is_named(
    run_dag: Callable[..., Ran], world: World, acts: list[Any]
) -> None:
    world.upload("a.pdf")
    world.inboxes.broken["alpha"] = ("inbox-alpha keeps no versions",)
    ran = run_dag("reconcile")
    assert (ran.state, ran.states["compare"]) == ("failed", "success")
    assert ran.returned["compare"]["for_people"] == ["alpha: inbox-alpha keeps no versions"]
    mended = run_dag("reconcile", {"mend": True})
    assert mended.state == "success"


def test_an_agency_that_is_not_there_is_named(run_dag: Callable[..., Ran], world: World, acts: list[Any]) -> None:
    world.upload("a.pdf")
    ran = run_dag("reconcile", {"agencies": ["nowhere"]})
    assert (ran.state, ran.states["compare"]) == ("failed", "failed")
