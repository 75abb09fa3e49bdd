"""Things that a worker leaves behind when it dies, for tests."""

from __future__ import annotations

import json
from typing import Any

from processors.events import DocumentId, Event, Original
from processors.places import ended_key
from processors.reasons import QuarantineReason
from processors.runtime import writing
from processors.runtime.codec import encode
from processors.runtime.identity import document_id
from processors.runtime.writing import Trigger
from processors.stage import Rejected
from tests.unit.batch.world import World
from tests.unit.runtime.shop import NOW


def claim_end(world: World, document: str) -> Event[Any]:
    """The end of a document, claimed and not written to its topic."""
    (arrived,) = (event for event in world.events("documents.arrived") if event.subject == document)
    rejected = Rejected(QuarantineReason.DAMAGED)
    event = writing.quarantined(rejected, Trigger.of(arrived), writing.step("ocr"), NOW)
    claim = json.dumps({"work": "some work", "end": encode(event).decode()}).encode()
    world.objects.put("work", ended_key(arrived.data.document), claim, "application/json")
    return event


def enclosed(world: World) -> Event[Any]:
    """The announcement of a file inside a document, which lies where such files lie."""
    parent = "a" * 32
    key = f"alpha/{parent}/enclosed/00001-0123456789abcdef"
    ref = world.objects.put("documents", key, b"inside", "application/octet-stream")
    assert ref is not None
    document = DocumentId(
        id=document_id("documents", key, ref.version_id),
        agency="alpha",
        parent=parent,
        depth=1,
        original=Original(bucket="documents", key=key, name="inside.pdf", version_id=ref.version_id, size=ref.size),
    )
    event: Event[Any] = writing.enclosed(document, writing.step("intake"), NOW)
    return event
