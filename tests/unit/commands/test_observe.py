"""`chancery observe --once`: the numbers of the metrics, in a terminal or as JSON; null for what is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from processors import config
from processors.adapters.kafka_backlog import Waiting
from processors.commands import observe
from processors.commands.exits import Exit
from processors.errors import DependencyUnavailable
from processors.record.ledger import Ledger
from processors.runtime import observing
from processors.runtime.observing import Observer
from tests.unit.commands.conftest import chancery
from tests.unit.record import makers as m

Look = Callable[[], tuple[Waiting, ...]]


class Backlog:
    def __init__(self, look: Look) -> None:
        self.look = look

    def close(self) -> None: ...


@pytest.fixture
def sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Look], None]:
    """Makes Kafka say something; one document is on its way in the ledger."""
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    with Ledger.open(url) as ledger:
        ledger.apply_many(m.way()[:1])
    monkeypatch.setenv("CHANCERY_PRICE_GPU_HOUR", "1.5")
    monkeypatch.setattr(observe, "reached", lambda: (config.load(), True))

    def begin(look: Look) -> None:
        made = Observer(Backlog(look), lambda: Ledger.open(url), lambda: m.NOON.timestamp() + 60)
        monkeypatch.setattr(observing, "observer", lambda settings: made)

    return begin


def two() -> tuple[Waiting, ...]:
    return (
        Waiting("ocr", "pages.requested", 1_200, m.NOON.timestamp()),
        Waiting("ocr", "pages.requested.long", 0, None),
    )


def away() -> tuple[Waiting, ...]:
    raise DependencyUnavailable("Kafka: NoBrokersAvailable")


def test_lines_and_open_documents_as_json(sees: Callable[[Look], None]) -> None:
    sees(two)
    done = chancery("observe", "--once", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["lines"][0] == {
        "stage": "ocr", "topic": "pages.requested", "lane": "live", "records": 1_200, "seconds": 60.0,
    }  # fmt: skip
    assert told["documents_open"]["arrived"] == 1
    assert (told["oldest_open_seconds"], told["price_gpu_hour"], told["price_core_hour"]) == (60.0, 1.5, None)


def test_lines_and_open_documents_for_people(sees: Callable[[Look], None]) -> None:
    sees(two)
    told = chancery("observe", "--once").stdout
    assert "1,200" in told
    assert "arrived: 1 document" in told


def test_what_is_not_known_is_null_and_the_exit_code_says_so(sees: Callable[[Look], None]) -> None:
    sees(away)
    done = chancery("observe", "--once", "--json")
    assert done.exit_code == Exit.UNAVAILABLE
    assert "Not all answered (kafka: Kafka: NoBrokersAvailable)" in done.stderr
    told = json.loads(done.stdout)
    assert told["lines"] is None
    assert told["documents_open"]["arrived"] == 1


def test_json_is_for_one_look() -> None:
    done = chancery("observe", "--json")
    assert done.exit_code == Exit.USAGE
    assert "--once" in done.stderr
