"""Files inside files: each becomes a document of its own, once, and nobody can forge one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.events import DocumentEnclosed, DocumentId, Event
from processors.pipeline import topic_of
from processors.runtime.codec import encode
from processors.stage import Done, Enclosure, Work
from tests.unit.runtime.makers import accept
from tests.unit.runtime.shop import Shop

LETTER, ATTACHED = b"mail", {"plan.pdf": b"plan", "\u202egnp.exe": b"other"}


def unpack(work: Work) -> Done:
    """Intake that finds two files in a mail."""
    done = accept(work)
    if work.inputs["original"].read_bytes() != LETTER:
        return done
    found = []
    for number, (name, content) in enumerate(ATTACHED.items()):
        path = work.scratch / str(number)
        path.write_bytes(content)
        found.append(Enclosure(path, name))
    return replace(done, enclosures=tuple(found))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop("intake", tmp_path, unpack)


def by_name(shop: Shop) -> dict[str, DocumentId]:
    arrived = [event.data.document for event in shop.events("documents.arrived")]
    return {document.original.name or document.original.key: document for document in arrived}


def test_each_enclosed_file_arrives_as_a_document_that_names_its_parent(shop: Shop) -> None:
    shop.land(LETTER, "mail.eml")
    shop.run()
    documents = by_name(shop)
    assert set(documents) == {"mail.eml", *ATTACHED}
    parent = documents.pop("mail.eml")
    for name, document in documents.items():
        assert (document.parent, document.depth, document.run_id) == (parent.id, 1, parent.run_id)
        assert document.agency == parent.agency
        arrived = next(e for e in shop.events("documents.arrived") if e.subject == document.id)
        assert shop.objects.read(arrived.data.artefacts["original"]) == ATTACHED[name]
        # Nothing of the outer document's passes for the inner one's.
        assert set(arrived.data.artefacts) == {"original"}
    assert len(shop.events("pages.requested")) == 3


@pytest.mark.parametrize("point", ["counted", "processed", "stored", "joined"])
def test_a_crash_anywhere_leaves_each_enclosed_file_once(shop: Shop, point: str) -> None:
    shop.land(LETTER, "mail.eml")
    shop.killed_at(point)
    shop.run()
    assert sorted(by_name(shop)) == sorted(["mail.eml", *ATTACHED])
    assert len(shop.events("documents.arrived")) == 3
    assert len(list(shop.objects.keys("documents", ""))) == 2 + 3


def forged(document: DocumentId, **change: Any) -> Event[Any]:
    original = document.original.model_copy(update=change.pop("original", {}))
    false = document.model_copy(update={"original": original, **change})
    return Event[DocumentEnclosed](
        id="00000000-0000-5000-8000-000000000001",
        type=DocumentEnclosed.TYPE,
        source="/chancery/intake",
        subject=false.id,
        time="2026-01-02T00:00:00Z",
        data=DocumentEnclosed(document=false),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"agency": "beta"},
        {"parent": ""},
        {"parent": "e" * 32},
        {"parent": "../../beta"},
        {"id": "e" * 32},
        {"original": {"bucket": "inbox-alpha"}},
        {"original": {"key": "beta/secret"}},
        {"original": {"version_id": "other"}},
    ],
)
def test_an_announcement_of_anything_else_is_a_dead_letter(shop: Shop, change: dict[str, Any]) -> None:
    shop.land(LETTER, "mail.eml")
    shop.run()
    child = by_name(shop)["plan.pdf"]
    event = forged(child, **change)
    before = len(shop.events("documents.arrived"))
    shop.topics.write(topic_of(event.data), encode(event))
    shop.run()
    assert [letter.data.reason for letter in shop.dead_letters] == ["event_invalid"]
    assert len(shop.events("documents.arrived")) == before


def test_an_announcement_that_is_not_forged_passes(shop: Shop) -> None:
    """The control of the test above."""
    shop.land(LETTER, "mail.eml")
    shop.run()
    event = forged(by_name(shop)["plan.pdf"])
    shop.topics.write(topic_of(event.data), encode(event))
    shop.run()
    assert not shop.dead_letters
