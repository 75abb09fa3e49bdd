"""Working an approved plan off: a list at a time, from where it was left, each document kept in the audit chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from itertools import islice

from pydantic import Field

from processors.acts import Act
from processors.batch.doors import Doors
from processors.batch.frozen_lists import Chunk
from processors.batch.retention.deciding import Decision, approved
from processors.batch.retention.disposing import Outcome, dispose
from processors.batch.retention.due import Line
from processors.batch.retention.plan import Plan, lines
from processors.batch.retention.reports import Reports
from processors.events import DocumentId, Record
from processors.ports import Vault
from processors.record.aging import Aging
from processors.record.facts import utc_now
from processors.record.proofs import CHUNK
from processors.runtime.acting import Acts, acting


class Worked(Record):
    """What became of the documents of a list, or of a plan."""

    documents: int = 0
    #: gone, now or before
    disposed: int = 0
    #: object versions that were deleted now
    objects: int = 0
    #: by why, see `due.Kept`
    kept: dict[str, int] = Field(default_factory=dict)

    def plus(self, other: Worked) -> Worked:
        """Both."""
        return Worked(
            documents=self.documents + other.documents,
            disposed=self.disposed + other.disposed,
            objects=self.objects + other.objects,
            kept=dict(Counter(self.kept) + Counter(other.kept)),
        )


#: How far the list is: documents.
Told = Callable[[int], None]


def work_off(
    doors: Doors,
    vault: Vault,
    acts: Acts,
    plan: Plan,
    chunk: Chunk,
    told: Told = lambda _: None,
    now: Callable[[], datetime] = utc_now,
) -> Worked:
    """Dispose of the documents of a list. What was done before is passed over, and what stands in the way is told.

    Raises:
        RetentionError: nobody approved this very plan, or the list was changed.
        DependencyUnavailable: a server does not answer; call again.
    """
    decided = approved(doors, plan)
    worked, rows, reports = Worked(), lines(doors, chunk), Reports(doors, vault)
    while page := list(islice(rows, CHUNK)):
        gone = Aging(doors.ledger.engine).disposed([line.id for line in page])
        worked = worked.plus(Worked(documents=len(gone), disposed=len(gone)))
        for line in page:
            if line.id in gone:
                continue
            outcome = _one(doors, vault, reports, acts, plan, decided, line, now())
            kept = {} if outcome.kept is None else {outcome.kept.value: 1}
            one = Worked(documents=1, disposed=int(outcome.kept is None), objects=outcome.objects, kept=kept)
            worked = worked.plus(one)
            told(worked.documents)
    return worked


class _StandsInTheWayError(Exception):
    """Something keeps the document: the act was not done."""


def _one(
    doors: Doors,
    vault: Vault,
    reports: Reports,
    acts: Acts,
    plan: Plan,
    decided: Decision,
    line: Line,
    now: datetime,
) -> Outcome:
    outcome = Outcome(None)
    with (
        suppress(_StandsInTheWayError),
        acting(
            acts,
            Act.DOCUMENT_DISPOSED,
            thing=line.id,
            by=decided.by,
            reason=plan.basis.get(line.type, ""),
            # Without its name, which its sender chose.
            document=DocumentId.keyed(line.id, line.agency, line.run),
            details={"disposal": plan.name, "type": line.type, "plan": decided.plan},
        ),
    ):
        outcome = dispose(doors, vault, reports, plan, decided, line, now)
        if outcome.kept is not None:
            raise _StandsInTheWayError
    return outcome


def total(parts: Iterable[Worked]) -> Worked:
    """What became of all of them."""
    whole = Worked()
    for part in parts:
        whole = whole.plus(part)
    return whole
