from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from processors.adapters.memory import MemoryObjects
from processors.config import load
from processors.events import Review
from processors.forge.datasets import gather_reviews
from processors.forge.datasets.gather_labels import Gatherer, labels
from processors.forge.datasets.texts import Reader
from processors.forge.errors import ForgeError
from processors.ocr.stage import build
from processors.pages import read_pages
from processors.places import Buckets, end_key
from processors.runtime.codec import encode
from tests.unit.forge.made_documents import write_documents
from tests.unit.record import makers as m


def folder(place: Path, *lines: Any) -> Path:
    place.mkdir(exist_ok=True)
    (place / "letter 1.txt").write_text("Dear office,\nnumber 4711\n")
    (place / "labels.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return place


LETTER = {"file": "letter 1.txt", "doc_type": "letter", "fields": {"number": "4711"}}


def gatherer(place: Path) -> Gatherer:
    settings = load({})
    return Gatherer(Reader(build(settings, outputs=False), place / "cache"), settings.limits, 2, place / "work")


def test_a_folder_of_files_with_labels_is_read_once(tmp_path: Path) -> None:
    (label,) = labels(folder(tmp_path / "docs", LETTER), "internal")
    first = gatherer(tmp_path).gather(label)
    assert first is not None
    assert (first.sample.name, first.sample.type, first.sample.licence) == ("letter-1", "letter", "internal")
    assert first.sample.labels == {"number": "4711"}
    assert len(first.sample.sha256) == 64
    (page,) = read_pages(first.pages)
    assert "4711" in page.text()

    class Refusing:
        def process(self, work: object) -> Any:
            raise AssertionError("read again")

    again = Gatherer(Reader(Refusing(), tmp_path / "none"), load({}).limits, 2, tmp_path / "work").gather(label)
    assert again == first


def test_a_file_that_production_would_refuse_is_left_out(tmp_path: Path) -> None:
    place = folder(tmp_path / "docs", {**LETTER, "file": "odd.pdf"})
    (place / "odd.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert gatherer(tmp_path).gather(labels(place)[0]) is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({**LETTER, "file": "gone.txt"}, r"labels\.jsonl, line 1: the file is not there"),
        ({**LETTER, "file": "../outside.txt"}, "the file is not there"),
        ({"doc_type": "letter"}, "no label"),
        ({"text_id": "x", "doc_type": "letter", "fields": {}}, "neither a file nor a text_id"),
    ],
)
def test_a_wrong_label_is_named_by_its_line(tmp_path: Path, line: Any, says: str) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    with pytest.raises(ForgeError, match=says):
        labels(folder(tmp_path / "docs", line))


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match=r"no labels\.jsonl"):
        labels(tmp_path)


def test_texts_of_a_set_are_laid_out_plainly(tmp_path: Path) -> None:
    place = write_documents(tmp_path / "documents", 1)
    line = {"text_id": "t0", "doc_type": "receipt", "fields": {}}
    (place / "more" / "labels.jsonl").write_text(json.dumps(line) + "\n")
    (label,) = labels(place)
    found = gatherer(tmp_path).gather(label)
    assert found is not None
    assert found.sample.name == "more-t0"
    assert [word.text for page in read_pages(found.pages) for word in page.words] == ["cash", "total"]


def released(objects: MemoryObjects, name: str, *, reviewed: bool) -> Any:
    document = m.document(name)
    pages = objects.put("documents", f"{name}/pages.jsonl", b'{"pages": 1}\n', "application/jsonl")
    assert pages is not None
    review = Review(reviewer="ann", at=datetime(2026, 11, 1, tzinfo=UTC), changed=("total",)) if reviewed else None
    fields = {"total": "12.50", "party": ["Acme", "Bolt"], "count": 3, "date": None}
    result = m.result(name).model_copy(
        update={"document": document, "fields": fields, "review": review, "artefacts": {"pages": pages}}
    )
    objects.put("documents", end_key(document, "result"), encode(m.event(result, 5)), "application/json")
    return document


def test_only_what_a_person_decided_is_learned_from(tmp_path: Path) -> None:
    objects, buckets = MemoryObjects(), Buckets()
    documents = [
        released(objects, "a", reviewed=True),
        released(objects, "b", reviewed=False),
        m.document("never-ended"),
    ]
    (event,) = gather_reviews.reviewed(objects, buckets, documents)
    assert event.subject == documents[0].id
    found = gather_reviews.gather(objects, event, tmp_path, "internal")
    assert found is not None
    assert found.sample.origin == "review"
    assert found.sample.complete
    assert found.sample.labels == {"total": "12.50", "party": ["Acme", "Bolt"], "count": "3"}
    assert found.sample.sha256 == m.SHA
    assert found.pages.read_bytes() == b'{"pages": 1}\n'


def test_a_review_whose_pages_are_gone_is_left_out(tmp_path: Path) -> None:
    objects = MemoryObjects()
    (event,) = gather_reviews.reviewed(objects, Buckets(), [released(objects, "a", reviewed=True)])
    objects.delete("documents", "a/pages.jsonl")
    assert gather_reviews.gather(objects, event, tmp_path, "") is None
