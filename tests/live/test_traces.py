"""A document's trace over real servers and real processes: one, whole, and rightly hung together, whoever dies."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from processors.config import Settings
from processors.intake.ranges import SCANNED_PAGES
from processors.telemetry.trace_ids import trace_of
from processors.telemetry.waterfall.ordering import way_of
from processors.telemetry.waterfall.reading import NoTraceError, Span, spans_of
from processors.telemetry.waterfall.way import Run
from tests.documents import text_pdf
from tests.live.oracle import upload
from tests.live.workers import workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

STAGES = ("intake", "ocr", "classify", "extract", "publish")
#: each stage's work was asked for by the work of which
ASKED_BY = {"intake": None, "ocr": "intake", "classify": "ocr", "extract": "classify", "publish": "extract"}
LETTER = ["Dear Ms Miller,", "thank you for your letter of 3 May 2024."]


def spans(settings: Settings, document: str) -> tuple[Span, ...]:
    try:
        return spans_of(settings.home / "traces", document)[1]
    except NoTraceError:
        return ()


def faults(told: Sequence[Span], document: str) -> list[str]:
    """What is wrong with a trace: spans of another, parents that are missing or the wrong ones."""
    known = {span.id: span for span in told}
    found = [
        f"{span.name}: of another trace" for span in told if span.trace != f"{trace_of(document, 'live'):032x}"
    ]
    for span in told:
        if span.parent and span.parent not in known:
            found.append(f"{span.name}: its parent is not there")
        if span.is_piece:
            stage = str(span.said["chancery.stage"])
            asked = known.get(span.parent)
            if (asked and asked.said["chancery.stage"]) != ASKED_BY[stage]:
                found.append(f"{span.name}: asked for by {asked and asked.name}")
    return found


def run_of(told: Sequence[Span], document: str) -> Run:
    (run,) = way_of(document, told).runs
    return run


def is_whole(settings: Settings, document: str) -> bool:
    """Whether the transaction that ends the document is told of."""
    told = spans(settings, document)
    ends = {span.id for span in told if span.said.get("chancery.end")}
    return any(span.name == "commit" and span.parent in ends for span in told)


def tracing(settings: Settings) -> dict[str, str]:
    return {"CHANCERY_TRACES": str(settings.home / "traces")}


def test_a_document_has_one_whole_trace_though_its_reader_is_killed(installation: Settings) -> None:
    # A life of the reader ends over the third range that it reads, with kill -9.
    extra = tracing(installation) | {"CHANCERY_FAIL_POINTS": "ocr:processed:@3"}
    with workers(installation, STAGES, extra=extra) as group:
        document = upload(installation, "letter.pdf", text_pdf(LETTER, 2 * SCANNED_PAGES + 1))
        until(lambda: is_whole(installation, document), "the last transaction is told of")
        group.stop()  # each tells of its transaction after it, so an earlier stage may be later with it
        assert [death[:2] for death in group.deaths] == [("ocr", 0)]
    told = spans(installation, document)
    assert faults(told, document) == []
    run = run_of(told, document)
    assert {piece.stage for piece in run.pieces} == set(STAGES)
    ranges = [piece for piece in run.pieces if piece.stage == "ocr"]
    assert len({piece.first for piece in ranges}) == 3
    assert sorted((piece.attempt, piece.lost) for piece in ranges) == [
        *((1, False), (1, False), (1, True), (2, False)),
    ]
    assert len({piece.process for piece in ranges if not piece.lost}) == 2, "each life tells under its own number"
    joins = [part for piece in ranges for part in piece.parts if part.name == "join"]
    whole = [span.said.get("chancery.whole") for span in told if span.name == "join"]
    assert (len(joins), whole.count(True)) == (3, 1)
    for piece in run.pieces:
        assert piece.written <= piece.begun <= piece.ended <= piece.committed
    assert run.end is not None
    assert run.end.stage == "publish"


def test_without_headers_the_links_between_the_stages_are_gone(installation: Settings) -> None:
    """The negative control of the test above. The trace is the same one: its id is derived, not carried."""
    command = (sys.executable, "-m", "tests.live.headerless_worker")
    with workers(installation, ("intake", "ocr"), command=command, extra=tracing(installation)):
        document = upload(installation, "letter.pdf", text_pdf(LETTER))
        until(lambda: len(pieces(spans(installation, document))) == 2, "both stages have told")
    found = faults(spans(installation, document), document)
    assert found == ["ocr process: asked for by None"]


def pieces(told: Sequence[Span]) -> list[Span]:
    return [span for span in told if span.is_piece]
