"""What comparing an inbox costs: CPU and memory by number of versions, with a listing that is made up.

The ledger is a real one in SQLite. Listing and the store are left out: the server's share is a request for each
thousand versions. `python -m bench.reconcile --versions 100000 --json`
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import insert

from bench.machine import machine, versions
from processors.adapters.memory import MemoryObjects, MemoryTopics
from processors.adapters.memory_whole import MemoryCursors, MemoryWhole
from processors.batch.doors import Doors
from processors.batch.reconcile import Wishes, reconcile
from processors.places import Buckets
from processors.ports import Version
from processors.record.ledger import Ledger
from processors.record.tables import documents
from processors.runtime.identity import document_id

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
#: One in so many versions is known to nobody.
MISSING_EVERY = 20_000


@dataclass(frozen=True)
class MadeUp:
    """An inbox of so many versions, in key order, none of which is kept; see `ports.Inboxes`."""

    size: int

    def now(self) -> datetime:
        """See `ports.Inboxes`."""
        return BEGUN + timedelta(days=365)

    def agencies(self) -> tuple[str, ...]:
        """See `ports.Inboxes`."""
        return ("alpha",)

    def versions(self, agency: str) -> Iterator[Version]:
        """See `ports.Inboxes`."""
        for number in range(self.size):
            yield version(number)

    def faults(self, agency: str) -> tuple[str, ...]:
        """See `ports.Inboxes`."""
        return ()

    def mend(self, agency: str) -> None:
        """See `ports.Inboxes`; nothing is ever wrong here."""


def version(number: int) -> Version:
    """A version by its number; dates do not follow names, as in an inbox."""
    return Version(f"2026/{number:09}.pdf", str(UUID(int=number)), BEGUN + timedelta(seconds=number % 86_400))


def missing(size: int) -> list[int]:
    """The numbers of the versions that nobody announced."""
    return list(range(MISSING_EVERY // 2, size, MISSING_EVERY))


def fill(ledger: Ledger, numbers: Iterable[int]) -> None:
    """Rows of documents that ended."""
    rows = (row(number) for number in numbers)
    with ledger.engine.connect().execution_options(writes=True) as connection, connection.begin():
        while chunk := list(islice(rows, 10_000)):
            connection.execute(insert(documents), chunk)


def row(number: int) -> dict[str, Any]:
    """A row of the ledger: a document that is a result."""
    one = version(number)
    told = {
        "id": document_id("inbox-alpha", one.key, one.version_id),
        "run_id": "live", "agency": "alpha", "bucket": "inbox-alpha", "key": one.key, "version_id": one.version_id,
        "sha256": "ab" * 32, "media_type": "application/pdf", "size": 1, "pages": 1, "state": "result",
        "stage": "publish", "since": BEGUN, "first_seen": BEGUN, "updated": BEGUN, "type_confidence": 0.9,
        "artefacts": {}, "state_order": f"09|{BEGUN.isoformat()}|x",
    }  # fmt: skip
    return {column.name: told.get(column.name, "") for column in documents.columns}


def measured(size: int, folder: Path) -> dict[str, Any]:
    """CPU seconds and memory of a comparison that asks for everything, and of one that need not."""
    with Ledger.open(f"sqlite:///{folder}/{size}/ledger.sqlite") as ledger:
        lost = set(missing(size))
        fill(ledger, (number for number in range(size) if number not in lost))
        topics = MemoryTopics()
        whole, cursors = MemoryWhole(topics), MemoryCursors(topics)
        doors = Doors(MemoryObjects(), MadeUp(size), whole, ledger, Buckets(), lambda _: None, cursors)
        process = psutil.Process()
        base = most = process.memory_info().rss

        def look(*_: object) -> None:
            nonlocal most
            most = max(most, process.memory_info().rss)

        figures: dict[str, Any] = {"versions": size}
        for name in ("whole", "again"):
            began = time.process_time()
            found = reconcile(doors, ["alpha"], Wishes(), look).inboxes["alpha"]
            seconds = time.process_time() - began
            if name == "whole":
                fill(ledger, missing(size))  # what was announced has come through,
                reconcile(doors, ["alpha"], Wishes())  # and is proven
            assert found.seen == size
            assert found.missing == (0 if name == "again" else len(lost))
            figures[name] = {
                "cpu_seconds": round(seconds, 3),
                "versions_a_cpu_second": round(size / seconds),
                "asked": size - found.proven,
                "re_emitted": found.re_emitted,
            }
        figures["more_memory_mib"] = round((most - base) / 2**20, 1)
    return figures


def main() -> None:
    """Measure, and print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--versions", type=int, nargs="*", default=[100_000, 400_000])
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sizes = [measured(size, Path(folder)) for size in options.versions]
    for one in sizes:
        print(f"{one['versions']:,} versions: whole {one['whole']}, again {one['again']}, "
              f"memory {one['more_memory_mib']} MiB more")  # fmt: skip
    if options.json:
        print(json.dumps({"machine": machine(), "versions": versions(), "sizes": sizes}))


if __name__ == "__main__":
    main()
