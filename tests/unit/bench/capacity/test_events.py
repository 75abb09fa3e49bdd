"""Event by event: known formulas hold, limits bind, and nothing is lost; all by seeds."""

import random
import statistics
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.capacity.events import run
from bench.capacity.scaling import Rule
from bench.capacity.site import Gpus
from bench.capacity.travelling import Travelling
from processors.adapters.kafka_lanes import Lanes
from tests.unit.bench.capacity.made import ocr_alone, site

_ALL = {"intake": 2, "ocr": 8, "classify": 2, "extract": 2, "publish": 2}


def _poisson(rate: float, count: int, seed: int = 7) -> list[Travelling]:
    """One-page scans that come by chance."""
    dice, at, found = random.Random(seed), 0.0, []
    for _ in range(count):
        at += dice.expovariate(rate)
        found.append(Travelling(at, 1, 1.0))
    return found


def _read_at(documents: list[Travelling]) -> list[float]:
    return [one.went["ocr"] for one in documents if "ocr" in one.went]


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_one_worker_makes_wait_as_the_formula_says(busy: float) -> None:
    documents = _poisson(busy, 12_000)
    run(ocr_alone(1, 1), documents, 1e6, tick=1e4)
    waits = [one.went["ocr"] - one.arrived - 1.0 for one in documents]
    # Pollaczek and Khinchine, constant service of a second: rho / (2 (1 - rho)).
    assert statistics.mean(waits) == pytest.approx(busy / (2 * (1 - busy)), rel=0.08)


def test_more_load_waits_longer() -> None:
    medians = []
    for busy in (0.3, 0.6, 0.9):
        documents = _poisson(4 * busy, 4_000)
        run(ocr_alone(4, 4), documents, 1e6, tick=1e4)
        medians.append(statistics.quantiles([one.went["ocr"] - one.arrived for one in documents], n=20)[-1])
    assert medians == sorted(medians) and medians[0] < medians[-1]


def test_workers_read_no_faster_than_they_can_and_not_much_slower() -> None:
    documents = [Travelling(0.0, 1, 1.0) for _ in range(2_000)]
    run(ocr_alone(4, 96), documents, 1e6, tick=1e4)
    assert 500.0 <= max(_read_at(documents)) < 560.0


def test_partitions_bind_however_many_workers_there_are() -> None:
    def last(workers: int, partitions: int) -> float:
        documents = [Travelling(0.0, 1, 1.0) for _ in range(400)]
        run(ocr_alone(workers, partitions), documents, 1e6, tick=1e4)
        return max(_read_at(documents))

    bound = last(2, 2)
    assert last(16, 2) == pytest.approx(bound)
    assert last(16, 96) < bound / 3  # the control: with partitions enough, the same workers are of use


def test_unevenly_shared_partitions_hold_the_whole_up() -> None:
    """60 workers at 96 partitions are as slow as 48: 36 of them have two."""

    def last(workers: int) -> float:
        documents = [Travelling(0.0, 1, 1.0) for _ in range(10_000)]
        run(ocr_alone(workers, 96), documents, 1e6, tick=1e4)
        return max(_read_at(documents))

    assert last(60) > 0.9 * last(48)
    assert last(96) < 0.6 * last(60)


def test_every_document_ends_once_and_a_seed_gives_the_same_run() -> None:
    def ends() -> list[float]:
        dice = random.Random(3)
        documents = [Travelling(n * 0.3, dice.randint(1, 70), float(n % 2)) for n in range(200)]
        documents += [Travelling(5.0, 3, 1.0, "reprocessing") for _ in range(20)]
        documents.sort(key=lambda one: one.arrived)
        run(site(_ALL), documents, 1e5, tick=1e3)
        assert all(one.ended < 1e5 and one.left == 0 for one in documents)
        assert all(sorted(one.went.values()) == list(one.went.values()) for one in documents)
        return [one.ended for one in documents]

    assert ends() == ends()


@pytest.fixture
def no_lanes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Lanes, "preferred_to", lambda *_: frozenset())
    yield


def _short_among_long() -> float:
    long = Travelling(0.0, 800, 1.0)
    short = [Travelling(20.0 + 10 * n, 1, 1.0) for n in range(20)]
    run(site(_ALL | {"ocr": 2}), [long, *short], 1e4, tick=1e3)
    return statistics.median(one.ended - one.arrived for one in short)


def test_a_short_document_waits_for_a_range_and_not_for_the_long_ones() -> None:
    # A range of four pages is 4 s.
    assert _short_among_long() < 6.0


@pytest.mark.usefixtures("no_lanes")
def test_control_without_the_rule_of_lanes_it_waits_longer() -> None:
    assert _short_among_long() > 6.0


def test_the_slow_lane_has_its_turn_also_when_the_fast_one_is_full() -> None:
    live = [Travelling(0.0, 1, 1.0) for _ in range(400)]
    again = [Travelling(0.0, 1, 1.0, "reprocessing") for _ in range(40)]
    run(ocr_alone(1, 1), [*live, *again], 200.0)
    taken = sum("ocr" in one.went for one in again)
    assert 15 <= taken <= 25  # one of nine


def test_a_group_that_scales_takes_a_break_and_then_reads_faster() -> None:
    rule = Rule(lag_per_worker=1, least=1, most=8, start=5.0)

    def last(rebalance: float, scaled: bool) -> float:
        documents = [Travelling(0.0, 1, 1.0) for _ in range(400)]
        made = ocr_alone(1, 96, {"ocr": rule} if scaled else {}, rebalance=rebalance)
        run(made, documents, 600.0)
        return max(_read_at(documents))

    assert last(0.0, True) < 0.5 * last(0.0, False)
    assert last(10.0, True) > last(0.0, True) + 9.0


def test_documents_wait_for_gpus_that_were_at_zero() -> None:
    rule = Rule(lag_per_worker=1, least=0, most=2, start=60.0)
    made = replace(site(_ALL), gpus=Gpus(rate=1.0, rule=rule))
    documents = [Travelling(0.0, 1, 1.0), Travelling(200.0, 1, 1.0)]
    run(made, documents, 600.0)
    first, second = (one.ended - one.arrived for one in documents)
    assert first > 60.0 > second
