"""Sending one document of a reprocessing again, whose record is on no topic any more."""

from __future__ import annotations

from processors.batch.doors import Doors
from processors.batch.reprocess.deciding import decision
from processors.batch.reprocess.emitting import source
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Line, Manifest, find, lines
from processors.batch.reprocess.starting import CannotBegin, begin
from processors.events import DocumentId
from processors.names import reprocessing_name
from processors.ports import Outgoing
from processors.record.facts import utc_now
from processors.runtime import writing
from processors.runtime.ending import Ending


def records(doors: Doors, document: DocumentId) -> tuple[Outgoing, ...]:
    """What begins the document's run again; nothing where it was decided about, or cannot begin any more."""
    try:
        manifest = find(doors, reprocessing_name(document.run_id))
        line = _line(doors, manifest, document.id)
    except ReprocessError:
        return ()
    if line is None or decision(doors, manifest.run) is not None:
        return ()
    try:
        ended = Ending(doors).event(source(line))
        events = begin(ended, manifest.wish.stage, manifest.run, doors.objects, utc_now())
    except CannotBegin:
        return ()
    return tuple(writing.outgoing(event) for event in events)


def _line(doors: Doors, manifest: Manifest, document: str) -> Line | None:
    chunk = next((chunk for chunk in manifest.chunks if chunk.first <= document <= chunk.last), None)
    return None if chunk is None else next((line for line in lines(doors, chunk) if line.id == document), None)
