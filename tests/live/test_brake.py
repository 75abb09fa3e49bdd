"""One agency's documents kill what reads them, one after the other: the stage goes on for everybody else."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace

import pytest

from processors.adapters import provision
from processors.config import Settings
from processors.events import DocumentArrived
from processors.runtime.main import EXIT_TRY_AGAIN
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

WORKER = (sys.executable, "-m", "tests.live.crashing_worker")
CRASHERS = 10


@pytest.fixture
def shared(installation: Settings) -> Settings:
    """Of two agencies."""
    provision.add_agency(installation, "beta")
    return replace(installation, agencies=("alpha", "beta"))


def drop(settings: Settings) -> tuple[list[str], str]:
    """Documents of one agency that kill, and behind them one of another: their ids."""
    letter = text_pdf(["Dear Ms Miller,"])
    kill = [upload(settings, f"kills {number}.pdf", letter) for number in range(CRASHERS)]
    return kill, upload(settings, "letter.pdf", letter, "beta")


def test_ten_crashers_in_a_row_from_one_agency_do_not_stop_the_stage(shared: Settings) -> None:
    with workers(shared, ("intake",), command=WORKER) as group, closing(Oracle(shared)) as oracle:
        kill, letter = drop(shared)
        ends = oracle.wait(kill, after=0.1)
        oracle.read_until(lambda: letter in arrived(oracle), "the other agency's letter comes through")
        assert {end.reason for end in ends.values()} == {"work_crashed"}
        assert group.deaths == [], "the worker lives"


def test_if_they_counted_like_a_fault_of_ours_they_would_stop_it(shared: Settings) -> None:
    """The control of the test above."""
    command = (*WORKER, "alike")
    with workers(shared, ("intake",), command=command) as group, closing(Oracle(shared)) as oracle:
        drop(shared)
        oracle.read_until(lambda: bool(group.deaths), "the worker ends")
        assert group.deaths[0] == ("intake", 0, EXIT_TRY_AGAIN)


def arrived(oracle: Oracle) -> set[str]:
    return {event.subject for event in oracle.events if isinstance(event.data, DocumentArrived)}
