"""Comparing the new ends of a reprocessing with the old ones, and the reports about it.

The report of the whole holds counts and names of ours, and lies beside the manifest. What documents say stands only
in the report of their own agency, beside its documents.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from processors.batch.doors import Doors
from processors.batch.reprocess.emitting import again, source
from processors.batch.reprocess.manifest import Line, Manifest, lines
from processors.batch.reprocess.progress import progress
from processors.batch.reprocess.report import page
from processors.batch.reprocess.sides import side_of
from processors.batch.reprocess.starting import CannotBegin, begin
from processors.batch.reprocess.tally import Tally
from processors.events import Record, Ref
from processors.places import reprocessing_key, reprocessing_report_key
from processors.record.facts import utc_now
from processors.runtime.ending import Ending

#: How many documents were compared so far.
Told = Callable[[int], None]


class Compared(Record):
    """A comparison that was written."""

    figures: dict[str, Any]
    #: sha256 of the figures, as they lie in the store
    digest: str
    #: where the pages lie, that of the whole first
    pages: tuple[Ref, ...]
    #: whose documents they are: each has a report of its own
    agencies: tuple[str, ...] = ()


def compare(
    doors: Doors, manifest: Manifest, told: Told = lambda _: None, now: Callable[[], datetime] = utc_now
) -> Compared:
    """Compare all documents that have a new end, and write the reports; may be done again as more of them end.

    Raises:
        ReprocessError: a list is gone.
        DependencyUnavailable: a server does not answer; call again.
    """
    finished = progress(doors, manifest).finished
    tally, ending = Tally(), Ending(doors)
    for number, line in enumerate((line for chunk in manifest.chunks for line in lines(doors, chunk)), 1):
        _compare(doors, manifest, line, ending, tally)
        told(number)
    wish = manifest.wish
    about: dict[str, Any] = {
        "name": wish.name,
        "run": manifest.run,
        "stage": wish.stage,
        "release": wish.release,
        "by": wish.by,
        "reason": wish.reason,
        "asked": wish.at.isoformat(timespec="seconds"),
        "compared": now().isoformat(timespec="seconds"),
        "finished": finished,
    }
    figures = about | tally.figures()
    content = json.dumps(figures, indent=1).encode()
    key = reprocessing_key(manifest.run, "report")
    _put(doors, doors.buckets.work, f"{key}.json", content, "application/json")
    pages = [_put(doors, doors.buckets.work, f"{key}.html", page(figures).encode(), "text/html")]
    for agency in tally.agencies():
        pages.append(_of_agency(doors, manifest.run, agency, about | tally.figures(agency), tally))
    return Compared(
        figures=figures, digest=hashlib.sha256(content).hexdigest(), pages=tuple(pages), agencies=tally.agencies()
    )


def last(doors: Doors, manifest: Manifest) -> Compared | None:
    """The last comparison that was written; None if there is none."""
    there = doors.objects.info(doors.buckets.work, reprocessing_key(manifest.run, "report.json"))
    if there is None:
        return None
    content = doors.objects.read(there.ref)
    return Compared(figures=json.loads(content), digest=hashlib.sha256(content).hexdigest(), pages=())


def _compare(doors: Doors, manifest: Manifest, line: Line, ending: Ending, tally: Tally) -> None:
    old, new = ending.event(source(line)), ending.event(again(line, manifest.run))
    if new is None:
        try:
            begin(old, manifest.wish.stage, manifest.run, doors.objects, manifest.wish.at)
        except CannotBegin as error:
            tally.skip(line.agency, str(error))
            return
    tally.add(line.agency, line.id, side_of(old, doors.objects), side_of(new, doors.objects))


def _of_agency(doors: Doors, run: str, agency: str, figures: dict[str, Any], tally: Tally) -> Ref:
    examples = [vars(one) for one in tally.examples.get(agency, ())]
    whole = figures | {"agency": agency, "examples": examples}
    key = reprocessing_report_key(agency, run, "report")
    content = json.dumps(whole, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace")
    _put(doors, doors.buckets.documents, f"{key}.json", content, "application/json")
    shown = page(whole).encode("utf-8", "backslashreplace")
    return _put(doors, doors.buckets.documents, f"{key}.html", shown, "text/html")


def _put(doors: Doors, bucket: str, key: str, content: bytes, media_type: str) -> Ref:
    ref = doors.objects.put(bucket, key, content, media_type)
    assert ref is not None  # only a create-only write gives none
    return ref
