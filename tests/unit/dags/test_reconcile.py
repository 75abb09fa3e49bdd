"""The whole DAG `reconcile`, on an inbox whose uploads nobody announced."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processors.orchestration import choices
from processors.pipeline import NOTIFICATIONS
from processors.record.facts import utc_now
from tests import airflow_home
from tests.people import people
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


def test_what_forms_offer_is_renewed(
    run_dag: Callable[..., Ran], world: World, acts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agency that was added later is offered once the DAG is parsed again."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models.variable import Variable

    world.upload("a.pdf")
    assert run_dag("reconcile", {"act": "look"}).states["renew_offers"] == "success"
    written = Variable.get(choices.KEY)
    assert json.loads(written)["agencies"] == ["alpha"]
    # As the DAG processor asks for it, which is another process and has no doors of ours.
    monkeypatch.setenv(f"AIRFLOW_VAR_{choices.KEY.upper()}", written)
    form = DagBag(airflow_home.ROOT / "dags" / "reprocess.py", collect_dags=True).dags["reprocess"].params
    assert form.get_param("agencies").schema["examples"] == ["alpha"]
    assert "classifier@shipped" in form.get_param("expect").schema["examples"]
    assert "receipt" in form.get_param("types").schema["examples"]


def test_who_may_not_announces_nothing(
    run_dag: Callable[..., Ran], world: World, acts: list[Any], tmp_path: Path
) -> None:
    people(tmp_path, dag_test="*")
    world.upload("a.pdf")
    world.inboxes.clock = utc_now() + timedelta(hours=1)
    ran = run_dag("reconcile")
    assert (ran.state, ran.states["compare"], world.shop.records(NOTIFICATIONS)) == ("failed", "failed", [])
    assert ran.states["renew_offers"] == "upstream_failed", "nor is what forms offer written"


def test_an_agency_that_is_not_there_is_named(run_dag: Callable[..., Ran], world: World, acts: list[Any]) -> None:
    world.upload("a.pdf")
    ran = run_dag("reconcile", {"agencies": ["nowhere"]})
    assert (ran.state, ran.states["compare"]) == ("failed", "failed")
