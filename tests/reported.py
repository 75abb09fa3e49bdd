"""Reports of a reprocessing as they lie in the store, for the pages that show them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from processors.batch.reprocess.manifest import Manifest, Wish
from processors.batch.reprocess.selection import Selection
from processors.places import Buckets, reprocessing_key, reprocessing_report_key
from processors.ports import Objects

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
#: As a document would say it that wants to run something in a browser.
HOSTILE = "<img src=x onerror=alert(1)>"


def figures(**more: Any) -> dict[str, Any]:
    row = {"agency": "justice", "type": "receipt", "field": "total", "moved": 0.25, "surer": 3, "less_sure": 0}
    return {
        "name": "one", "run": "re-one", "stage": "extract", "release": True, "by": "ada", "reason": "",
        "asked": AT.isoformat(), "compared": AT.isoformat(), "finished": True, "documents": 9, "differ": 4,
        "ends": [{"agency": "justice", "old": "result", "new": "review", "documents": 9}],
        "left_out": [], "retyped": [],
        "engines": [
            {"agency": "justice", "when": when, "stage": "extract", "engine": f"reader {when}", "documents": 9}
            for when in ("before", "now")
        ],
        "type_versions": [],
        "fields": [row | {"same": 5, "changed": 3, "appeared": 1, "vanished": 0}],
    } | more  # fmt: skip


def keep(objects: Objects, buckets: Buckets) -> None:
    """A reprocessing with its reports, and one that still runs."""

    def put(bucket: str, key: str, told: Any) -> None:
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        objects.put(bucket, key, content, "application/json")

    wish = Wish(
        name="one", stage="extract", selection=Selection(), release=True, by="ada", reason="a <b>trial</b>", at=AT
    )
    for name in ("one", "still-running"):
        made = Manifest(run=f"re-{name}", wish=wish.model_copy(update={"name": name}), documents=9, chunks=())
        put(buckets.work, reprocessing_key(f"re-{name}", "manifest.json"), made.model_dump_json().encode())
    put(buckets.work, reprocessing_key("re-one", "report.json"), figures())
    put(buckets.work, reprocessing_key("re-one", "report.html"), b"<p>whole</p>")
    example = {
        "document": "0" * 32, "type": "receipt", "path": "total", "kind": "changed",
        "untrusted_old": HOSTILE, "untrusted_new": "\ud800 9.00", "moved": 0.1,
    }  # fmt: skip
    own = figures(agency="justice", examples=[example])
    put(buckets.documents, reprocessing_report_key("justice", "re-one", "report.json"), own)
    put(buckets.documents, reprocessing_report_key("justice", "re-one", "report.html"), b"<p>of justice</p>")
