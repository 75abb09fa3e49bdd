"""What a worker tells of its work: one trace a document and run, whatever dies, is retried or gets lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from processors.errors import DependencyUnavailable, StageFailed
from processors.events import Origin
from processors.pipeline import QUARANTINE, topic_of
from processors.ports import Incoming
from processors.reasons import QuarantineReason
from processors.runtime.codec import decode, encode
from processors.stage import Outcome, Rejected, Work
from processors.telemetry.trace_ids import Context, anchor, trace_of
from processors.telemetry.trace_names import ATTRIBUTES, OUTCOMES, PIECE, SPANS
from processors.telemetry.tracing import OFF, step
from tests.unit.runtime.makers import DOCUMENT, accept, extracted, read, recognised, release, requested, stored
from tests.unit.runtime.shop import Killed, Shop
from tests.unit.telemetry.tracks import Tracks, inside, orphans


@pytest.fixture
def tracks() -> Tracks:
    return Tracks()


def ranges_shop(home: Path, tracks: Tracks, count: int = 3) -> Shop:
    shop = Shop("ocr", home, read, tracing=tracks.of("ocr"))
    original = stored(shop.objects, "original")
    for number in range(1, count + 1):
        shop.ask(requested(original, number, count))
    return shop


def test_a_document_has_one_trace_from_the_door_to_its_pages(tmp_path: Path, tracks: Tracks) -> None:
    intake = Shop("intake", tmp_path, accept, tracing=tracks.of("intake"))
    intake.land(b"letter")
    intake.run()
    ocr = Shop("ocr", tmp_path, read, topics=intake.topics, objects=intake.objects, tracing=tracks.of("ocr"))
    ocr.run()
    first, second = tracks.one("intake process"), tracks.one("ocr process")
    assert first.context and second.context and second.parent
    document = intake.events("documents.arrived")[0].data.document
    assert first.context.trace_id == second.context.trace_id == trace_of(document.id, "live")
    assert first.parent is None
    assert second.parent.span_id == first.context.span_id
    assert orphans(tracks.spans) == []
    assert inside(tracks.spans, first)[:4] == ["receive", "process", "store", "end"]
    assert "commit" in inside(tracks.spans, first)
    assert inside(tracks.spans, second) == ["fetch", "process", "store", "end", "commit"]


def test_the_range_that_completes_the_set_shows_the_joining(tmp_path: Path, tracks: Tracks) -> None:
    shop = ranges_shop(tmp_path, tracks)
    shop.run()
    *others, last = tracks.named("ocr process")
    for other in others:
        assert inside(tracks.spans, other) == ["fetch", "process", "store", "join", "end", "commit"]
    assert inside(tracks.spans, last) == [
        *("fetch", "process", "store", "join", "process", "store", "end", "commit"),
    ]
    assert [dict(one.attributes or {})["chancery.whole"] for one in tracks.named("join")] == [False, False, True]
    ranges = [dict(one.attributes or {})["chancery.pages.first"] for one in (*others, last)]
    assert ranges == [1, 2, 3]


def test_the_header_travels_beside_the_event_and_never_in_it(tmp_path: Path, tracks: Tracks) -> None:
    plain = ranges_shop(tmp_path / "plain", tracks)
    plain.tracing = OFF
    plain.run()
    assert {one.trace for one in plain.records("pages.recognised")} == {""}
    traced = ranges_shop(tmp_path / "traced", tracks)
    traced.run()
    told = traced.records("pages.recognised")
    contexts = [context for one in told if (context := Context.of(one.trace))]
    assert {one.trace for one in contexts} == {trace_of(DOCUMENT.id, "live")}
    assert len({one.span for one in contexts}) == 3
    for one, context in zip(told, contexts, strict=True):
        assert f"{context.trace:032x}".encode() not in one.value
        assert f"{context.span:016x}".encode() not in one.value
    before = [decode(one.value).model_dump(exclude={"data": {"artefacts"}}) for one in plain.records(told[0].topic)]
    assert before == [decode(one.value).model_dump(exclude={"data": {"artefacts"}}) for one in told]


def test_a_worker_that_does_not_trace_hands_on_what_others_told(tmp_path: Path) -> None:
    shop = ranges_shop(tmp_path, Tracks(), 1)
    shop.tracing = OFF
    header = Context(trace_of(DOCUMENT.id, "live"), 5).header()
    record = shop.topics.records["pages.requested"][0]
    shop.topics.records["pages.requested"][0] = replace(record, trace=header)
    shop.run()
    assert {one.trace for one in shop.records("pages.recognised")} == {header}


def test_a_lost_header_costs_the_parent_and_not_the_trace(tmp_path: Path, tracks: Tracks) -> None:
    """The negative control of the test above: without the header the link between the stages is gone."""
    shop = ranges_shop(tmp_path, tracks)
    for record in shop.topics.records["pages.requested"]:
        assert record.trace == ""
    shop.run()
    works = tracks.named("ocr process")
    assert {one.context.trace_id for one in works if one.context} == {trace_of(DOCUMENT.id, "live")}
    assert [one.parent for one in works] == [None, None, None]


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "nonsense",
        "ff-" + "1" * 32 + "-" + "2" * 16 + "-01",
        "00-" + "0" * 32 + "-" + "2" * 16 + "-01",
        "00-" + "1" * 32 + "-" + "0" * 16 + "-01",
        "00-" + "g" * 32 + "-" + "2" * 16 + "-01",
        "00-" + "1" * 32 + "-" + "2" * 16 + "-01-more",
    ],
)
def test_what_is_no_header_is_none(forged: str) -> None:
    assert Context.of(forged) is None


def test_a_header_reads_as_it_was_written() -> None:
    for context in (Context(1, 2), Context(2**128 - 1, 2**64 - 1, sampled=False)):
        assert Context.of(context.header()) == context


def test_a_forged_header_moves_no_document_into_another_trace(tmp_path: Path, tracks: Tracks) -> None:
    shop = ranges_shop(tmp_path, tracks, 1)
    foreign = Context(7, 9)
    shop.topics.records["pages.requested"][0] = replace(
        shop.topics.records["pages.requested"][0], trace=foreign.header()
    )
    shop.run()
    work = tracks.one("ocr process")
    assert work.context and work.context.trace_id == trace_of(DOCUMENT.id, "live")
    assert work.parent is None
    assert [(link.context.trace_id, link.context.span_id) for link in work.links] == [(7, 9)]


def test_a_run_that_people_began_links_to_the_one_before(tmp_path: Path, tracks: Tracks) -> None:
    shop = Shop("classify", tmp_path, read, tracing=tracks.of("classify"))
    again = DOCUMENT.model_copy(update={"run_id": "re-1", "continues": "live"})
    event = recognised(stored(shop.objects, "pages"))
    event = event.model_copy(update={"data": event.data.model_copy(update={"document": again})})
    shop.topics.write(topic_of(event.data), encode(event))
    shop.run()
    works = tracks.named("classify process")
    assert {one.context.trace_id for one in works if one.context} == {trace_of(DOCUMENT.id, "re-1")}
    before = anchor(DOCUMENT.id, "live")
    for work in works:
        assert (work.attributes or {})["chancery.continues"] == "live"
        assert [link.context.trace_id for link in work.links] == [before.trace]


def test_a_killed_worker_leaves_no_span_and_its_successor_says_so(tmp_path: Path, tracks: Tracks) -> None:
    shop = ranges_shop(tmp_path, tracks, 1)
    shop.killed_at("processed")
    assert tracks.spans == ()
    shop.tracing = tracks.of("ocr")
    shop.run()
    work = tracks.one("ocr process")
    assert work.attributes is not None
    assert (work.attributes["chancery.attempt"], work.attributes["chancery.again"]) == (2, True)
    assert 0 <= int(str(work.attributes["chancery.earlier_ms"])) < 60_000, "when it began, the store knows"
    assert orphans(tracks.spans) == []


def test_what_was_answered_is_there_when_the_worker_is_killed_before_it_is_written(
    tmp_path: Path, tracks: Tracks
) -> None:
    """Its answers may have been written all the same: whoever reads them finds the parent."""
    shop = ranges_shop(tmp_path, tracks, 1)
    answers = shop.answerer().answer(one_of(shop))
    context = Context.of(answers[0].trace)
    work = tracks.one("ocr process")
    assert context and work.context and context.span == work.context.span_id


def one_of(shop: Shop) -> Incoming:
    record = shop.records(shop.row.reads[0])[0]
    return Incoming(Origin(topic=shop.row.reads[0], partition=3, offset=5), record.key, record.value, written=1000)


def test_failed_attempts_are_told_one_by_one_with_the_code_alone(tmp_path: Path, tracks: Tracks) -> None:
    tries = []

    def third_time(work: Work) -> Outcome:
        tries.append(work)
        if len(tries) < 3:
            raise StageFailed("untrusted words of the document")
        return read(work)

    shop = ranges_shop(tmp_path, tracks, 1)
    shop.does = third_time
    shop.run()
    told = [dict(one.attributes or {}) for one in tracks.named("ocr process")]
    assert [one["chancery.attempt"] for one in told] == [1, 2, 3]
    assert [one["chancery.outcome"] for one in told] == ["retried", "retried", "done"]
    assert [one.get("error.type") for one in told] == ["stage_failed", "stage_failed", None]
    statuses = {one.status.description for one in tracks.spans}
    assert statuses == {None, "stage_failed"}
    assert not any("untrusted" in str(one.to_json()) for one in tracks.spans)
    assert all(not one.events for one in tracks.spans), "an exception recorded as an event quotes its message"


def test_ends_and_reasons_are_told(tmp_path: Path, tracks: Tracks) -> None:
    refused = ranges_shop(tmp_path / "refused", tracks, 1)
    refused.does = lambda work: Rejected(QuarantineReason.DAMAGED)
    refused.run()
    assert len(refused.records(QUARANTINE)) == 1
    told = dict(tracks.one("ocr process").attributes or {})
    assert (told["chancery.outcome"], told["chancery.end"], told["chancery.reason"]) == (
        *("quarantined", "quarantine", "damaged"),
    )
    tracks.exporter.clear()

    def fails(work: Work) -> Outcome:
        raise StageFailed

    failing = ranges_shop(tmp_path / "failing", tracks, 1)
    failing.does = fails
    failing.run()
    told = dict(tracks.named("ocr process")[-1].attributes or {})
    assert (told["chancery.outcome"], told["chancery.end"], told["chancery.reason"]) == (
        *("dead_lettered", "dead_letter", "stage_failed"),
    )
    tracks.exporter.clear()
    publish = Shop("publish", tmp_path / "publish", release, tracing=tracks.of("publish"))
    publish.ask(extracted(stored(publish.objects, "fields")))
    publish.run()
    told = dict(tracks.one("publish process").attributes or {})
    assert (told["chancery.outcome"], told["chancery.end"]) == ("done", "result")


def test_work_that_is_given_back_says_so_and_comes_again_in_the_same_trace(tmp_path: Path, tracks: Tracks) -> None:
    away = [True]

    def works_later(work: Work) -> Outcome:
        if away.pop() if away else False:
            raise DependencyUnavailable("the model is away")
        return read(work)

    shop = ranges_shop(tmp_path, tracks, 1)
    shop.does = works_later
    shop.run()
    first, second = (dict(one.attributes or {}) for one in tracks.named("ocr process"))
    assert (first["chancery.outcome"], first["error.type"]) == ("given_back", "dependency_unavailable")
    assert (second["chancery.outcome"], second["chancery.attempt"]) == ("done", 1)
    assert len({one.context.trace_id for one in tracks.spans if one.context}) == 1


def test_waiting_is_told_from_kafkas_time_and_never_below_zero(tmp_path: Path, tracks: Tracks) -> None:
    shop = ranges_shop(tmp_path, tracks, 1)
    shop.answerer().answer(one_of(shop))
    wait, work = tracks.one("wait"), tracks.one("ocr process")
    assert (wait.start_time, wait.end_time) == (1_000_000_000, work.start_time)
    assert int(str((work.attributes or {})["chancery.waited_ms"])) > 1_000_000
    tracks.exporter.clear()
    late = replace(one_of(shop), written=2_000_000_000_000_000)
    Shop("ocr", tmp_path / "late", read, objects=shop.objects, tracing=tracks.of("ocr")).answerer().answer(late)
    assert (tracks.one("ocr process").attributes or {})["chancery.waited_ms"] == 0


def test_a_commit_that_failed_is_told(tmp_path: Path, tracks: Tracks) -> None:
    shop = ranges_shop(tmp_path, tracks, 1)
    answerer = shop.answerer()
    answerer.answer(one_of(shop))
    answerer.undelivered()
    answerer.delivered()
    commit = tracks.one("commit")
    assert (commit.status.description, orphans(tracks.spans)) == ("not_committed", [])


@pytest.mark.parametrize(("share", "traced"), [(0.0, 0), (1.0, 40)])
def test_a_document_is_traced_whole_or_not_at_all(tmp_path: Path, share: float, traced: int) -> None:
    tracks = Tracks(share)
    shop = ranges_shop(tmp_path, tracks, 5)
    shop.run()
    assert len(tracks.named("ocr process")) in (0, 5)
    assert bool(tracks.spans) == bool(traced)


def test_a_share_takes_about_so_many_and_the_same_ones_everywhere(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        tracks = Tracks(0.25)
        tracing = tracks.of("intake")
        shop = Shop("intake", tmp_path, accept, tracing=tracing)
        for number in range(80):
            shop.land(str(number).encode(), key=f"{number}.pdf")
        shop.run(polls=200)
        seen.append({one.context.trace_id for one in tracks.spans if one.context})
        headers = {record.trace[-2:] for record in shop.records("documents.arrived")}
        assert headers == {"00", "01"}, "who comes next decides alike, and is told so"
    assert 8 <= len(seen[0]) <= 34


def test_every_span_keeps_to_the_closed_list(tmp_path: Path, tracks: Tracks) -> None:
    test_failed_attempts_are_told_one_by_one_with_the_code_alone(tmp_path / "failed", tracks)
    test_a_document_has_one_trace_from_the_door_to_its_pages(tmp_path / "way", Tracks())
    test_a_commit_that_failed_is_told(tmp_path / "commit", Tracks())
    strange = strangers(tracks)
    assert strange == []


def strangers(tracks: Tracks) -> list[str]:
    """Names of spans and attributes, and outcomes, that are in no list."""
    names = {one.name for one in SPANS}
    attributes = {one.name for one in ATTRIBUTES}
    outcomes = {one.name for one in OUTCOMES}
    found = []
    for span in tracks.spans:
        said = dict(span.attributes or {})
        if span.name not in names and span.name.partition(" ")[2] != PIECE:
            found.append(span.name)
        found += sorted(set(said) - attributes)
        if (outcome := said.get("chancery.outcome", "done")) not in outcomes:
            found.append(str(outcome))
    return found


def test_a_stranger_in_a_span_is_found(tmp_path: Path, tracks: Tracks) -> None:
    def chatty(work: Work) -> Outcome:
        with step("gossip") as told:
            told["file.name"] = "letter.pdf"
        return read(work)

    shop = ranges_shop(tmp_path, tracks, 1)
    shop.does = chatty
    shop.run()
    assert {"gossip", "file.name"} <= set(strangers(tracks))


def test_killed_is_what_it_says() -> None:
    assert not issubclass(Killed, Exception), "else the tests above would see a span of a killed worker"
