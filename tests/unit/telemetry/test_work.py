"""What a worker tells: counted when the answer is written, once, and nothing of the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors import pipeline
from processors.errors import DependencyUnavailable, StageFailed
from processors.events import DocumentClassified, DocumentExtracted, Event, Evidence, Origin
from processors.fields import Fields
from processors.pipeline import NOTIFICATIONS
from processors.ports import Incoming, Outgoing
from processors.reasons import QuarantineReason
from processors.runtime import retry
from processors.runtime.writing import outgoing
from processors.stage import Artefact, Done, Draft, Outcome, Rejected, Work
from processors.telemetry import labels
from processors.telemetry.work import WorkTelling
from tests.example_events import EVENTS
from tests.unit.runtime.makers import DOCUMENT, accept, asked, classify, read, recognised, requested, stored
from tests.unit.runtime.shop import Draining, Shop
from tests.unit.telemetry.told import is_told, number, rising

REPROCESSED = DOCUMENT.model_copy(update={"run_id": "re-1"})


def shop(stage: str, home: Path, does: Callable[[Work], Outcome]) -> Shop:
    return Shop(stage, home, does, telling=WorkTelling(pipeline.stage(stage)))


def work(stage: str, outcome: str, lane: str = "live") -> dict[str, str]:
    return {"stage": stage, "lane": lane, "outcome": outcome}


def test_work_is_counted_with_its_pages_and_its_time(tmp_path: Path) -> None:
    where = {"stage": "classify", "lane": "live"}
    done = rising("chancery_work_total", **work("classify", "done"))
    pages = rising("chancery_pages_total", **where)
    timed = rising("chancery_work_seconds_count", **where)
    commits = rising("chancery_commit_seconds_count", process="classify")
    one = shop("classify", tmp_path, classify)
    one.ask(recognised(stored(one.objects, "pages")))
    one.run()
    assert (done(), pages(), timed(), commits()) == (1, DOCUMENT.original.pages, 1, 1)
    assert number("chancery_work_in_progress", stage="classify") == 0


def test_pages_of_ocr_are_those_of_its_range_and_of_intake_those_that_it_found(tmp_path: Path) -> None:
    ocr, intake = (rising("chancery_pages_total", stage=stage, lane="live") for stage in ("ocr", "intake"))
    confident = rising("chancery_page_confidence_count"), rising("chancery_page_confidence_sum")
    one = shop("ocr", tmp_path, read)
    original = stored(one.objects, "original")
    for page in (1, 2):
        one.ask(requested(original, page, 2))
    one.run()
    assert ocr() == 2
    assert (confident[0](), confident[1]()) == (2, 1.0)
    other = shop("intake", tmp_path, accept)
    other.land(b"%PDF-")
    other.run()
    assert intake() == 1


def test_pages_with_text_layers_say_nothing_of_how_well_pages_are_read(tmp_path: Path) -> None:
    confident = rising("chancery_page_confidence_count")

    def layer(asked_work: Work) -> Outcome:
        done = read(asked_work)
        said = done.events[0].data
        reading = said.reading.model_copy(update={"text_layer_pages": 1, "confidence": 1.0})  # type: ignore[attr-defined]
        written = replace(done.events[0], data=said.model_copy(update={"reading": reading}))
        return replace(done, events=(written, *done.events[1:]))

    one = shop("ocr", tmp_path, layer)
    one.ask(requested(stored(one.objects, "original"), 1, 1))
    one.run()
    assert confident() == 0


def test_what_is_reprocessed_is_counted_apart(tmp_path: Path) -> None:
    live, behind = (
        rising("chancery_work_total", **work("classify", "done", lane)) for lane in ("live", "reprocessing")
    )
    one = shop("classify", tmp_path, classify)
    event = recognised(stored(one.objects, "pages"))
    again = event.data.model_copy(update={"document": REPROCESSED})
    one.ask(event.model_copy(update={"data": again, "runid": "re-1"}))
    one.run()
    assert (live(), behind()) == (0, 1)


def test_what_is_set_aside_or_given_up_counts_as_that_and_brings_no_pages(tmp_path: Path) -> None:
    outcomes = {
        name: rising("chancery_work_total", **work("ocr", name)) for name in ("quarantined", "dead_lettered")
    }
    pages = rising("chancery_pages_total", stage="ocr", lane="live")
    failed = {
        decision: rising("chancery_failed_attempts_total", stage="ocr", code="stage_failed", decision=decision)
        for decision in ("retry", "dead_letter")
    }

    def fail(asked_work: Work) -> Outcome:
        raise StageFailed("ValueError")

    for name, does in (("q", lambda asked_work: Rejected(QuarantineReason.DAMAGED)), ("d", fail)):
        one = shop("ocr", tmp_path / name, does)
        one.ask(requested(stored(one.objects, "original"), 1, 1))
        one.run()
    assert {name: rose() for name, rose in outcomes.items()} == {"quarantined": 1, "dead_lettered": 1}
    assert {name: rose() for name, rose in failed.items()} == {"retry": retry.MAX_ATTEMPTS - 1, "dead_letter": 1}
    assert pages() == 0


def test_a_record_that_cannot_be_read_is_a_failed_attempt_and_a_dead_letter(tmp_path: Path) -> None:
    failed = rising("chancery_failed_attempts_total", stage="ocr", code="event_invalid", decision="dead_letter")
    given_up = rising("chancery_work_total", **work("ocr", "dead_lettered"))
    one = shop("ocr", tmp_path, read)
    one.topics.write("pages.requested", b"{}")
    one.run()
    assert (failed(), given_up()) == (1, 1)


def test_an_announcement_that_is_repeated_counts_as_repeated(tmp_path: Path) -> None:
    repeated = rising("chancery_work_total", **work("intake", "repeated"))
    done = rising("chancery_work_total", **work("intake", "done"))
    one = shop("intake", tmp_path, accept)
    one.topics.write(NOTIFICATIONS, one.land(b"%PDF-"))
    one.run()
    assert (done(), repeated()) == (1, 1)


class Forgetful(Draining):
    """Kafka does not answer the first commit."""

    failures = 1

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        if self.failures:
            self.failures -= 1
            self.rewind()
            raise DependencyUnavailable("Kafka: away")
        super().commit(outputs, done)


class Robbed(Draining):
    """The partition goes to somebody else while the work is done, once."""

    robbed = False

    def owned(self, origin: Origin) -> bool:
        was, self.robbed = self.robbed, True
        return was


@pytest.mark.parametrize("log", [Forgetful, Robbed])
def test_work_that_was_done_and_not_written_is_counted_when_it_is_written(
    tmp_path: Path, log: type[Draining]
) -> None:
    """The control of "answered for good": the stage worked twice."""
    worked: list[Work] = []

    def does(asked_work: Work) -> Outcome:
        worked.append(asked_work)
        return classify(asked_work)

    done = rising("chancery_work_total", **work("classify", "done"))
    pages = rising("chancery_pages_total", stage="classify", lane="live")
    paused = rising("chancery_pauses_total", process="classify", code="dependency_unavailable")
    one = shop("classify", tmp_path, does)
    one.ask(recognised(stored(one.objects, "pages")))
    one.run(log=log)
    assert len(worked) == 2
    assert (done(), pages()) == (1, DOCUMENT.original.pages)
    assert paused() == (1 if log is Forgetful else 0)


SECRET = "Ann Lee, 5f3c0d9a1b2c4d5e"
FIELDS = Fields(
    type="letter",
    type_version="1",
    values={"from": SECRET, "to": None},
    evidence={
        "from": Evidence(page=1, text=SECRET, verdict="verbatim", confidence=0.97),
        "to": Evidence(page=0, verdict="missing", confidence=0.0),
        "much": Evidence(page=1, text="1", verdict="derived", confidence=7.0),
    },
    engine="layout 1",
)


def extract(content: bytes) -> Callable[[Work], Outcome]:
    def does(asked_work: Work) -> Outcome:
        file = asked_work.scratch / "fields.json"
        file.write_bytes(content)
        said = DocumentExtracted(
            document=asked_work.event.data.document,
            type="letter",
            type_version="1",
            type_confidence=1.0,
            fields_total=3,
            fields_found=2,
        )
        return Done(events=(Draft(said),), artefacts=(Artefact("fields.json", "fields", file, "application/json"),))

    return does


def classified(one: Shop) -> Event[Any]:
    data = DocumentClassified(document=DOCUMENT, type="letter", confidence=1.0)
    return asked(data, pages=stored(one.objects, "pages"))


def test_values_are_told_by_type_proof_and_confidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "_CLOSED", dict(labels._CLOSED))
    labels.allow("document_type", ["letter"])
    values = {
        verdict: rising("chancery_values_total", document_type="letter", grounding=verdict)
        for verdict in ("verbatim", "derived", "missing")
    }
    confident = [rising(f"chancery_value_confidence_{what}", document_type="letter") for what in ("count", "sum")]
    one = shop("extract", tmp_path, extract(FIELDS.model_dump_json().encode()))
    one.ask(classified(one))
    one.run()
    assert {verdict: rose() for verdict, rose in values.items()} == {"verbatim": 1, "derived": 1, "missing": 1}
    # What is missing has no confidence; what no confidence can be is bounded.
    assert [rose() for rose in confident] == [2, pytest.approx(1.97)]


@pytest.mark.parametrize("content", [b"", b"[" * 9_000, b'{"type": 1}', b" " * (5 * 1024 * 1024)], ids=len)
def test_values_that_cannot_be_read_are_not_told_and_stop_nothing(tmp_path: Path, content: bytes) -> None:
    done = rising("chancery_work_total", **work("extract", "done"))
    one = shop("extract", tmp_path, extract(content))
    one.ask(classified(one))
    one.run()
    assert done() == 1


def test_numbers_that_no_document_has_are_bounded(tmp_path: Path) -> None:
    """A fork that was taken over says them: they neither stop the worker nor occupy it."""
    pages = rising("chancery_pages_total", stage="ocr", lane="live")
    confident = [rising(f"chancery_page_confidence_{what}") for what in ("count", "sum")]

    def lie(asked_work: Work) -> Outcome:
        done = read(asked_work)
        said = done.events[0].data
        reading = said.reading.model_copy(update={"pages": 10**12, "confidence": -3.0})  # type: ignore[attr-defined]
        lied = replace(done.events[0], data=said.model_copy(update={"reading": reading}))
        return replace(done, events=(lied, *done.events[1:]))

    one = shop("ocr", tmp_path, lie)
    one.ask(requested(stored(one.objects, "original"), 1, 1))
    one.run()
    assert pages() == 1
    assert [rose() for rose in confident] == [1, 0.0]


@pytest.mark.parametrize("event", [e for e in EVENTS if getattr(e.data, "document", None)], ids=lambda e: e.type)
def test_whatever_a_stage_writes_can_be_told(event: Event[Any]) -> None:
    """What is told follows the commit: an error there would end a worker after each piece of work."""
    answer = outgoing(event)
    for row in pipeline.STAGES:
        telling = WorkTelling(row)
        before = number("chancery_work_seconds_count", stage=row.name, lane="live")
        telling.committed(Origin(topic=row.reads[0], partition=0, offset=0), (answer,))
        assert number("chancery_work_seconds_count", stage=row.name, lane="live") == before + 1


def test_a_worker_shows_at_its_start_what_it_can_count() -> None:
    WorkTelling(pipeline.stage("publish").reading("live"))
    assert is_told("chancery_work_total", **work("publish", "dead_lettered"))
