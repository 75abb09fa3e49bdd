"""Done, Rejected and what earlier attempts left behind, through the worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors import __version__
from processors.events import DocumentClassified, DocumentRecognised, Step
from processors.places import artefact_key
from processors.reasons import QuarantineReason
from processors.runtime.codec import encode
from processors.stage import MOST_ARTEFACT_BYTES, Artefact, Done, Draft, Outcome, Rejected, Work
from tests.unit.runtime.makers import (
    DOCUMENT,
    asked,
    classify,
    extracted,
    read,
    recognised,
    release,
    requested,
    stored,
)
from tests.unit.runtime.shop import Shop

ANOTHER = DOCUMENT.model_copy(update={"id": "e" * 32})


def test_artefact_references_and_signatures_accumulate(tmp_path: Path) -> None:
    shop = Shop("ocr", tmp_path, read)
    original = stored(shop.objects, "original")
    shop.ask(requested(original, 1, 1))
    shop.run()
    (event,) = shop.events("documents.recognised")
    assert set(event.data.artefacts) == {"original", "pages", "text"}
    assert event.data.artefacts["original"] == original
    assert [(s.stage, s.engine) for s in event.data.provenance] == [
        ("before", ""),
        ("earlier", ""),
        ("ocr", "pen 1"),
    ]
    assert event.data.provenance[-1].code_version == __version__
    assert event.data.provenance[-1].model_digest == "f" * 64
    assert event.source == "/chancery/ocr"
    assert (event.agency, event.runid, event.subject) == ("alpha", "live", DOCUMENT.id)


def test_the_same_work_in_two_worlds_gives_the_same_ids_and_keys(tmp_path: Path) -> None:
    seen = []
    for world in ("a", "b"):
        shop = Shop("ocr", tmp_path / world, read)
        shop.ask(requested(stored(shop.objects, "original"), 1, 1))
        shop.run()
        events = shop.events("pages.recognised") + shop.events("documents.recognised")
        seen.append(([event.id for event in events], events[1].data.artefacts["pages"].key))
    assert seen[0] == seen[1]


def test_page_requests_of_one_document_spread_and_other_events_keep_their_order() -> None:
    from processors.runtime.writing import outgoing

    shop = Shop("ocr", Path(), read)
    keys = {outgoing(requested(stored(shop.objects, "original"), n, 3)).key for n in (1, 2, 3)}
    assert len(keys) == 3
    assert outgoing(recognised(stored(shop.objects, "pages"))).key == DOCUMENT.id.encode()


def test_a_rejected_document_is_set_aside_with_reason_stage_and_details(tmp_path: Path) -> None:
    shop = Shop("ocr", tmp_path, lambda work: Rejected(QuarantineReason.DAMAGED, {"page": 2}))
    shop.ask(requested(stored(shop.objects, "original"), 1, 1))
    shop.run()
    (event,) = shop.quarantined
    assert (event.data.reason, event.data.stage, event.data.details) == ("damaged", "ocr", {"page": 2})
    assert "original" in event.data.artefacts
    assert event.data.provenance[-1].stage == "ocr"


def test_the_input_files_are_there_and_the_folder_is_gone_afterwards(tmp_path: Path) -> None:
    seen: list[Path] = []

    def look(work: Work) -> Outcome:
        assert work.inputs["pages"].read_bytes() == b"the pages"
        assert not list(work.scratch.iterdir())
        seen.append(work.scratch)
        return classify(work)

    shop = Shop("classify", tmp_path, look)
    shop.ask(recognised(stored(shop.objects, "pages", b"the pages")))
    shop.run()
    assert seen
    assert not seen[0].exists()


def test_artefacts_of_an_earlier_attempt_are_what_events_refer_to(tmp_path: Path) -> None:
    words = iter(["first", "second"])

    def write(work: Work) -> Outcome:
        path = work.scratch / "fields.json"
        path.write_text(next(words))
        answer = extracted(stored(shop.objects, "fields")).data
        return Done((Draft(answer),), (Artefact("fields.json", "fields", path, "application/json"),))

    shop = Shop("extract", tmp_path, write)
    data = DocumentClassified(document=DOCUMENT, type="letter", confidence=1.0)
    shop.ask(asked(data, pages=stored(shop.objects, "pages")))
    shop.killed_at("joined")
    shop.run()
    (event,) = shop.events("documents.extracted")
    assert shop.objects.read(event.data.artefacts["fields"]) == b"first"


@pytest.mark.parametrize("point", ["stored", "joined"])
def test_a_kept_costly_outcome_is_used_and_the_stage_is_not_run_again(tmp_path: Path, point: str) -> None:
    runs: list[int] = []

    def count(work: Work) -> Outcome:
        runs.append(1)
        return read(work)

    shop = Shop("ocr", tmp_path, count)
    shop.ask(requested(stored(shop.objects, "original"), 1, 1))
    shop.killed_at(point)
    shop.run()
    assert len(runs) == 1
    (event,) = shop.events("documents.recognised")
    assert event.data.provenance[-1].engine == "pen 1"
    assert shop.objects.read(event.data.artefacts["pages"]) == b"page 1\n"


def test_an_event_without_the_artefact_that_the_stage_needs_is_a_dead_letter(tmp_path: Path) -> None:
    shop = Shop("classify", tmp_path, classify)
    shop.ask(asked(DocumentRecognised(document=DOCUMENT, pages=1)))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["event_invalid"]


def test_an_artefact_that_is_not_in_its_bucket_is_a_dead_letter_at_once(tmp_path: Path) -> None:
    shop = Shop("classify", tmp_path, classify)
    pages = stored(shop.objects, "pages")
    shop.objects.delete(pages.bucket, pages.key)
    shop.ask(recognised(pages))
    shop.run()
    (letter,) = shop.dead_letters
    assert (letter.data.reason, letter.data.attempt) == ("artefact_missing", 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"bucket": "inbox-alpha"}, "event_invalid"),
        ({"key": artefact_key(ANOTHER, "ocr", "pages.jsonl")}, "event_invalid"),
        ({"sha256": "0" * 64}, "artefact_missing"),
    ],
)
def test_an_artefact_of_another_document_or_of_other_bytes_is_not_read(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    shop = Shop("classify", tmp_path, classify)
    shop.ask(recognised(stored(shop.objects, "pages").model_copy(update=change)))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == [reason]
    assert not shop.records("documents.classified")


@pytest.mark.parametrize("forged", [{"agency": "../beta"}, {"id": "../" * 4}, {"run_id": "a/../b"}, {"run_id": ""}])
def test_an_event_whose_names_could_climb_is_a_dead_letter(tmp_path: Path, forged: dict[str, str]) -> None:
    shop = Shop("ocr", tmp_path, read)
    document = DOCUMENT.model_copy(update=forged)
    shop.ask(requested(stored(shop.objects, "original"), 1, 1, document))
    shop.run()
    (letter,) = shop.dead_letters
    assert (letter.data.reason, letter.data.document) == ("event_invalid", None)


def test_a_forged_event_that_fills_a_record_is_a_dead_letter_and_not_an_endless_pause(tmp_path: Path) -> None:
    shop = Shop("ocr", tmp_path, read)
    event = requested(stored(shop.objects, "original"), 1, 1)
    steps = tuple(Step(stage="x" * 1000, code_version="0") for _ in range(4050))
    shop.ask(event.model_copy(update={"data": event.data.model_copy(update={"provenance": steps})}))
    shop.run()
    (letter,) = shop.dead_letters
    assert letter.data.event is None
    assert letter.data.payload_sha256


@pytest.mark.parametrize(
    "value", [b"", b"\xff", b"[" * 100_000, b"{}", b'{"type": "chancery.document.arrived.v1"}', b'{"type": []}']
)
def test_a_record_that_is_no_event_is_a_dead_letter(tmp_path: Path, value: bytes) -> None:
    shop = Shop("classify", tmp_path, classify)
    shop.topics.write(shop.row.reads[0], value)
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["event_invalid"]
    assert shop.committed == 1


def test_an_event_of_another_topic_is_a_dead_letter(tmp_path: Path) -> None:
    shop = Shop("classify", tmp_path, classify)
    shop.topics.write(shop.row.reads[0], encode(extracted(stored(shop.objects, "fields"))))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["event_invalid"]


def test_a_result_goes_to_its_agencys_topic_which_exists_first_and_is_stored_to_the_byte(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, lambda work: release(work, amount="3", missing=None))
    shop.ask(extracted(stored(shop.objects, "fields")))
    shop.run()
    assert shop.result_topics == ["results.alpha.letter"]
    (record,) = shop.records("results.alpha.letter")
    there = shop.objects.info("documents", f"alpha/{DOCUMENT.id}/live/publish/result.json")
    assert there is not None
    assert shop.objects.read(there.ref) == record.value
    assert shop.events("results.alpha.letter")[0].data.fields == {"amount": "3", "missing": None}


def test_a_result_larger_than_any_record_may_be_is_a_dead_letter_and_not_an_endless_pause(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, lambda work: release(work, text="x" * 5_000_000))
    shop.ask(extracted(stored(shop.objects, "fields")))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert not shop.records("results.alpha.letter")


def test_an_artefact_too_large_to_be_written_create_only_is_a_failure_of_the_stage(tmp_path: Path) -> None:
    def write(work: Work) -> Outcome:
        path = work.scratch / "scores.json"
        with path.open("wb") as file:
            file.truncate(MOST_ARTEFACT_BYTES + 1)
        return Done(classify(work).events, (Artefact("scores.json", "", path, "application/json"),))

    shop = Shop("classify", tmp_path, write)
    shop.ask(recognised(stored(shop.objects, "pages")))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["stage_failed"]
    assert not list(shop.objects.keys("documents", artefact_key(DOCUMENT, "classify", "")))


def test_an_event_shows_no_value_of_a_document(tmp_path: Path) -> None:
    shop = Shop("publish", tmp_path, lambda work: release(work, name="secret"))
    shop.ask(extracted(stored(shop.objects, "fields")))
    shop.run()
    (event,) = shop.events("results.alpha.letter")
    assert "secret" in encode(event).decode()
    assert "secret" not in f"{event!r} {event}"
