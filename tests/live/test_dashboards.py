"""A real Prometheus asks the processes of a real pipeline, and then answers every panel and computes every rule."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import yaml

from processors.adapters.kafka_writer import KafkaWriter
from processors.config import Settings
from processors.pipeline import RUNS
from processors.ports import Outgoing
from tests import documents
from tests.live.oracle import Oracle, upload
from tests.live.test_metrics import PROCESSES, SAMPLES, report
from tests.live.workers import environment, workers
from tests.live_settings import make_installation
from tests.prometheus import Prometheus, RefusedError, Sample, configuration, prometheus
from tests.seeing import files
from tests.seeing.promql import Matcher, Selector, question
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

DOCS = Path(__file__).parents[2] / "docs" / "monitoring.md"
#: What asks for something that this run has not: a model, a GPU, a document that we give up, a server that is away,
#: a week. Everything else must have an answer.
WITHOUT = (
    *("chancery_model_", "vllm:", 'end="dead_letter"', "chancery_pauses_total"),
    *("offset 1w", 'status="5xx"'),
)
#: All is answered, noted and observed.
OVER = (
    'sum(chancery_work_total{outcome="dead_lettered"}) == 1',
    "sum(chancery_runs_total) == 1",
    "sum(chancery_line_records) == 0",
    "max(chancery_audit_head_timestamp_seconds) > 0",
    "min(count_over_time(chancery_failed_attempts_total[2m])) > 1",
    'ALERTS{alertstate="firing"}',
)


def documented_job(folder: Path) -> dict[str, Any]:
    """How operators without Kubernetes tell their Prometheus of Chancery, for another folder."""
    blocks = [
        yaml.safe_load(one) for one in re.findall(r"^```yaml\n(.*?)^```", DOCS.read_text("utf-8"), re.M | re.S)
    ]
    (job,) = next(block["scrape_configs"] for block in blocks if "scrape_configs" in block)
    assert job["job_name"] == "chancery"
    del job["scrape_interval"]
    return {**job, "file_sd_configs": [{"files": [f"{folder}/*.json"], "refresh_interval": "1s"}]}


@contextmanager
def console(settings: Settings, extra: dict[str, str]) -> Iterator[Callable[[], None]]:
    """The console alone, looked at once; and what looks at it once more."""
    command = [sys.executable, "-m", "processors.cli", "console", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment(settings) | extra, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            # The address opens once; the cookie that it leaves opens the pages behind it.
            with browser.open(address, timeout=30) as page:
                behind = page.geturl()
            yield lambda: browser.open(behind, timeout=30).close()
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def site(
    live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    home = tmp_path_factory.mktemp("watched")
    settings = make_installation(live, next(unused_prefixes), home)
    refused = home / "refused.log"
    refused.touch()
    extra = {
        "CHANCERY_METRICS": "127.0.0.1:0",
        "CHANCERY_REFUSALS_LOG": str(refused),
        "CHANCERY_PRICE_CORE_HOUR": "0.05",
    }
    dropped = {
        "order.pdf": (SAMPLES / "fcc-order.pdf").read_bytes(),
        "locked.pdf": documents.encrypted_pdf(),
        "letter.pdf": documents.text_pdf(["Dear Zebediah, all is well."], pages=2),
    }
    job = documented_job(settings.home / "metrics")
    with (
        prometheus(home / "prometheus", configuration([job], files.RULES)) as watching,
        workers(settings, PROCESSES, extra=extra),
        console(settings, extra) as look,
        closing(Oracle(settings)) as oracle,
        KafkaWriter(settings.kafka, settings.prefix, settings.kafka_security) as writer,
    ):
        # A counter must have been seen at nothing before its first rise is seen as one.
        watching.shows(f"count(up == 1) == {len(PROCESSES) + 1}")
        look()
        writer.write(Outgoing(RUNS, b"report", report()))
        # Twice: what is told for the first time is seen to rise with the second.
        for turn in range(2):
            ids = [upload(settings, f"{turn} {name}", content) for name, content in dropped.items()]
            oracle.wait(ids, seconds=120)
            watching.shows(f"sum(chancery_documents_ended_total) == {(turn + 1) * len(dropped)}")
        writer.write(Outgoing("pages.requested", b"", b"no event of ours"))
        for over in OVER:
            watching.shows(over)
        yield watching


def numbers(answer: list[Sample]) -> list[float]:
    return [value for _, value in answer if not math.isnan(value)]


def test_every_panel_is_answered(site: Prometheus) -> None:
    asked = list(files.asked_by_dashboards())
    silent = [one for one in asked if not numbers(site.now(one.expression))]
    unexcused = [f"{one.by}: {one.expression}" for one in silent if not any(w in one.expression for w in WITHOUT)]
    assert not unexcused, "\n".join(unexcused)
    idle = [excuse for excuse in WITHOUT if not any(excuse in one.expression for one in silent)]
    assert idle == [], "an excuse that nothing needs would hide what goes silent later"


def test_the_control_a_panel_that_asks_for_nothing_is_found(site: Prometheus) -> None:
    assert numbers(site.now("sum(rate(chancery_works_total[2m]))")) == []
    with pytest.raises(RefusedError, match="parse error"):
        site.now("sum(rate(chancery_work_total[2m])")


def test_every_rule_is_computed_and_what_is_recorded_has_the_labels_of_its_name(site: Prometheus) -> None:
    told = {rule["name"]: rule for rule in site.rules()}
    assert set(told) == {*files.alerts(), *files.recorded()}
    assert {name: rule["lastError"] for name, rule in told.items() if rule["health"] != "ok"} == {}
    for name, level in files.recorded().items():
        answer = site.shows(name)
        assert {frozenset(labels) - {"__name__"} for labels, _ in answer} == {level}, name


def test_the_dead_letter_wakes_somebody_and_nothing_else_does(site: Prometheus) -> None:
    fires = [labels for labels, _ in site.now('ALERTS{alertstate="firing"}')]
    assert [(one["alertname"], one["stage"]) for one in fires] == [("ChanceryDeadLetters", "ocr")]


def selectors(node: Any) -> Iterator[Selector]:
    """What Prometheus' own parser finds in an expression."""
    if isinstance(node, dict):
        if node.get("type") in ("vectorSelector", "matrixSelector"):
            matchers = [Matcher(one["name"], one["type"], one["value"]) for one in node["matchers"]]
            yield Selector(node["name"], tuple(one for one in matchers if one.label != "__name__"))
        for child in node.values():
            yield from selectors(child)
    elif isinstance(node, list):
        for child in node:
            yield from selectors(child)


def test_expressions_are_read_as_prometheus_reads_them(site: Prometheus) -> None:
    def sorted_(found: list[Selector]) -> list[Selector]:
        return sorted(found, key=repr)

    for asked in files.asked():
        theirs = list(selectors(site.ask("parse_query", query=asked.expression)))
        assert theirs
        assert sorted_(question(asked.expression).selectors) == sorted_(theirs), asked.by
