"""Every process of a running pipeline tells what it did: as much as was done, and nothing of a document."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from processors.adapters.kafka_reader import KafkaReader
from processors.adapters.kafka_writer import KafkaWriter
from processors.config import Settings
from processors.events import Event, RunReported
from processors.pipeline import NOTIFICATIONS, RUNS, STAGES
from processors.ports import Outgoing
from processors.runtime.codec import encode
from processors.telemetry.catalogue import CATALOGUE, MODELS
from tests import documents
from tests.live.oracle import Oracle, upload
from tests.live.reading import to_the_end
from tests.live.workers import ALL, environment, workers
from tests.live_settings import make_installation
from tests.servers import Servers
from tests.unit.telemetry.told import unknown
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

SAMPLES = Path(__file__).parents[2] / "samples"
PROCESSES = (*ALL, "refusals")
SECRET = "Zebediah"
#: What nothing in this run makes happen: no model is asked, no server is away.
UNTOLD = {*(row.name for row in MODELS), "chancery_pauses_total"}

Key = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Run:
    """One run, and what was told at its end."""

    settings: Settings
    #: how each document ended, by its id
    ends: dict[str, str]
    #: how many records there were on each topic
    lying: Counter[str]
    #: by process and slot
    scrapes: dict[str, str]


@pytest.fixture(scope="module")
def run(live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    home = tmp_path_factory.mktemp("metrics")
    settings = make_installation(live, next(unused_prefixes), home)
    refused = home / "refused.log"
    refused.touch()
    extra = {
        "CHANCERY_METRICS": "127.0.0.1:0",
        "CHANCERY_REFUSALS_LOG": str(refused),
        "CHANCERY_PRICE_CORE_HOUR": "0.05",
    }
    with (
        workers(settings, PROCESSES, extra=extra) as group,
        console(settings, extra),
        closing(Oracle(settings)) as oracle,
        KafkaWriter(settings.kafka, settings.prefix, settings.kafka_security) as writer,
    ):
        ids = [
            upload(settings, f"{SECRET} order.pdf", (SAMPLES / "fcc-order.pdf").read_bytes()),
            upload(settings, f"{SECRET} locked.pdf", documents.encrypted_pdf()),
            upload(settings, f"{SECRET} letter.pdf", documents.text_pdf([f"Dear {SECRET}, all is well."], pages=2)),
        ]
        writer.write(Outgoing(NOTIFICATIONS, b"", f"no announcement of {SECRET}'s".encode()))
        writer.write(Outgoing(RUNS, b"report", report()))
        ends = {document: end.state for document, end in oracle.wait(ids, seconds=120).items()}
        # Last: it looks every 15 s, and first at once.
        group.start("observe")
        told, lying = until(lambda: over(settings), "all is answered, noted and observed", pause=1)
        yield Run(settings, ends, lying, told)


@contextmanager
def console(settings: Settings, extra: dict[str, str]) -> Iterator[None]:
    """The console, with one page opened."""
    command = [sys.executable, "-m", "processors.cli", "console", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment(settings) | extra, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            build_opener(HTTPCookieProcessor(CookieJar())).open(address, timeout=30).close()
            yield
        finally:
            process.terminate()


def report() -> bytes:
    told = RunReported(dag="report", run="r1", outcome="succeeded")
    return encode(
        Event[RunReported](id="r1", type=told.TYPE, source="/chancery/scheduler", time=datetime.now(UTC), data=told)
    )


def records(settings: Settings) -> Counter[str]:
    """How many records lie on each topic that a stage reads."""
    topics = dict.fromkeys(topic for row in STAGES for topic in row.reads)
    found: Counter[str] = Counter()
    pattern = "|".join(re.escape(topic) for topic in topics)
    with closing(KafkaReader(settings.kafka, pattern, group=None, prefix=settings.prefix)) as reader:
        found.update(record.origin.topic for record in to_the_end(reader))
    return found


def scrapes(settings: Settings) -> dict[str, str]:
    """What each process tells that says where."""
    found = {}
    for file in sorted((settings.home / "metrics").glob("*.json")):
        for entry in json.loads(file.read_text("utf-8")):
            (target,) = entry["targets"]
            with urlopen(f"http://{target}/metrics", timeout=10) as answer:
                found[file.stem] = answer.read().decode()
    return found


def numbers(scraped: dict[str, str]) -> dict[Key, float]:
    """All series, over all processes."""
    found: dict[Key, float] = defaultdict(float)
    for text in scraped.values():
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name, frozenset(sample.labels.items())] += sample.value
    return found


def total(scraped: dict[str, str], name: str, **labels: str) -> float:
    """The sum of the series that have these labels."""
    return sum(
        value for (told, its), value in numbers(scraped).items() if told == name and labels.items() <= set(its)
    )


def answered(scraped: dict[str, str]) -> dict[str, float]:
    return {row.name: total(scraped, "chancery_work_total", stage=row.name) for row in STAGES}


def wanted(lying: Counter[str]) -> dict[str, float]:
    return {row.name: sum(lying[topic] for topic in row.reads) for row in STAGES}


def over(settings: Settings) -> tuple[dict[str, str], Counter[str]] | None:
    """What is told and what lies on the topics, once it is the same; the store may announce a document again."""
    lying = records(settings)
    try:
        told = scrapes(settings)
    except OSError:  # a process is busy
        return None
    is_over = (
        answered(told) == wanted(lying)
        and total(told, "chancery_documents_ended_total") == 3
        and total(told, "chancery_documents_open", state="review") == 1
        and total(told, "chancery_observed_timestamp_seconds", of="kafka") > 0
        and total(told, "chancery_line_records") == 0
        and total(told, "chancery_runs_total") == 1
        and total(told, "chancery_audit_head_timestamp_seconds") > 0
    )
    return (told, lying) if is_over else None


def test_every_process_can_be_found_and_says_what_it_is(run: Run) -> None:
    assert {name.rpartition("-")[0] for name in run.scrapes} == {*PROCESSES, "observe", "console"}
    for name, text in run.scrapes.items():
        told = {name: text}
        assert total(told, "chancery_process_info", process=name.rpartition("-")[0]) == 1
        assert total(told, "chancery_processor_seconds_total", process=name.rpartition("-")[0]) > 0


def test_as_many_documents_ended_as_came_in(run: Run) -> None:
    words = {"quarantined": "quarantine"}
    ends = Counter(words.get(state, state) for state in run.ends.values())
    assert ends == {"result": 1, "quarantine": 1, "review": 1}
    for end, many in ends.items():
        assert total(run.scrapes, "chancery_documents_ended_total", end=end) == many
    # What was set aside at the door has no event before its end.
    assert total(run.scrapes, "chancery_document_seconds_count") == 2


def test_every_record_was_answered_once(run: Run) -> None:
    assert run.lying[NOTIFICATIONS] >= 4
    assert answered(run.scrapes) == wanted(run.lying)
    assert total(run.scrapes, "chancery_work_total", stage="intake", outcome="dead_lettered") == 1
    assert total(run.scrapes, "chancery_failed_attempts_total", code="event_invalid", decision="dead_letter") == 1
    pages = total(run.scrapes, "chancery_pages_total", stage="intake")
    assert pages == total(run.scrapes, "chancery_pages_total", stage="ocr") > 2
    assert total(run.scrapes, "chancery_values_total") > 0


def test_nothing_waits_and_only_the_review_is_open(run: Run) -> None:
    assert total(run.scrapes, "chancery_line_records") == total(run.scrapes, "chancery_line_seconds") == 0
    assert total(run.scrapes, "chancery_documents_open") == 1
    assert total(run.scrapes, "chancery_oldest_open_seconds") == 0


def test_once_in_a_terminal_the_same_is_seen(run: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", "observe", "--once", "--json"],
        env=environment(run.settings),
        capture_output=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert {(one["stage"], one["topic"]) for one in told["lines"]} == {(s.name, t) for s in STAGES for t in s.reads}
    assert {one["records"] for one in told["lines"]} == {0}
    assert {state: many for state, many in told["documents_open"].items() if many} == {"review": 1}


def test_everything_that_is_told_is_in_the_table_and_all_that_must_be_is_told(run: Run) -> None:
    assert {name for name, text in run.scrapes.items() if unknown(text)} == set()
    told = {name.removesuffix("_count") for name, _ in numbers(run.scrapes)}
    assert {row.name for row in CATALOGUE} - told == UNTOLD


def seen(run: Run, scraped: dict[str, str]) -> list[str]:
    """What of the documents stands in what is told."""
    return [word for word in (*run.ends, SECRET, "order.pdf", "FCC", "alpha") if word in "".join(scraped.values())]


def test_nothing_of_a_document_is_told(run: Run) -> None:
    assert seen(run, run.scrapes) == []
    (first, *_) = run.ends
    leaking = run.scrapes | {"ocr-0": f'chancery_work_total{{document="{first}"}} 1.0'}
    assert seen(run, leaking) == [first], "the control: a label that is a document's id is seen"
