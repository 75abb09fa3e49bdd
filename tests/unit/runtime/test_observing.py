"""Who observes tells what each server says, and of a server that is away nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from processors import config
from processors.adapters.kafka_backlog import Waiting
from processors.errors import DependencyUnavailable
from processors.record.ledger import Ledger
from processors.runtime import observing
from processors.runtime.observing import Observer
from processors.telemetry import whole
from processors.telemetry.labels import OPEN_STATES
from processors.telemetry.settings import TelemetrySettings
from tests.unit.record import makers as m
from tests.unit.runtime.shop import Timeless
from tests.unit.telemetry.told import is_told, number, rising

NOON = m.NOON.timestamp()
OCR = {"stage": "ocr", "topic": "pages.requested", "lane": "live"}
BEHIND = {"stage": "ocr", "topic": "pages.requested.reprocessing", "lane": "reprocessing"}


@dataclass
class World:
    """Kafka and the clock; the ledger is a real one."""

    ledger: Ledger
    now: float = NOON + 100
    away: set[str] = field(default_factory=set)
    opened: int = 0

    def look(self) -> tuple[Waiting, ...]:
        if "kafka" in self.away:
            raise DependencyUnavailable("Kafka: NoBrokersAvailable")
        return (
            Waiting("ocr", "pages.requested", 3, NOON + 40),
            Waiting("ocr", "pages.requested.reprocessing", 0, None),
        )

    def close(self) -> None: ...

    def open(self) -> Ledger:
        self.opened += 1
        if "ledger" in self.away:
            raise DependencyUnavailable("ledger")
        return self.ledger


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite") as ledger:
        ledger.apply_many(m.way("a")[:3] + m.way("b")[:1] + m.way("c")[:5])
        ledger.apply_many([m.event(data, 50) for data in (m.review("d"), m.quarantine("e"), m.result("f"))])
        yield World(ledger)


@pytest.fixture
def observer(world: World) -> Observer:
    return Observer(world, world.open, lambda: world.now)


def test_lines_and_open_documents_are_told_with_their_ages(observer: Observer) -> None:
    seen = observer.look()
    assert (number("chancery_line_records", **OCR), number("chancery_line_seconds", **OCR)) == (3, 60)
    assert is_told("chancery_line_records", **BEHIND)
    assert (number("chancery_line_records", **BEHIND), number("chancery_line_seconds", **BEHIND)) == (0, 0)
    assert number("chancery_oldest_open_seconds") == 100
    found = {state: number("chancery_documents_open", state=state) for state in OPEN_STATES}
    assert found == {
        **dict.fromkeys(("recognised", "classified", "extracted", "held"), 0),
        **{"arrived": 2, "recognising": 1, "review": 1},
    }
    assert seen.documents is not None
    assert seen.documents.documents == found


def test_a_server_that_is_away_takes_its_numbers_along_and_no_others(world: World, observer: Observer) -> None:
    observer.look()
    world.now, world.away = NOON + 115, {"kafka"}
    seen = observer.look()
    assert (seen.lines, set(seen.away)) == (None, {"kafka"})
    assert not is_told("chancery_line_records", **OCR)
    assert not is_told("chancery_line_seconds", **OCR)
    assert number("chancery_observed_timestamp_seconds", of="kafka") == NOON + 100
    assert number("chancery_observed_timestamp_seconds", of="ledger") == NOON + 115
    assert number("chancery_oldest_open_seconds") == 115
    world.now, world.away = NOON + 130, set()
    observer.look()
    assert number("chancery_line_records", **OCR) == 3
    assert number("chancery_observed_timestamp_seconds", of="kafka") == NOON + 130


def test_a_ledger_that_is_away_at_the_start_is_asked_again(world: World, observer: Observer) -> None:
    whole.documents(None, 0)
    world.away = {"ledger"}
    assert observer.look().documents is None
    assert not is_told("chancery_oldest_open_seconds")
    assert is_told("chancery_line_records", **OCR)
    world.away = set()
    observer.look()
    observer.look()
    assert is_told("chancery_oldest_open_seconds")
    assert world.opened == 2


def test_a_review_that_was_decided_waits_for_nobody(world: World, observer: Observer) -> None:
    after = m.result("d", run_id="review-1")
    world.ledger.apply(m.event(after, 80))
    observer.look()
    assert number("chancery_documents_open", state="review") == 0


def test_the_loop_counts_its_waits_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Twice(Timeless):
        """Stops after two looks."""

        looks = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.looks += 1
            if self.looks == 2:
                self.set()
            return self.is_set()

    world.away = {"kafka"}
    looking = Observer(world, world.open, lambda: world.now)
    monkeypatch.setattr(observing, "observer", lambda settings: looking)
    paused = rising("chancery_pauses_total", process="observe", code="dependency_unavailable")
    stop = Twice()
    observing.run(config.load({"CHANCERY_HOME": str(tmp_path)}), stop)
    assert (stop.looks, paused()) == (2, 2)


def test_only_prices_that_a_site_says_are_told() -> None:
    whole.prices(TelemetrySettings(price_core_hour=0.05))
    assert number("chancery_price_per_hour", resource="core") == 0.05
    assert not is_told("chancery_price_per_hour", resource="gpu")
