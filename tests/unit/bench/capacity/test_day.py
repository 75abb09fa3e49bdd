"""The day as a fluid: what comes goes, limits bind, and the curve is what it says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench.capacity import day
from bench.capacity.curve import Scenario, again, live, office
from bench.capacity.load import Load, LoadInvalid, Model
from bench.capacity.planning import plan
from bench.capacity.sharing import Queues
from bench.capacity.site import Scaling, scaled
from bench.capacity.stages import PARTITIONS
from tests.unit.bench.capacity.made import LOAD, costs, stages

_QUIET = Scenario(burst=0.0, long_documents=0, reprocessed=0)
_STEP = 60.0
#: 20 scanned pages a second at the peak
_BUSY = Load(864_000, 1.0, 1.0, 2.0)


def _day(load: Load, scenario: Scenario = _QUIET, partitions: int = 96, **scaling: Any) -> day.Day:
    topics = {**PARTITIONS, "pages.requested": partitions, "documents.classified": 240}
    return day.simulate(scaled(costs(), load, topics, Scaling(**scaling), 1.0), load, scenario, _STEP)


@pytest.mark.parametrize("peak", [1.0, 2.0, 4.0, 8.0, 24.0])
def test_the_curve_has_its_peak_and_a_mean_of_one(peak: float) -> None:
    at = np.arange(0.0, 86_400.0, 10.0)
    curve = office(at, peak)
    assert curve.mean() == pytest.approx(1.0, abs=1e-3)
    assert curve.max() == pytest.approx(peak, rel=1e-3)
    assert curve.min() >= -1e-9


def test_a_burst_is_on_top_of_the_curve_for_its_minutes() -> None:
    scenario = Scenario(burst=10.0, burst_minutes=3.0, burst_at=11.0)
    at = np.arange(0.0, 86_400.0, 1.0)
    more = live(at, LOAD, scenario) - live(at, LOAD, _QUIET)
    assert more.sum() == pytest.approx(180 * 10 * LOAD.documents_per_second)


def test_what_comes_goes() -> None:
    seen = _day(_BUSY)
    assert seen.came["live"][-1] == pytest.approx(864_000, rel=1e-3)
    assert seen.unfinished < 1e-3 * seen.came["live"][-1]
    assert np.percentile(seen.whole, 95) < 120.0


def test_too_few_partitions_make_documents_wait_for_hours() -> None:
    seen = _day(_BUSY, partitions=8)
    assert seen.workers["ocr"].max() == 8
    # Eight workers read 8 / 1.05 documents a second at most, all day long.
    assert seen.ended["live"][-1] <= 86_400 * 8 / 1.05
    assert np.percentile(seen.whole, 95) > 3600.0
    assert seen.unfinished > 100_000


def test_reprocessing_comes_behind_and_live_documents_hardly_wait() -> None:
    again = replace(_QUIET, reprocessed=200_000, reprocessed_rate=50.0)
    alone, among = _day(_BUSY), _day(_BUSY, again)
    assert among.ended["reprocessing"][-1] == pytest.approx(200_000, rel=0.05)
    assert np.percentile(among.whole, 50) < np.percentile(alone.whole, 50) + 60.0


def test_gpus_come_when_there_is_work_and_go_at_night() -> None:
    load = replace(_BUSY, peak=4.0, model=Model(pages_per_second=5.0, answer_seconds=1.0))
    seen = _day(load, gpu_start=300.0)
    most = plan(costs(), load).gpus
    assert 0 < seen.gpus.max() <= most
    assert seen.gpus[0] == 0
    slow = _day(load, gpu_start=3000.0)
    assert slow.whole.max() > seen.whole.max() + 1000.0


def test_a_queue_serves_the_first_lane_first_and_the_last_has_its_turn() -> None:
    ocr = next(one for one in stages() if one.name == "ocr")
    queues = Queues(ocr, [96, 96, 24], (1.0, 4.0, 1.0))
    queues.put(0, 1000)
    queues.put(2, 1000)
    done, spent = queues.serve(24, 10.0)
    assert spent == pytest.approx(240.0)
    assert done[0] == pytest.approx(240 * 8 / 9) and done[2] == pytest.approx(240 / 9)


def test_a_queue_never_serves_more_than_there_is() -> None:
    ocr = next(one for one in stages() if one.name == "ocr")
    queues = Queues(ocr, [96, 96, 24], (1.0, 4.0, 1.0))
    queues.put(0, 10)
    queues.put(1, 1)
    done, spent = queues.serve(96, 10.0)
    assert done == pytest.approx([10, 1, 0]) and spent == pytest.approx(14.0)
    assert queues.lag() == pytest.approx(0.0)
    assert queues.serve(0, 10.0) == ([0.0, 0.0, 0.0], 0.0)


@pytest.mark.parametrize(
    "changed",
    [{"burst": -1.0}, {"burst_at": 25.0}, {"reprocessed": -1}, {"reprocessed_rate": 0.0}, {"long_pages": 0}],
)
def test_a_scenario_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(LoadInvalid, match=r"give "):
        replace(_QUIET, **changed)


def test_a_site_that_is_sized_for_more_than_the_peak_may_have_more_workers() -> None:
    few, many = (scaled(costs(), _BUSY, PARTITIONS, Scaling(sized_for=peak), 1.0) for peak in (None, 4.0))
    assert few.rules["ocr"].most < many.rules["ocr"].most <= 96
    assert few.workers == many.workers


@pytest.mark.parametrize("step", [1.0, 7.0, 300.0])
def test_what_is_shorter_than_a_step_counts_for_its_share(step: float) -> None:
    scenario = Scenario(burst=10.0, burst_minutes=0.5, reprocessed=100, reprocessed_rate=50.0)
    at = np.arange(0.0, 86_400.0, step)
    assert again(at, scenario, step).sum() * step == pytest.approx(100)
    more = live(at, LOAD, scenario, step) - live(at, LOAD, _QUIET, step)
    assert more.sum() * step == pytest.approx(30 * 10 * LOAD.documents_per_second)
