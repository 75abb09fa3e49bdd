"""Documents that stand still between stages: which of them wait in line, and which nothing will bring on.

Topics hand records on in transactions, so a record is on the topic before a stage until that stage's answer is on
the next. A document of which there is no news stands in one of these lines, or its record is gone: Kafka was built
anew, a topic was deleted or outlived its retention, positions were moved by hand. To tell for sure, all lines are
read in the order of the way, then the ledger is asked again: what moved meanwhile stands in a later line, or there
is news of it.

What is lost goes back to the door. Ids of events and keys of objects are derived, so on its second way it finds
what was made on the first: artefacts, outcomes of costly stages, the end. That is safe because nothing else brings
it on; a document that waits in line is never resumed, or its end would be published twice under one id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from processors.batch import line, resubmission
from processors.batch.doors import Doors
from processors.batch.reemission import to_the_door, write
from processors.batch.report import Standstill, Still
from processors.batch.reprocess import resuming
from processors.batch.reviews import sending
from processors.events import DocumentId
from processors.names import is_reprocessing, is_review_run
from processors.ports import Outgoing
from processors.record.facts import utc_now
from processors.record.proofs import CHUNK, Proofs, Unfinished, Unreadable
from processors.runtime.claims import Claims
from processors.runtime.ending import Ending

#: Documents that one comparison looks at; of more it says that there are more.
MOST = 100_000
#: No limit lets files lie deeper; a circle of parents would be forged.
_DEEPEST = 100


@dataclass(frozen=True)
class _Verdict:
    why: Standstill
    stage: str
    #: what would bring it on
    records: tuple[Outgoing, ...] = ()
    #: the old claim stands in the way
    claimed: bool = False
    #: why its record could not be read
    reason: str = ""


def examine(
    doors: Doors, suspects: Iterable[Unfinished], *, resume: bool, dry_run: bool
) -> tuple[list[Still], bool]:
    """Tell why each of these documents stands still, and bring on what may be brought on.

    Args:
        doors: see there
        suspects: documents without news for long
        resume: bring on what is lost, too, and not only what was taken over from a Kafka that is no more
        dry_run: bring on nothing

    Returns:
        The documents, and whether there are more than one comparison looks at.
    """
    ones = list(islice(suspects, MOST + 1))
    still: list[Still] = []
    if ones:
        examination = _Examination(doors)
        for start in range(0, min(len(ones), MOST), CHUNK):
            for one, verdict in examination.page(ones[start : min(start + CHUNK, MOST)]):
                wanted = resume or verdict.why is Standstill.TAKEN_OVER
                resumed = bool(verdict.records) and wanted and not dry_run
                if resumed:
                    examination.bring_on(one, verdict)
                still.append(_still(one, verdict, resumed=resumed))
    return still, len(ones) > MOST


class _Examination:
    """Looks at documents, with all lines read once."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._lines = line.before_all(doors.topics)
        self._proofs = Proofs(doors.ledger.engine)
        self._claims = Claims(doors.objects, doors.buckets.work, doors.topics.cluster)
        self._ending = Ending(doors)
        self._unreadable: dict[str, Unreadable] = {}

    def page(self, ones: Sequence[Unfinished]) -> Iterator[tuple[Unfinished, _Verdict]]:
        """What is to be said of each document of a page; those that moved meanwhile are left out."""
        unheard = {one.document.id for one in ones if not one.heard}
        now_heard = self._proofs.known(unheard) if unheard else set()
        unmoved = self._proofs.still([one for one in ones if one.heard])
        self._unreadable = self._proofs.unreadable({one.document.id for one in ones})
        for one in ones:
            document = one.document
            moved = document.id in now_heard if not one.heard else (document.id, document.run_id) not in unmoved
            if not moved and document.id not in self._lines["record"] and not self._is_disposed(document):
                yield one, self._verdict(one)

    def bring_on(self, one: Unfinished, verdict: _Verdict) -> None:
        """Write what brings the document on. A claim of ours goes first: else its new record would be dropped."""
        if verdict.claimed:
            self._claims.release(one.document)
        write(self._doors.topics, verdict.records)

    def _is_disposed(self, document: DocumentId) -> bool:
        """Whether it ended and nobody can read how; a ledger that was built anew has not heard of it."""
        return self._claims.ended(document) and self._ending.event(document) is None

    def _verdict(self, one: Unfinished) -> _Verdict:
        for stage, waiting in self._lines.items():
            if one.document.id in waiting:
                return _Verdict(Standstill.IN_LINE, stage)
        if (end := self._ending.claimed(one.document)) is not None:
            return _Verdict(Standstill.END_UNTOLD, one.stage, end)
        again = self._again(one.document)
        if again is None:
            return _Verdict(Standstill.UNKNOWN_NAME, one.stage)
        claim = self._claims.find(one.document)
        if claim is not None and claim.is_of_another(self._doors.topics.cluster):
            return _Verdict(Standstill.TAKEN_OVER, one.stage, again)
        if (unread := self._unreadable.get(one.document.id)) is not None:
            return _Verdict(Standstill.UNREADABLE, unread.stage, again, claim is not None, unread.reason)
        return _Verdict(Standstill.LOST, one.stage, again, claimed=claim is not None)

    def _again(self, document: DocumentId) -> tuple[Outgoing, ...] | None:
        """What puts the document before the door, or its reprocessing on its way; None if nothing does."""
        if is_reprocessing(document.run_id):
            return resuming.records(self._doors, document)
        if is_review_run(document.run_id):
            decided = sending.again(self._doors, document)
            return None if decided is None else (decided,)
        if document.run_id != "live":
            asked = resubmission.asked(self._doors, document)
            return None if asked is None else (asked,)
        record = to_the_door(document, self._ancestors(document), utc_now())
        return None if record is None else (record,)

    def _ancestors(self, document: DocumentId) -> int:
        """How many documents enclose this one."""
        count, parent = 0, document.parent
        while parent and count <= _DEEPEST:
            count += 1
            outer = self._doors.ledger.entries([parent], document.run_id).get(parent)
            parent = outer.parent if outer else ""
        return count


def _still(one: Unfinished, verdict: _Verdict, *, resumed: bool) -> Still:
    document = one.document
    return Still(
        document.id,
        document.run_id,
        document.agency,
        verdict.stage,
        one.updated,
        verdict.why,
        resumed,
        verdict.reason,
    )
