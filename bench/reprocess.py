"""What it costs to plan, send and compare a reprocessing: `python -m bench.reprocess [--documents N] --json`.

A real ledger in a file, and store and topics in memory, so that what is measured is our own code: CPU seconds of
this process, and the memory that each step holds at most, what the store in memory keeps for it included.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from processors.adapters.memory import MemoryObjects, MemoryTopics
from processors.adapters.memory_whole import MemoryCursors, MemoryInboxes, MemoryWhole
from processors.batch.doors import Doors
from processors.batch.reprocess.comparing import compare
from processors.batch.reprocess.emitting import emit
from processors.batch.reprocess.manifest import Wish, freeze
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.selection import Selection
from processors.events import DocumentId, Event, Evidence, Original, Ref, ResultReleased, Step
from processors.places import Buckets, ended_key
from processors.record.ledger import Ledger
from processors.runtime.codec import encode
from processors.runtime.identity import document_id, event_id
from processors.runtime.writing import step

AT = datetime(2026, 1, 2, tzinfo=UTC)
#: Fields of a document.
FIELDS = 10
#: Events that the ledger takes in one transaction.
_BATCH = 1_000


def ends(documents: int, run: str = "live") -> Iterator[Event[Any]]:
    """The ends of so many documents; in another run a tenth of the values is another."""
    for number in range(documents):
        key = f"{number}.pdf"
        original = Original(bucket="inbox-alpha", key=key, version_id="v", sha256="0" * 64, size=9, pages=2)
        document = DocumentId(
            id=document_id("inbox-alpha", key, "v"), agency="alpha", run_id=run, original=original
        )
        artefacts = {
            role: Ref(
                bucket="documents",
                key=f"alpha/{document.id}/live/x/{role}",
                sha256="0" * 64,
                size=9,
                media_type="application/json",
            )
            for role in ("original", "pages", "text", "alto", "searchable", "fields")
        }
        values = {f"field{n}": f"{number}.{n}{run if (number + n) % 10 == 0 else ''}" for n in range(FIELDS)}
        proof = Evidence(page=1, boxes=((0, 0, 1, 1),), verdict="verbatim", confidence=0.9)
        steps: tuple[Step, ...] = tuple(step(name) for name in ("intake", "ocr", "classify", "extract", "publish"))
        released = ResultReleased(
            document=document,
            artefacts=artefacts,
            provenance=steps,
            type="receipt",
            type_version="1",
            type_confidence=0.99,
            confidence=0.9,
            fields=values,
            evidence=dict.fromkeys(values, proof),
        )
        yield Event[ResultReleased](
            id=event_id(document.id, run, released.TYPE),
            type=released.TYPE,
            source="/chancery/publish",
            subject=document.id,
            time=AT,
            agency="alpha",
            runid=run,
            data=released,
        )


def fill(doors: Doors, documents: int, run: str = "live") -> None:
    """Let documents have ended."""
    batch: list[Event[Any]] = []
    for event in ends(documents, run):
        claim = json.dumps({"work": "w", "end": encode(event).decode()}).encode()
        doors.objects.put("work", ended_key(event.data.document), claim, "application/json")
        batch.append(event)
        if run == "live" and len(batch) == _BATCH:
            doors.ledger.apply_many(batch)
            batch = []
    if run == "live" and batch:
        doors.ledger.apply_many(batch)


def measured(do: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and CPU seconds; while memory is traced, MiB that it held at most in place of these."""
    if tracemalloc.is_tracing():
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        given = do()
        return given, round((tracemalloc.get_traced_memory()[1] - before) / 2**20, 1)
    begun = time.process_time()
    return do(), round(time.process_time() - begun, 2)


class Nowhere(MemoryTopics):
    """Counts what is written and forgets it: the memory of what is measured shall be our own."""

    count = 0

    def write(self, topic: str, value: bytes, key: bytes = b"", trace: str = "") -> None:
        """Count a record."""
        self.count += 1


def run(documents: int) -> dict[str, float]:
    """Measure each step."""
    with tempfile.TemporaryDirectory() as folder, Ledger.open(f"sqlite:///{Path(folder)}/ledger.sqlite") as ledger:
        objects, topics = MemoryObjects(), Nowhere()
        whole, cursors = MemoryWhole(topics), MemoryCursors(topics)
        doors = Doors(objects, MemoryInboxes(objects), whole, ledger, Buckets(), lambda _: None, cursors)
        fill(doors, documents)
        wish = Wish(
            name="bench",
            stage="extract",
            selection=Selection(),
            release=True,
            by="bench",
            at=AT + timedelta(days=1),
        )
        manifest, planned = measured(lambda: freeze(doors, wish))
        pace = Pace(1e6, sleep=lambda _: None)
        _, sent = measured(lambda: [emit(doors, manifest, chunk, pace) for chunk in manifest.chunks])
        assert topics.count == documents
        fill(doors, documents, manifest.run)
        compared, told = measured(lambda: compare(doors, manifest))
        changed = sum(one["changed"] for one in compared.figures["fields"])
        assert changed == documents * FIELDS // 10
    return {"plan": planned, "send": sent, "compare": told}


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench.reprocess", description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="only the JSON line")
    arguments = parser.parse_args()
    seconds = run(arguments.documents)
    # In a second run: tracing makes everything slower.
    tracemalloc.start()
    mib = run(arguments.documents)
    if not arguments.json:
        for name in seconds:
            print(f"{name:8} {seconds[name]:7.2f} s CPU {mib[name]:7.1f} MiB")
    print(json.dumps({"documents": arguments.documents, "cpu_seconds": seconds, "mib": mib}))


if __name__ == "__main__":
    main()
