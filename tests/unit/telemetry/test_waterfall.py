"""A document's way, read from files and drawn: nothing is left out, and what is drawn is said in words as well."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from processors.adapters.trace_export import tracing
from processors.telemetry.waterfall import wording
from processors.telemetry.waterfall.lasting import lasted, step
from processors.telemetry.waterfall.ordering import way_of
from processors.telemetry.waterfall.page import page
from processors.telemetry.waterfall.picture import LEFT, RIGHT, svg
from processors.telemetry.waterfall.reading import NoTraceError, spans_of
from processors.telemetry.waterfall.scale import Scale
from processors.telemetry.waterfall.way import as_json, covered
from tests.unit.adapters.test_trace_files import settings
from tests.unit.runtime.makers import DOCUMENT, read, requested, stored
from tests.unit.runtime.shop import Shop
from tests.unit.telemetry import ways
from tests.unit.telemetry.ways import MS, way

SVG = "{http://www.w3.org/2000/svg}"
WAYS = pytest.mark.parametrize("spans", [ways.usual, ways.troubled, ways.waiting], ids=lambda one: one.__name__)


def traced(home: Path, *numbers: int) -> Path:
    """The folder of a worker's files after it read these ranges of a document."""
    shop = Shop("ocr", home, read, tracing=tracing(settings(home), "ocr", 0))
    original = stored(shop.objects, "original")
    for number in numbers:
        shop.ask(requested(original, number, len(numbers)))
    shop.run()
    return home / "traces"


def test_what_a_worker_wrote_is_read_again(tmp_path: Path) -> None:
    folder = traced(tmp_path, 1, 2, 3)
    document, spans = spans_of(folder, "dd")
    assert document == DOCUMENT.id
    (run,) = way_of(document, spans).runs
    assert [(piece.stage, piece.first, piece.outcome) for piece in run.pieces] == [
        ("ocr", 1, "done"),
        ("ocr", 2, "done"),
        ("ocr", 3, "done"),
    ]
    assert [part.name for part in run.pieces[-1].parts][-2:] == ["end", "commit"]
    assert all(piece.committed >= piece.ended >= piece.begun for piece in run.pieces)
    assert {piece.worker for piece in run.pieces} == {"ocr-0"}


def test_a_line_that_a_kill_tore_is_left_out(tmp_path: Path) -> None:
    folder = traced(tmp_path, 1)
    file = folder / "ocr-0.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: len(whole) // 3])
    assert len(spans_of(folder, "d")[1]) == len(spans_of(traced(tmp_path / "again", 1), "d")[1])


def test_files_that_were_set_aside_are_read_too(tmp_path: Path) -> None:
    folder = traced(tmp_path, 1)
    (folder / "ocr-0.jsonl").rename(folder / "ocr-0.jsonl.1")
    assert spans_of(folder, DOCUMENT.id)[0] == DOCUMENT.id


def test_what_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoTraceError, match="There are no traces in"):
        spans_of(tmp_path / "none", "dd")
    folder = traced(tmp_path, 1)
    with pytest.raises(NoTraceError, match="CHANCERY_TRACE_SHARE"):
        spans_of(folder, "ee")
    with pytest.raises(NoTraceError, match="no beginning of a document's id"):
        spans_of(folder, "letter.pdf")
    line = (folder / "ocr-0.jsonl").read_text()
    (folder / "ocr-1.jsonl").write_text(line.replace("d" * 32, "d" * 31 + "e"))
    with pytest.raises(NoTraceError, match="give more of it"):
        spans_of(folder, "dd")
    with pytest.raises(KeyError):
        way_of(DOCUMENT.id, spans_of(folder, DOCUMENT.id)[1], "re-9")


def test_an_attempt_that_left_no_word_stands_before_the_one_that_followed() -> None:
    live = way(ways.troubled()).runs[0]
    second = [piece for piece in live.pieces if piece.first == 9]
    assert [(piece.attempt, piece.lost) for piece in second] == [(1, True), (2, False)]
    assert second[1].begun - second[0].begun == 9 * MS
    rounded = [replace(one, said={**one.said, "chancery.earlier_ms": 999}) for one in ways.troubled()]
    (first, *_) = [piece for piece in way(rounded).runs[0].pieces if piece.lost]
    assert first.begun == second[1].written, "the store tells its time to the second"
    third = [piece for piece in live.pieces if piece.first == 17]
    assert [(piece.outcome, piece.code) for piece in third] == [("retried", "stage_crashed"), ("done", "")]
    assert "1 of its attempts failed. 1 of its attempts left no word" in wording.of_run(live)


def test_what_could_not_be_written_ended_nothing_and_comes_again() -> None:
    spans = ways.usual()
    publish = spans[-1].id
    lost = [
        replace(one, code="not_committed") if one.parent == publish and one.name == "commit" else one
        for one in spans
    ]
    (run,) = way(lost).runs
    assert (run.pieces[-1].outcome, run.pieces[-1].code, run.end) == ("given_back", "not_committed", None)


def test_a_run_that_people_began_stands_below_with_the_time_between() -> None:
    first, second = way(ways.troubled()).runs
    assert (second.name, second.continues) == ("review-7c1", "live")
    assert wording.between(first, second).startswith("1 d 1 h later")
    assert [one.name for one in way_of(ways.DOCUMENT, ways.troubled(), "live").runs] == ["live"]


def test_time_is_counted_once_however_many_work() -> None:
    assert covered([]) == 0
    assert covered([(10, 20), (15, 30), (40, 50), (41, 42)]) == 30
    live = way(ways.usual()).runs[0]
    assert live.worked < sum(piece.worked for piece in live.pieces)
    assert live.worked <= live.ended - live.begun


@WAYS
def test_time_keeps_its_order_and_stays_on_the_axis(spans: ways.Makes) -> None:
    for run in way(spans()).runs:
        scale = Scale(run, 600.0)
        moments = sorted(
            {moment for piece in run.pieces for moment in (piece.written, piece.begun, piece.committed)}
        )
        places = [scale.place(moment) for moment in moments]
        assert places == sorted(places)
        assert places[0] == 0.0
        assert places[-1] == pytest.approx(600.0)
        assert scale.stretches[0].left == 0.0
        assert all(
            a.right == pytest.approx(b.left) for a, b in zip(scale.stretches, scale.stretches[1:], strict=False)
        )
        ticks = [tick.place for tick in scale.ticks()]
        assert ticks == sorted(ticks)
        assert min(b - a for a, b in itertools.pairwise(ticks)) > 30


def test_hours_in_line_are_cut_short_and_marked() -> None:
    usual, waited = (Scale(way(spans()).runs[0], 600.0) for spans in (ways.usual, ways.waiting))
    assert [stretch.is_cut for stretch in usual.stretches] == [False]
    assert [stretch.is_cut for stretch in waited.stretches] == [False, True, False]
    drawn = svg(way(ways.waiting()))
    assert "cut short" in drawn
    assert ">3 h<" in drawn
    assert "cut short" not in svg(way(ways.usual()))


@WAYS
def test_the_picture_shows_every_attempt_and_says_it_in_words(spans: ways.Makes) -> None:
    shown = way(spans())
    root = ET.fromstring(svg(shown))
    titles = [one.text or "" for one in root.iter(f"{SVG}title")]
    for run in shown.runs:
        for piece in run.pieces:
            assert wording.of_piece(piece, run) in titles
    assert root.get("role") == "img"
    assert {"way-title", "way-said"} == set((root.get("aria-labelledby") or "").split())
    assert wording.of_run(shown.runs[0]) in (root.findtext(f"{SVG}desc") or "")
    waiting = [one for one in root.iter(f"{SVG}rect") if "waited" in (one.get("class") or "")]
    assert len(waiting) >= sum(piece.waited > 0 and not piece.lost for run in shown.runs for piece in run.pieces)
    for one in root.iter(f"{SVG}rect"):
        if "part" in (one.get("class") or "").split() and float(one.get("x") or 0) > LEFT:
            assert float(one.get("x") or 0) + float(one.get("width") or 0) <= RIGHT + 2


@WAYS
def test_page_and_picture_load_nothing_and_run_nothing(spans: ways.Makes) -> None:
    for text in (svg(way(spans())), page(way(spans()))):
        assert re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')\s>]+)", text) in ([], ["#waiting", "#dying"])
        assert "<script" not in text
        assert not re.search(r"\son\w+=", text)
    assert "default-src 'none'" in page(way(spans()))


def test_what_a_file_says_is_escaped() -> None:
    spans = [replace(span, worker="<script>alert(1)</script>") for span in ways.usual()]
    for text in (svg(way(spans)), page(way(spans))):
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_the_way_for_a_program() -> None:
    told = as_json(way(ways.troubled()))
    assert [run["run"] for run in told["runs"]] == ["live", "review-7c1"]
    lost = [work for work in told["runs"][0]["work"] if work["lost"]]
    assert [(work["stage"], work["pages"], work["attempt"]) for work in lost] == [("ocr", [9, 16], 1)]
    assert told["runs"][0]["work"][0]["parts"][0] == {"name": "receive", "ms": 30.0, "code": ""}


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        *((0, "0"), (0.4, "0.4 ms"), (9.4, "9.4 ms"), (12, "12 ms"), (999, "999 ms"), (999.6, "1.00 s")),
        *((1234, "1.23 s"), (9996, "10.0 s"), (59_940, "59.9 s"), (59_960, "1 min"), (125_000, "2 min 5 s")),
        *((3_600_000, "1 h"), (93_600_000, "1 d 2 h"), (90_000, "1 min 30 s")),
    ],
)
def test_durations_read_well(ms: float, said: str) -> None:
    assert lasted(round(ms * MS)) == said


@pytest.mark.parametrize("ns", [1, 10**6, 3 * 10**9, 10**13, 10**18])
def test_ticks_are_as_far_apart_as_they_must(ns: int) -> None:
    assert step(ns) >= ns
