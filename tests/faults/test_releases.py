"""Stages of an older release read what a newer one writes.

Members that they do not know change nothing. A value outside a closed list, and a breaking change, which has a new
number in its type, become dead letters with the code that says so, and no worker dies. That these two fail is the
control for the first.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors.adapters.kafka_reader import KafkaReader
from processors.events import DeadLettered
from processors.pipeline import DEAD_LETTERS, STAGES
from processors.runtime.codec import decode
from tests.faults.figures import Figures
from tests.faults.flowing import Flow, letter, letter_name
from tests.faults.judging import put
from tests.live.oracle import Oracle
from tests.live.workers import workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

DOCUMENTS = 8
#: Seconds in which a second dead letter of the same record would come.
AFTER = 3.0


def test_members_that_a_reader_does_not_know_change_nothing(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with workers(settings, ("record",)) as group, closing(Oracle(settings)) as oracle:
        group.command = (sys.executable, "-m", "tests.faults.newer_worker", "members")
        # Each reads what a newer one wrote. What publish writes for others is read here, by the oracle.
        for row in STAGES:
            group.start(row.name)
        flow = Flow(settings, oracle)
        flow.run(range(DOCUMENTS))
        assert group.deaths == []
    ends = [end for each in oracle.ends.values() for end in each]
    figures(documents=len(flow.sent), ends=dict(Counter(end.state for end in ends)), deaths=group.deaths)
    assert {end.state for end in ends} <= {"result", "review"}
    assert len(ends) == DOCUMENTS


@pytest.mark.parametrize(("mode", "code"), [("value", "event_invalid"), ("major", "schema_unsupported")])
def test_what_a_reader_cannot_read_is_a_dead_letter_and_kills_nobody(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures, mode: str, code: str
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    others = ("intake", "classify", "extract", "publish", "record")
    pattern = re.escape(DEAD_LETTERS)
    with (
        workers(settings, others) as group,
        # Not the oracle: it reads every topic, and what is on them cannot be read here either.
        closing(KafkaReader(settings.kafka, pattern, group=None, prefix=settings.prefix)) as reader,
    ):
        group.command = (sys.executable, "-m", "tests.faults.newer_worker", mode)
        group.start("ocr")
        # Below the number at which a worker takes its stage for broken and stops.
        for number in range(4):
            put(settings, letter_name(number), letter(number))
        limit = time.monotonic() + 200
        letters: list[DeadLettered] = []
        while len(letters) < 4:
            assert time.monotonic() < limit, f"{len(letters)} dead letters came"
            letters += [decode(record.value).data for record in reader.poll(0.5)]
        time.sleep(AFTER)
        letters += [decode(record.value).data for record in reader.poll(0.5)]
        # The ledger meets them, too, and says so.
        while "unreadable_event" not in (group.logs / "record-0.log").read_text():
            assert time.monotonic() < limit, "the ledger was silent"
            time.sleep(0.2)
        deaths = list(group.deaths)
    figures(documents=4, dead_letters=dict(Counter(one.reason for one in letters)), deaths=deaths)
    assert [one.reason for one in letters] == [code] * 4
    assert {one.stage for one in letters} == {"classify"}
    assert deaths == []
