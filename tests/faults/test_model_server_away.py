"""A language model's server that is away for a minute, slow, or talks garbage.

Documents wait: none ends falsely and none becomes a dead letter because a server is ill. One document that the
healthy server cannot answer ends alone. The control is the look in between: while the server is away nothing ends,
so the stage does ask it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from processors.config import Settings
from processors.local.failures import ProgramMissingError
from tests.documents import text_pdf
from tests.faults.figures import Figures
from tests.faults.flowing import Flow
from tests.faults.judging import judge, put
from tests.faults.toxiproxy import Toxiproxy, toxiproxy
from tests.language_server import MODEL, LanguageServer, walking
from tests.live.oracle import Oracle
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers, missing

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

AWAY_SECONDS = 60.0
#: The client asks a server that failed again after a pause of its own; the worker backs off up to 30 s.
RESUME_SECONDS = 120.0


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Toxiproxy]:
    try:
        with toxiproxy(tmp_path) as started:
            yield started
    except ProgramMissingError as program:
        missing(program)


@contextmanager
def asking(settings: Settings, url: str, **variables: str) -> Iterator[tuple[Flow, Workers]]:
    """Workers whose extract stage asks the model about each document."""
    extra = {"CHANCERY_LANGUAGE_URL": url, "CHANCERY_LANGUAGE_MODEL": MODEL, **variables}
    others = ("intake", "ocr", "classify", "publish", "record")
    with workers(settings, others, extra=extra) as group, closing(Oracle(settings)) as oracle:
        group.command = (sys.executable, "-m", "tests.live.asking_worker")
        group.start("extract")
        yield Flow(settings, oracle), group


def watched(flow: Flow, seconds: float) -> int:
    """How many documents end within so long."""
    before, until = flow.ended, time.monotonic() + seconds
    while time.monotonic() < until:
        flow.look()
    return flow.ended - before


def test_a_server_that_is_away_for_a_minute_makes_documents_wait(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, proxy: Toxiproxy, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with LanguageServer(walking()) as server:
        address = proxy.way("model", f"127.0.0.1:{server.port_taken}")
        with asking(settings, f"http://{address}/v1") as (flow, group):
            flow.run(range(4))
            proxy.cut("model")
            flow.send(4, 12)
            ended_while_away = watched(flow, AWAY_SECONDS)
            proxy.mend("model")
            back, before = time.monotonic(), flow.ended
            while flow.ended == before:
                assert time.monotonic() - back < RESUME_SECONDS
                flow.look()
            resumed = time.monotonic() - back
            # Slow: half a second before each answer, and six questions a document.
            proxy.poison("model", "latency", latency=500)
            flow.run(range(12, 20))
            deaths = list(group.deaths)
    verdict = judge(settings, flow.sent)
    figures(
        **verdict.to_json(), away_seconds=AWAY_SECONDS, ended_while_away=ended_while_away,
        resumed_after_seconds=round(resumed, 1), deaths=deaths,
    )  # fmt: skip
    verdict.hold()
    assert ended_while_away == 0
    assert verdict.ends.get("dead_letter", 0) == 0
    assert deaths == []


def test_garbage_from_the_server_ends_no_document_and_one_hopeless_document_ends_alone(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path, figures: Figures
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with LanguageServer(walking()) as server:
        server.marked = {"Unanswerable": "garbage"}
        with asking(settings, server.url) as (flow, group):
            flow.run(range(4))
            server.then("garbage")
            flow.send(4, 8)
            ended_during_garbage = watched(flow, 20)
            server.then("ok")
            flow.run(range(8, 12))
            hopeless, sha256 = put(settings, "hopeless.pdf", text_pdf(["Unanswerable", "letter to you"]))
            flow.sent[hopeless] = sha256
            flow.run(range(12, 16))
            deaths = list(group.deaths)
        (end,) = flow.oracle.ends[hopeless]
    verdict = judge(settings, flow.sent)
    said = [json.loads(asked.body) for asked in server.requests]
    figures(
        **verdict.to_json(), ended_during_garbage=ended_during_garbage, hopeless_document=end.reason,
        questions=len(said), deaths=deaths,
    )  # fmt: skip
    verdict.hold()
    assert ended_during_garbage == 0
    assert (end.state, end.reason) == ("dead_letter", "stage_failed")
    assert verdict.ends["dead_letter"] == 1
    assert deaths == []
