"""Writes and checks a chain in a folder: `python -m bench.audit [--records N] [--json]`.

No server: what is measured is our own work for each record. CPU seconds of this process, and its memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.heads import Heads, Signer
from processors.audit.tip import tip_of
from processors.audit.verifying import verify
from processors.events import DocumentArrived, DocumentId, Event, Origin, Original
from processors.places import Buckets
from processors.ports import Incoming
from processors.runtime.codec import encode
from processors.runtime.noting import noted


def event() -> bytes:
    """An event as intake writes it."""
    original = Original(bucket="inbox-justice", key="a.pdf", version_id="v1", sha256="ab" * 32, size=9, pages=2)
    data = DocumentArrived(document=DocumentId(id="5f" * 16, agency="justice", original=original), ranges=1)
    return encode(
        Event[DocumentArrived](
            id="00000000-0000-5000-8000-000000000001",
            type=data.TYPE,
            source="/chancery/intake",
            subject="5f" * 16,
            time=datetime.now(UTC),
            agency="justice",
            runid="live",
            data=data,
        )
    )


def peak() -> float:
    """Most memory that this process ever held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure, print a table, and JSON on the last line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    value, key = event(), Ed25519PrivateKey.generate()
    with tempfile.TemporaryDirectory() as folder:
        shelf = Folder(Path(folder))
        start, before = time.process_time(), peak()
        chain = Chain(shelf, "0", tip_of(shelf, "0"), seconds=3600, now=lambda: datetime.now(UTC))
        for offset in range(asked.records):
            kind, body = noted(
                Incoming(Origin(topic="documents.arrived", partition=0, offset=offset), b"", value), Buckets()
            )
            chain.event("documents.arrived", 0, offset, kind, body)
            if chain.due():
                chain.seal()
                chain.store()
        chain.seal()
        chain.store()
        Heads(shelf, "0", Signer(key)).sign(datetime.now(UTC), "2026-01-01", "stop", {"0": chain.stored})
        written = time.process_time() - start
        size = sum(one.stat().st_size for one in Path(folder).rglob("*.jsonl"))
        start, between = time.process_time(), peak()
        report = verify(shelf, [key.public_key()])
        checked = time.process_time() - start
        assert report.ok
    figures = {
        "records": asked.records,
        "segments": report.segments,
        "bytes_a_record": round(size / asked.records),
        "writing_us_a_record": round(written / asked.records * 1e6, 1),
        "checking_us_a_record": round(checked / asked.records * 1e6, 1),
        "memory_added_by_writing_mib": round(between - before, 1),
        "memory_added_by_checking_mib": round(peak() - between, 1),
    }
    for name, figure in figures.items():
        print(f"{name:32} {figure:>12,}")
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
