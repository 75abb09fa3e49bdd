import json
from dataclasses import replace
from typing import Any

import pytest

from bench.capacity import told
from bench.capacity.load import Load, LoadInvalid, Model
from bench.capacity.planning import Plan, StagePlan, plan, useful
from bench.capacity.stages import PARTITIONS, partitions_of, ranges_of
from tests.unit.bench.capacity.made import LOAD, costs


def _stage(made: Plan, name: str) -> StagePlan:
    return next(one for one in made.stages if one.name == name)


def test_workers_follow_from_the_peak_and_the_cost() -> None:
    # 2 documents a second at the peak, 1 s and 0.05 s of a turn each, at 70 %.
    ocr = _stage(plan(costs(), LOAD), "ocr")
    assert ocr.erlangs == pytest.approx(2 * 1.05)
    assert ocr.workers == 3


def test_a_batch_shares_its_turn() -> None:
    assert _stage(plan(costs(), LOAD), "classify").busy == pytest.approx(0.05 + 0.02 / 8)


@pytest.mark.parametrize("factor", [2, 10, 100, 1000])
def test_more_load_never_needs_less(factor: int) -> None:
    less, more = plan(costs(), LOAD), plan(costs(), LOAD.times(factor))
    for one, other in zip(less.stages, more.stages, strict=True):
        assert (one.workers, one.wanted) <= (other.workers, max(one.wanted, other.wanted))
        assert one.share > other.share
    assert (less.cores, less.memory, less.stored) <= (more.cores, more.memory, more.stored)


def test_too_few_partitions_are_told_with_what_to_change() -> None:
    made = plan(costs(), LOAD.times(100))
    assert [one.name for one in made.short] == ["ocr", "extract"]
    said = "\n".join(told.sentences(made))
    assert "WARNING: pages.requested has 96 partitions" in said and "CHANCERY_PARTITIONS" in said
    assert made.bottleneck.name == "ocr"
    more = {one.topic: one.wanted for one in made.short}
    # With what it asks for it is content, and needs as many workers as it said.
    again = plan(costs(), LOAD.times(100), {**PARTITIONS, **more})
    assert again.short == () and told.warnings(again) == []
    assert [one.workers for one in again.stages] == [one.workers for one in made.stages]


def test_control_a_load_that_the_partitions_carry_gets_no_warning() -> None:
    assert told.warnings(plan(costs(), LOAD)) == []


def test_workers_that_partitions_cannot_be_shared_out_to_are_of_no_use() -> None:
    assert [useful(n, 96) for n in (1, 32, 47, 48, 60, 95, 96, 200)] == [1, 32, 32, 48, 48, 48, 96, 96]
    # 60 busy workers at 96 partitions: 60 are not enough, 96 are.
    busy = Load(86_400 * 60 / 1.05 * 0.7, 1.0, 1.0, 1.0)
    ocr = _stage(plan(costs(), busy), "ocr")
    assert ocr.workers == 96 and ocr.erlangs == pytest.approx(42)


def test_the_bottleneck_is_the_stage_that_is_full_first() -> None:
    assert plan(costs(extract_page=20.0), LOAD).bottleneck.name == "extract"
    assert plan(costs(classify_document=30.0), LOAD).bottleneck.name == "classify"


def test_gpus_follow_from_the_speed_that_was_given() -> None:
    load = replace(LOAD, model=Model(pages_per_second=0.5, answer_seconds=3.0, share=0.5))
    made = plan(costs(), load)
    assert made.gpus == 3  # 2 pages a second at the peak, half of them, 0.5 a GPU, at 70 %
    assert _stage(made, "extract").busy == pytest.approx(_stage(plan(costs(), LOAD), "extract").busy + 1.5)
    assert plan(costs(), LOAD).gpus == 0


def test_bytes_a_day_are_those_of_the_pages() -> None:
    made = plan(costs(), replace(LOAD, scanned_share=0.5))
    assert made.stored == pytest.approx(86_400 * (250_000 + 25_000))
    assert made.kafka == pytest.approx(86_400 * 20_000 * 3)


def test_a_range_of_scans_is_short_and_one_of_text_is_long() -> None:
    assert ranges_of(replace(LOAD, pages_per_document=10.0)) == 3
    assert ranges_of(replace(LOAD, pages_per_document=10.0, scanned_share=0.0)) == 1


def test_the_plan_for_machines_is_json() -> None:
    line = json.loads(json.dumps(told.to_json(plan(costs(), LOAD.times(100)))))
    assert line["stages"]["ocr"]["partitions_enough"] is False
    assert line["bottleneck"] == "ocr" and len(line["warnings"]) == 2


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"pages_per_day": 0.0}, "--pages-per-day"),
        ({"pages_per_day": float("nan")}, "--pages-per-day"),
        ({"scanned_share": 1.5}, "--scanned-share"),
        ({"pages_per_document": 0.5}, "--pages-per-document"),
        ({"peak": 0.9}, "--peak"),
        ({"utilisation": 1.0}, "--utilisation"),
    ],
)
def test_a_load_that_makes_no_sense_is_refused_by_its_name(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(LoadInvalid, match=f"{named} is .*: give"):
        replace(LOAD, **changed)


def test_partitions_are_those_of_topics_that_exist() -> None:
    assert partitions_of({"pages.requested": 5})["pages.requested"] == 5
    with pytest.raises(LoadInvalid, match="no such topic"):
        partitions_of({"pages": 5})
    with pytest.raises(LoadInvalid, match="at least one"):
        partitions_of({"pages.requested": 0})
