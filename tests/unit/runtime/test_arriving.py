"""From an upload to `documents.arrived`, through the worker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.config import Limits
from processors.events import Ref
from processors.pipeline import NOTIFICATIONS
from processors.runtime.identity import document_id
from tests.unit.runtime.makers import accept
from tests.unit.runtime.shop import Shop, notification


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop("intake", tmp_path, accept)


GONE = "8f6a5a0e-3f1d-4c5c-9d53-1f2f3f4f5f6f"
ODD_KEYS = [
    "a b.pdf",
    "line\nbreak.pdf",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "1+1.pdf",
    "100%.pdf",
    "%2e%2e/x",
    "..up",
    "folder/",
    "ü/é",
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_upload_arrives_under_its_own_key_and_id(shop: Shop, key: str) -> None:
    shop.land(b"bytes", key)
    shop.run()
    (arrived,) = shop.events("documents.arrived")
    document = arrived.data.document
    assert document.original.key == key
    assert document.id == document_id("inbox-alpha", key, document.original.version_id)
    assert len(shop.events("pages.requested")) == 1


def test_the_original_is_copied_to_the_documents_bucket(shop: Shop) -> None:
    shop.land(b"bytes")
    shop.run()
    (arrived,) = shop.events("documents.arrived")
    original = arrived.data.artefacts["original"]
    assert (original.bucket, original.key) == ("documents", f"alpha/{arrived.subject}/live/intake/original")
    assert shop.objects.read(original) == b"bytes"
    assert original.sha256 == arrived.data.document.original.sha256


def test_the_same_announcement_at_another_offset_is_answered_by_nothing(shop: Shop) -> None:
    again = shop.land(b"bytes")
    shop.topics.write(NOTIFICATIONS, again)
    shop.run()
    assert len(shop.events("documents.arrived")) == 1
    assert shop.committed == 2


@pytest.mark.parametrize("point", ["taken", "counted", "processed", "stored", "joined"])
def test_the_same_record_delivered_again_after_a_crash_goes_on(shop: Shop, point: str) -> None:
    shop.land(b"bytes")
    shop.killed_at(point)
    assert shop.committed == 0
    shop.run()
    assert len(shop.events("documents.arrived")) == 1
    assert not shop.dead_letters


def test_two_versions_of_one_key_are_two_documents(shop: Shop) -> None:
    shop.land(b"one")
    shop.land(b"two")
    shop.run()
    assert len({event.subject for event in shop.events("documents.arrived")}) == 2


def test_the_same_bytes_again_name_the_first_document_of_the_agency(shop: Shop) -> None:
    shop.land(b"same", "1.pdf")
    shop.land(b"same", "2.pdf")
    shop.land(b"same", "3.pdf", agency="beta")
    shop.run()
    first, second, other = shop.events("documents.arrived")
    assert first.data.same_content_as == ""
    assert second.data.same_content_as == first.subject
    assert other.data.same_content_as == ""


def test_a_first_document_that_is_repeated_does_not_name_itself(shop: Shop) -> None:
    shop.land(b"same")
    shop.killed_at("stored")
    shop.run()
    assert shop.events("documents.arrived")[0].data.same_content_as == ""


FORGED = [
    b"\xff\xfe",
    b"",
    b"[]",
    b"7",
    b'{"Records": 3}',
    b'{"Records": [null]}',
    b"[" * 100_000,
    b'{"Records":' * 50_000,
    notification("documents", "alpha/x"),
    notification("inbox-", "x"),
    notification("inbox-alpha", ""),
    notification("inbox-alpha", "../documents/x"),
    notification("inbox-alpha", "k" * 2000),
    notification("inbox-alpha", "x", "no-version-id"),
    notification("inbox-../documents", "x"),
    notification("inbox-a\0b", "x"),
    notification("inbox-a/b", "x"),
    notification("inbox-ALPHA", "x"),
    notification("inbox-" + "a" * 99, "x"),
    b'{"Records":[{"eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"inbox-a"},"object":{"key":"\\ud800"}}}]}',
]


@pytest.mark.parametrize("forged", FORGED, ids=range(len(FORGED)))
def test_a_forged_or_broken_announcement_is_a_dead_letter(shop: Shop, forged: bytes) -> None:
    shop.topics.write(NOTIFICATIONS, forged)
    shop.land(b"good")
    shop.run()
    (letter,) = shop.dead_letters
    assert letter.data.reason == "event_invalid"
    assert letter.data.document is None
    assert len(shop.events("documents.arrived")) == 1


def test_a_forged_record_beside_a_true_one_does_not_swallow_the_document(shop: Shop) -> None:
    true = json.loads(shop.land(b"bytes"))
    forged = json.loads(notification("documents", "x"))
    (first,) = shop.topics.records.pop(NOTIFICATIONS)
    mixed = json.dumps({"Records": true["Records"] + forged["Records"]}).encode()
    shop.topics.write(NOTIFICATIONS, mixed)
    shop.topics.write(NOTIFICATIONS, first.value)
    shop.run()
    assert len(shop.events("documents.arrived")) == 1


def test_removals_are_answered_by_nothing(shop: Shop) -> None:
    shop.topics.write(NOTIFICATIONS, notification("inbox-alpha", "x", GONE, "s3:ObjectRemoved:Delete"))
    shop.run()
    assert shop.committed == 1
    assert set(shop.topics.records) == {NOTIFICATIONS}


def test_a_version_that_is_gone_is_quarantined(shop: Shop) -> None:
    shop.topics.write(NOTIFICATIONS, notification("inbox-alpha", "x", GONE))
    shop.run()
    (event,) = shop.quarantined
    assert event.data.reason == "source_gone"
    assert event.data.document.original.version_id == GONE


class CountingFetches(MemoryObjects):
    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def fetch(self, ref: Ref, to: Path) -> str:
        self.fetched.append(ref.key)
        return super().fetch(ref, to)


def test_a_file_that_is_too_large_is_quarantined_and_never_fetched(tmp_path: Path) -> None:
    objects = CountingFetches()
    shop = Shop("intake", tmp_path, accept, objects=objects, limits=Limits(max_bytes=4))
    shop.land(b"12345")
    shop.land(b"1234", "fits.pdf")
    shop.run()
    (event,) = shop.quarantined
    assert event.data.reason == "too_large"
    assert event.data.details == {"bytes": 5, "limit": 4}
    assert objects.fetched == ["fits.pdf"]


def test_a_version_deleted_between_look_and_fetch_is_quarantined(tmp_path: Path) -> None:
    class Vanishing(MemoryObjects):
        def fetch(self, ref: Ref, to: Path) -> str:
            self.delete(ref.bucket, ref.key)
            return super().fetch(ref, to)

    shop = Shop("intake", tmp_path, accept, objects=Vanishing())
    shop.land(b"bytes")
    shop.run()
    assert [event.data.reason for event in shop.quarantined] == ["source_gone"]
