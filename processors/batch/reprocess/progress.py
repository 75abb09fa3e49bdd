"""How far a reprocessing is, from what is noted in the store and what the ledger knows: nobody need remember it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processors.batch.doors import Doors
from processors.batch.reprocess.emitting import EMITTED
from processors.batch.reprocess.manifest import Manifest
from processors.batch.reprocess.working import noted
from processors.record.states import State


@dataclass(frozen=True)
class Progress:
    """Counts of documents."""

    documents: int
    #: of the lists that are through
    sent: int
    #: of these, those for which nothing could begin
    left_out: int
    #: of which the ledger has heard in this run, by state
    states: Mapping[State, int]

    @property
    def ended(self) -> int:
        """How many came to an end in this run."""
        return sum(many for state, many in self.states.items() if state.is_end)

    @property
    def finished(self) -> bool:
        """Whether all were sent, and all that were have ended."""
        return self.sent == self.documents and self.ended == self.documents - self.left_out


def progress(doors: Doors, manifest: Manifest) -> Progress:
    """How far it is."""
    done = [one for chunk in manifest.chunks if (one := noted(doors, manifest.run, EMITTED, chunk)) is not None]
    states: dict[State, int] = {}
    for count in doors.ledger.counts(manifest.run):
        states[count.state] = states.get(count.state, 0) + count.documents
    sent, left_out = (sum(getattr(one, name) for one in done) for name in ("documents", "left_out"))
    return Progress(manifest.documents, sent, left_out, states)
