"""Spans to a collector: decoded as a real one would, to one address only, and never in the way of work."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from structlog.testing import capture_logs

from processors.adapters import trace_collector, trace_export
from processors.adapters.trace_export import tracing
from tests.unit.adapters.collector import collector
from tests.unit.adapters.test_trace_files import settings
from tests.unit.runtime.makers import read, requested, stored
from tests.unit.runtime.shop import Shop


def traced(home: Path, url: str, pieces: int = 3) -> Shop:
    """A worker that has done its work, and was stopped."""
    listening = tracing(settings(home, url), "ocr", 0)
    shop = Shop("ocr", home, read, tracing=listening)
    original = stored(shop.objects, "original")
    for number in range(1, pieces + 1):
        shop.ask(requested(original, number, pieces))
    shop.run()
    listening.close()
    return shop


def test_a_collector_gets_whole_traces_before_the_worker_ends(tmp_path: Path) -> None:
    with collector() as taken:
        traced(tmp_path, taken.url)
    names = [span.name for span in taken.spans]
    assert names.count("ocr process") == 3
    assert names.count("commit") == 3
    ids = {span.span_id for span in taken.spans}
    assert all(span.parent_span_id in ids for span in taken.spans if span.name != "ocr process")
    assert {len(span.trace_id) for span in taken.spans} == {16}
    assert set(taken.paths) == {"/v1/traces"}


@contextmanager
def refusing() -> Iterator[str]:
    """The address of a port on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/v1/traces"


def test_a_dead_collector_costs_traces_and_nothing_else(tmp_path: Path) -> None:
    with refusing() as url:
        shop = traced(tmp_path, url)
    assert len(shop.events("documents.recognised")) == 1
    assert shop.dead_letters == []


def test_a_collector_that_hangs_holds_neither_work_nor_the_end_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace_export, "_LAST_SECONDS", 0.2)
    done = threading.Event()
    with collector(hangs=True) as taken:

        def work() -> None:
            shop = traced(tmp_path, taken.url)
            assert len(shop.events("documents.recognised")) == 1
            done.set()

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        assert done.wait(60), "the worker waits for its collector"
        assert taken.requests == []


def test_what_does_not_fit_the_queue_is_dropped_and_does_not_block(tmp_path: Path) -> None:
    with collector(hangs=True) as taken:
        sink = trace_collector.processor(settings(tmp_path, taken.url).traces)
        provider = TracerProvider(resource=Resource({}), shutdown_on_exit=False)
        provider.add_span_processor(sink)
        tracer = provider.get_tracer("test")
        for _ in range(trace_collector.MOST_WAITING * 2):
            tracer.start_span("wait").end()
        assert len(sink._batch_processor._queue) <= trace_collector.MOST_WAITING
        taken.released.set()


def test_nothing_but_the_setting_says_where_spans_go_and_what_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collector() as named, collector() as elsewhere:
        other = elsewhere.url
        for name in ("ENDPOINT", "TRACES_ENDPOINT"):
            monkeypatch.setenv(f"OTEL_EXPORTER_OTLP_{name}", other)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-leak=secret")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere.pem")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/nowhere.pem")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=leak")
        monkeypatch.setenv("OTEL_EXPERIMENTAL_RESOURCE_DETECTORS", "host,process,os")
        monkeypatch.setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1")
        monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")
        proxy = other.removesuffix("/v1/traces")
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login leak password secret\n")
        (tmp_path / "netrc").chmod(0o600)
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        traced(tmp_path, named.url)
    assert elsewhere.paths == []
    assert [span.name for span in named.spans].count("ocr process") == 3
    assert {name for sent in named.headers for name in sent} <= {
        *("host", "user-agent", "content-type", "content-length", "connection", "accept", "accept-encoding"),
    }
    attributes = {one.key for one in named.requests[0].resource_spans[0].resource.attributes}
    assert "host.name" not in attributes


def test_with_the_guard_off_the_environment_would_lead_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(trace_collector, "_Session", requests.Session)
    with collector() as named, collector() as elsewhere:
        monkeypatch.setenv("http_proxy", elsewhere.url.removesuffix("/v1/traces"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-leak=secret")
        traced(tmp_path, named.url)
    assert named.paths == []
    assert "x-leak" in elsewhere.headers[0]


def test_a_collector_that_sends_us_elsewhere_is_not_followed(tmp_path: Path) -> None:
    with (
        collector() as elsewhere,
        collector(status=307, answer_headers={"location": elsewhere.url}) as named,
    ):
        traced(tmp_path, named.url)
    assert named.paths
    assert elsewhere.paths == []


def test_complaints_are_made_once_in_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_collector._COMPLAINTS, "_silent_until", 0.0)
    with capture_logs() as told, refusing() as url:
        traced(tmp_path / "1", url)
        traced(tmp_path / "2", url)
    assert [one["event"] for one in told].count("traces_lost") == 1
    monkeypatch.setattr(trace_collector._COMPLAINTS, "_silent_until", time.monotonic())
