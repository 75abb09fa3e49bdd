"""Names in forged events become keys and files: a dead letter each, and the worker goes on with what is behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from minio.helpers import check_object_name

from processors.adapters.memory import MemoryObjects
from processors.errors import DependencyUnavailable
from processors.events import DocumentId, DocumentResubmitted, Event, Original, Ref
from processors.names import key_fault
from processors.ports import Lock, ObjectInfo
from processors.runtime import answering, enclosing, identity, resubmitting, writing
from processors.runtime.identity import document_id
from processors.runtime.originals import Originals
from tests.unit.runtime.makers import DOCUMENT, read, requested, stored
from tests.unit.runtime.shop import NOW, Shop

CLIMBING = "../../../x"


class LikeMinio(MemoryObjects):
    """Takes the names that MinIO and its client take, and answers of others what they answer."""

    def put(
        self,
        bucket: str,
        key: str,
        content: Path | bytes,
        media_type: str,
        *,
        create_only: bool = False,
        lock: Lock | None = None,
    ) -> Ref | None:
        check_object_name(key)
        return super().put(bucket, key, content, media_type, create_only=create_only, lock=lock)

    def info(self, bucket: str, key: str, version_id: str = "") -> ObjectInfo | None:
        check_object_name(key)
        if key_fault(key) or len(version_id) not in (0, 4, 36):
            raise DependencyUnavailable("object store: 400")
        return super().info(bucket, key, version_id)


def shop(home: Path, stage: str) -> Shop:
    return Shop(stage, home, read, objects=LikeMinio())


def asked_as(event_id: str, at: Shop) -> Event[Any]:
    return requested(stored(at.objects, "original"), 1, 1).model_copy(update={"id": event_id})


@pytest.mark.parametrize("event_id", ["", ".", "..", CLIMBING, "a/../b", "a//b", "x" * 2000, "a\0b", "ä", " "])
def test_an_event_whose_id_is_none_of_ours_is_a_dead_letter(tmp_path: Path, event_id: str) -> None:
    at = shop(tmp_path, "ocr")
    at.ask(asked_as(event_id, at))
    at.ask(requested(stored(at.objects, "original"), 1, 1))
    at.run()
    assert [event.data.reason for event in at.dead_letters] == ["event_invalid"]
    assert len(at.events("documents.recognised")) == 1
    assert at.committed == 2


def test_it_would_end_every_worker_that_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    monkeypatch.setattr(answering, "is_event_id", lambda event_id: True)
    at = shop(tmp_path, "ocr")
    at.ask(asked_as(CLIMBING, at))
    for _ in range(3):
        with pytest.raises(ValueError, match="object name"):
            at.run()
    assert at.committed == 0


def enclosed(key: str, version: str) -> Event[Any]:
    bucket, parent = "documents", DOCUMENT.id
    whole = f"alpha/{parent}/enclosed/{key}"
    original = Original(bucket=bucket, key=whole, version_id=version, size=0)
    document = DocumentId(id=document_id(bucket, whole, version), agency="alpha", parent=parent, original=original)
    return writing.enclosed(document, writing.step("intake"), NOW)


def resubmitted(key: str, version: str) -> Event[Any]:
    original = Original(bucket="inbox-alpha", key=key, version_id=version, size=0)
    document = DocumentId(
        id=document_id("inbox-alpha", key, version),
        agency="alpha",
        run_id="r1",
        continues="live",
        original=original,
    )
    return writing.resubmitted(DocumentResubmitted(document=document, by="Ann", ended_by="e1"), NOW)


IMPOSSIBLE = [("a//b", ""), ("a/./b", ""), ("x" * 1100, ""), ("a\0", ""), ("a.pdf", "no-version")]


@pytest.mark.parametrize(("key", "version"), IMPOSSIBLE)
@pytest.mark.parametrize("make", [enclosed, resubmitted])
def test_a_document_that_can_lie_nowhere_is_a_dead_letter(
    tmp_path: Path, make: Any, key: str, version: str
) -> None:
    at = shop(tmp_path, "intake")
    at.ask(make(key, version))
    at.run()
    assert [event.data.reason for event in at.dead_letters] == ["event_invalid"]
    assert at.committed == 0  # of the notifications, which nobody wrote


@pytest.mark.parametrize(("module", "make"), [(enclosing, enclosed), (resubmitting, resubmitted)])
def test_it_would_be_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, make: Any
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(module, "is_object", lambda key, version: True)
    at = shop(tmp_path, "intake")
    at.ask(make("a//b", ""))
    at.run(polls=9)
    assert at.dead_letters == []


def test_an_enclosure_under_its_own_name_is_looked_for(tmp_path: Path) -> None:
    at = shop(tmp_path, "intake")
    at.ask(enclosed("00001-aa", ""))
    at.run()
    assert [event.data.reason for event in at.quarantined] == ["source_gone"]
    assert identity.is_object("a folder/", "")


@pytest.mark.parametrize("name", ["", ".", "../victim", "x/y"])
def test_a_hash_that_is_none_names_no_file_of_this_machine(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"of somebody else")
    objects = MemoryObjects()
    ref = stored(objects, "original", b"long")
    originals = Originals(tmp_path / "kept")
    forged = ref.model_copy(update={"sha256": name})
    assert originals.fetch(forged, tmp_path / "fetched", objects) == ref.sha256
    assert victim.read_bytes() == b"of somebody else"
    assert (tmp_path / "fetched").read_bytes() == b"long"
