"""The whole DAG `report`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from processors.orchestration.reporting import Wanted, day_of
from processors.record.facts import utc_now
from tests.unit.batch.test_resubmission import dead
from tests.unit.batch.world import World
from tests.unit.dags.conftest import Ran


def test_the_pages_of_a_day_are_written(run_dag: Callable[..., Ran], world: World, acts: list[Any]) -> None:
    dead(world)
    ended = world.ledger.list()[0].since.date()
    ran = run_dag("report", {"day": ended.isoformat()})
    assert (ran.state, ran.returned["write"]["ended"]) == ("success", 1)
    assert ran.returned["write"]["pages"] == [
        f"work/reports/{ended}/report.html",
        f"documents/alpha/reports/{ended}/report.html",
    ]
    today = utc_now().date()
    run_dag("report", {"day": (today - timedelta(days=4)).isoformat()})
    yesterday = run_dag("report").returned["write"]
    assert f"work/reports/{today - timedelta(days=1)}/report.html" in yesterday["pages"]
    # The first report is older than a month: every day of the month but the one that was reported.
    assert yesterday["made_up_for"] == 30
    assert world.objects.info("work", f"reports/{today - timedelta(days=2)}/report.json") is not None


def test_the_day_is_the_one_before_the_run_in_utc() -> None:
    after = datetime.fromisoformat("2026-11-25T00:15:00+02:00")
    assert day_of(Wanted(), after) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="not come yet"):
        day_of(Wanted(day=date(2026, 11, 25)), after)
