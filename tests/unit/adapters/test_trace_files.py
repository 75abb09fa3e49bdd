"""Files of spans: OTLP JSON that a real backend reads, bounded, and no trouble for the worker."""

from __future__ import annotations

import base64
import errno
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
from structlog.testing import capture_logs

from processors import config
from processors.adapters.trace_export import tracing
from processors.adapters.trace_files import TraceFile
from processors.config import Settings
from processors.telemetry.otlp_json import traces_data
from processors.telemetry.trace_names import RESOURCE
from processors.telemetry.trace_settings import TraceSettings
from processors.variables import SettingInvalid
from tests.unit.runtime.makers import read, requested, stored
from tests.unit.runtime.shop import Shop
from tests.unit.telemetry.test_spans import ranges_shop
from tests.unit.telemetry.tracks import Tracks

IDS = ("traceId", "spanId", "parentSpanId")


def as_protobuf(written: dict[str, Any]) -> TracesData:
    """What a collector makes of OTLP JSON: protobuf's own mapping, but for ids, which are hexadecimal."""

    def ids(node: Any) -> Any:
        if isinstance(node, list):
            return [ids(one) for one in node]
        if not isinstance(node, dict):
            return node
        return {
            name: base64.b64encode(bytes.fromhex(value)).decode() if name in IDS else ids(value)
            for name, value in node.items()
        }

    read: TracesData = json_format.ParseDict(ids(written), TracesData())
    return read


def settings(home: Path, to: str = "", **changes: Any) -> Settings:
    traces = TraceSettings(to=to or str(home / "traces"), **changes)
    return replace(config.load({"CHANCERY_HOME": str(home)}), traces=traces)


def test_what_is_written_says_the_same_as_the_protocols_own_encoder(tmp_path: Path) -> None:
    tracks = Tracks()
    shop = ranges_shop(tmp_path, tracks)
    shop.run()
    ours = as_protobuf(traces_data(tracks.spans, tracks.spans[0].resource))
    theirs = encode_spans(tracks.spans).resource_spans
    (mine,), (wanted,) = ours.resource_spans, theirs
    for span in mine.scope_spans[0].spans:
        # That the trace is sampled, which the library leaves out.
        assert span.flags & 0xFF == 1
        span.flags &= ~0xFF
    assert list(mine.scope_spans[0].spans) == list(wanted.scope_spans[0].spans)
    assert mine.resource.attributes == wanted.resource.attributes
    assert mine.scope_spans[0].scope.name == wanted.scope_spans[0].scope.name


def test_a_piece_of_work_is_one_line_and_its_commit_another(tmp_path: Path) -> None:
    shop = Shop("ocr", tmp_path, read, tracing=tracing(settings(tmp_path), "ocr", 2))
    shop.ask(requested(stored(shop.objects, "original"), 1, 1))
    shop.run()
    file = tmp_path / "traces" / "ocr-2.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    work, commit = (as_protobuf(json.loads(line)) for line in file.read_text().splitlines())
    names = [span.name for span in work.resource_spans[0].scope_spans[0].spans]
    assert (names[-1], len(names)) == ("ocr process", 5)
    assert [span.name for span in commit.resource_spans[0].scope_spans[0].spans] == ["commit"]
    resource = {one.key: one.value for one in work.resource_spans[0].resource.attributes}
    assert set(resource) == {one.name for one in RESOURCE}
    assert resource["service.instance.id"].string_value == "ocr-2"


def test_a_file_that_has_grown_is_set_aside_once(tmp_path: Path) -> None:
    tracks = Tracks()
    ranges_shop(tmp_path / "home", tracks, 1).run()
    sink = TraceFile(tmp_path / "ocr-0.jsonl", rotate_at=20_000)
    for _ in range(40):
        for span in tracks.spans:
            sink.on_end(span)
    sizes = {file.name: file.stat().st_size for file in tmp_path.glob("ocr-0*")}
    assert sorted(sizes) == ["ocr-0.jsonl", "ocr-0.jsonl.1"]
    assert max(sizes.values()) <= 20_000
    for name in sizes:
        for line in (tmp_path / name).read_text().splitlines():
            as_protobuf(json.loads(line))


def test_a_full_disk_costs_the_trace_and_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop("ocr", tmp_path, read, tracing=tracing(settings(tmp_path), "ocr", 0))
    original = stored(shop.objects, "original")
    for number in (1, 2, 3):
        shop.ask(requested(original, number, 3))
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if data.startswith(b'{"resourceSpans"'):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    with capture_logs() as told:
        shop.run()
    assert [one["event"] for one in told].count("traces_lost") == 1
    assert len(shop.events("documents.recognised")) == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingInvalid, match="CHANCERY_TRACES"):
        tracing(settings(tmp_path, str(tmp_path / "file" / "traces")), "ocr", 0)


@pytest.mark.parametrize("to", ["", "off"])
def test_without_a_place_there_is_no_tracing_and_no_library_is_loaded(tmp_path: Path, to: str) -> None:
    code = (
        "import sys; from processors import config; from processors.adapters.trace_export import tracing;"
        f"from processors.telemetry.tracing import OFF; s = config.load({{'CHANCERY_TRACES': {to!r}}});"
        "assert tracing(s, 'ocr', 0) is OFF; import processors.runtime.answering;"
        "print(*(m for m in sys.modules if m.startswith('opentelemetry')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
