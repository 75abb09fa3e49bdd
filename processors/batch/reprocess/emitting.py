"""Sending the documents of a list on their way again, each once, however often the sender is killed.

The events and how far the list came are written in one transaction of Kafka, under an id that the list alone has:
who starts again fences who was there before, and goes on behind the last document that was sent. Kafka forgets
such a position after a week, so a list that is through is noted in the store as well, and a document of which the
ledger has heard in this run is never sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from processors.batch.doors import Doors
from processors.batch.frozen_lists import Chunk
from processors.batch.reprocess.deciding import decision
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Line, Manifest, lines
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.starting import CannotBegin, begin
from processors.batch.reprocess.working import Noted, batches, note, noted
from processors.events import DocumentId, Event
from processors.ports import Reached
from processors.record.facts import utc_now
from processors.runtime import writing
from processors.runtime.ending import Ending

#: what is done with a list, in the names of its position and of the note that it is done
EMITTED = "emitted"
#: How far the list is: documents.
Told = Callable[[int], None]


def emit(
    doors: Doors,
    manifest: Manifest,
    chunk: Chunk,
    pace: Pace,
    told: Told = lambda _: None,
    now: Callable[[], datetime] = utc_now,
) -> Noted:
    """Send the documents of a list, from where it was left.

    Returns:
        How many documents there are, and for how many of them nothing could begin.

    Raises:
        ReprocessError: the run was decided about: what came of it now, nobody would publish.
        DependencyUnavailable: a server does not answer; call again.
        SlotTaken: another process sends this list.
    """
    if (done := noted(doors, manifest.run, EMITTED, chunk)) is not None:
        return done
    if (decided := decision(doors, manifest.run)) is not None:
        raise ReprocessError(f"{decided.by} has {decided.word} {manifest.wish.name} already: nothing more is sent.")
    cursor = doors.cursors(f"{EMITTED}-{manifest.run}", chunk.number)
    try:
        reached = cursor.reached()
        for batch in batches(lines(doors, chunk), reached.entries, pace.at_once):
            events, left_out = _events(doors, manifest, batch, now())
            pace.take(len(batch))
            reached = Reached(reached.entries + len(batch), reached.left_out + left_out)
            cursor.write([writing.outgoing(event) for event in events], reached)
            told(reached.entries)
    finally:
        cursor.close()
    return note(doors, manifest.run, EMITTED, chunk, Noted(documents=reached.entries, left_out=reached.left_out))


def source(line: Line) -> DocumentId:
    """The document in the run whose end stands, as far as its keys in the store go."""
    return DocumentId.keyed(line.id, line.agency, line.run)


def again(line: Line, run: str) -> DocumentId:
    """The document in the new run, as far as its keys in the store go."""
    return source(line).model_copy(update={"run_id": run})


def _events(
    doors: Doors, manifest: Manifest, batch: Sequence[Line], now: datetime
) -> tuple[Sequence[Event[Any]], int]:
    """What begins for these documents, and for how many nothing does."""
    heard = doors.ledger.entries([line.id for line in batch], manifest.run)
    ending, left_out = Ending(doors), 0
    events: list[Event[Any]] = []
    for line in batch:
        if line.id in heard:
            continue
        try:
            events += begin(ending.event(source(line)), manifest.wish.stage, manifest.run, doors.objects, now)
        except CannotBegin:
            left_out += 1
    return events, left_out
