"""Publishing what an approved reprocessing holds: each end once, naming the result that it takes the place of.

A document about which something was decided since it was listed is left alone: a person's correction, or another
run, counts for more than a run that knew nothing of it. So is a review where a review waits already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from processors.batch.doors import Doors
from processors.batch.frozen_lists import Chunk
from processors.batch.reprocess.deciding import Decision, decision
from processors.batch.reprocess.emitting import again, source
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Line, Manifest, lines
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.working import Noted, batches, note, noted
from processors.batch.reviews.cases import decided_document, read_looks
from processors.events import Event, ResultReleased, ReviewRequested
from processors.ports import Outgoing, Reached
from processors.record.standing import Standing, StandingEnd
from processors.record.states import State
from processors.runtime.ending import Ending

#: what is done with a list, in the names of its position and of the note that it is done
RELEASED = "released"
#: How far the list is: documents.
Told = Callable[[int], None]


def release(doors: Doors, manifest: Manifest, chunk: Chunk, pace: Pace, told: Told = lambda _: None) -> Noted:
    """Publish the held ends of a list, from where it was left.

    Returns:
        How many documents there are, and of how many of them nothing was published.

    Raises:
        ReprocessError: nobody has approved the run.
        DependencyUnavailable: a server does not answer; call again.
        SlotTaken: another process publishes this list.
    """
    if (done := noted(doors, manifest.run, RELEASED, chunk)) is not None:
        return done
    decided = decision(doors, manifest.run)
    if decided is None or decided.word != "approved":
        raise ReprocessError(f"Nobody has approved {manifest.wish.name}: nothing of it may be published.")
    cursor = doors.cursors(f"{RELEASED}-{manifest.run}", chunk.number)
    try:
        reached = cursor.reached()
        for batch in batches(lines(doors, chunk), reached.entries, pace.at_once):
            records = _records(doors, manifest, batch, decided)
            pace.take(len(batch))
            reached = Reached(reached.entries + len(batch), reached.left_out + len(batch) - len(records))
            cursor.write(records, reached)
            told(reached.entries)
    finally:
        cursor.close()
    return note(doors, manifest.run, RELEASED, chunk, Noted(documents=reached.entries, left_out=reached.left_out))


def _records(doors: Doors, manifest: Manifest, batch: Sequence[Line], decided: Decision) -> list[Outgoing]:
    standing, ending = Standing(doors.ledger.engine), Ending(doors)
    ids = [line.id for line in batch]
    now, results = standing.of(ids), standing.of(ids, (State.RESULT,))
    records = []
    for line in batch:
        event = ending.event(again(line, manifest.run))
        if event is not None and _may(doors, event, line, now, ending):
            records.append(ending.published(_dated(event, decided, results.get(line.id))))
    return records


def _may(doors: Doors, event: Event[Any], line: Line, now: Mapping[str, StandingEnd], ending: Ending) -> bool:
    """Whether this end takes the place of the one that stood when the run was asked for."""
    if line.id not in now or now[line.id].event != line.end:
        return False
    if isinstance(event.data, ReviewRequested):
        return line.state != State.REVIEW
    if not isinstance(event.data, ResultReleased):
        return False
    before = ending.event(source(line))
    if before is None:
        return True
    if isinstance(before.data, ReviewRequested):
        # What people have said of it lies in the store before the ledger hears of it.
        return not read_looks(doors, decided_document(before))
    return not (isinstance(before.data, ResultReleased) and before.data.review is not None)


def _dated(event: Event[Any], decided: Decision, before: StandingEnd | None) -> Event[Any]:
    """The end as it is published: it happens when it is approved."""
    data = event.data
    if isinstance(data, ResultReleased) and before is not None:
        data = data.model_copy(update={"supersedes": before.event})
    return event.model_copy(update={"data": data, "time": decided.at})
