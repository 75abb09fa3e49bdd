"""Compares the inboxes with what the pipeline knows, and announces again exactly what nobody announced.

Bucket notifications lose documents, so this comparison is what makes "nothing is lost" true. For a version that the
ledger does not know there are four cases, looked at in this order:

1. younger than the grace period: on its way;
2. announced on the topic and not yet taken in by intake: on its way;
3. claimed by intake and not yet in the ledger: on its way, or standing still (`standstill.py`);
4. none of these: its announcement was lost, and is made here.

What is on its way moves from 2 to 3 to the ledger, so the topic is read before the first inbox, and only what
landed before that is looked for. Nothing is remembered of what was announced here: the next comparison finds it on
the topic or claimed. Were one announced twice all the same, intake's claim would drop the second.

Memory holds a page of the listing, the ids that wait before intake, and at most `standstill.MOST` documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from processors import pipeline
from processors.batch import line, standstill
from processors.batch.doors import Doors
from processors.batch.line import Line
from processors.batch.reemission import announcement, write
from processors.batch.report import Inbox, Report
from processors.batch.reviews import sending
from processors.events import DocumentId, Original
from processors.ports import Version
from processors.record.facts import utc_now
from processors.record.proofs import CHUNK, Compared, Proofs, Unfinished
from processors.runtime.claims import Claims
from processors.runtime.identity import document_id

T = TypeVar("T")
#: Told now and then: the agency, and what was found in its inbox so far.
Told = Callable[[str, Inbox], None]


@dataclass(frozen=True)
class Wishes:
    """How to compare."""

    #: what is younger is on its way
    grace: timedelta = timedelta(seconds=60)
    #: what was without news for so long stands still
    patience: timedelta = timedelta(minutes=15)
    #: compare each inbox as a whole, not only what no earlier comparison has proven
    whole: bool = False
    #: an inbox is compared as a whole once in so long, asked or not: a replica or a multipart upload may carry an
    #: older date than the moment at which it can be seen
    whole_every: timedelta = timedelta(hours=24)
    #: put right what keeps an inbox from announcing
    mend: bool = False
    #: put on their way again the documents that stand still and that nothing else will bring on
    resume: bool = False
    #: only tell
    dry_run: bool = False


def reconcile(doors: Doors, agencies: Iterable[str], wishes: Wishes, told: Told = lambda *_: None) -> Report:
    """Compare the inboxes of these agencies.

    Raises:
        DependencyUnavailable: a server does not answer. What was announced until then is announced; call again.
    """
    comparison, agencies = _Comparison(doors, wishes, told), tuple(agencies)
    for agency in agencies:
        comparison.inbox(agency)
    if not wishes.dry_run:
        comparison.report.decided = list(sending.mend(doors, agencies, whole=comparison.report.whole))
    comparison.report.still, comparison.report.more_still = standstill.examine(
        doors, comparison.suspects(), resume=wishes.resume, dry_run=wishes.dry_run
    )
    return comparison.report


class _Comparison:
    """One comparison."""

    def __init__(self, doors: Doors, wishes: Wishes, told: Told) -> None:
        self._doors, self._wishes, self._told = doors, wishes, told
        self._proofs = Proofs(doors.ledger.engine)
        self._claims = Claims(doors.objects, doors.buckets.work, doors.topics.cluster)
        #: by the store's clock, and before the topic is read
        self._begun = doors.inboxes.now()
        self._line: Line = line.before(pipeline.stage("intake"), doors.topics)
        self._taken_in: list[Unfinished] = []
        self.report = Report(utc_now(), doors.topics.cluster, wishes.whole)

    def inbox(self, agency: str) -> None:
        """Compare one inbox."""
        found = self.report.inboxes[agency] = Inbox()
        if agency not in self._doors.inboxes.agencies():
            found.faults = (f"{self._doors.buckets.inbox(agency)} is missing",)
            return
        found.faults = self._doors.inboxes.faults(agency)
        if found.faults and self._wishes.mend and not self._wishes.dry_run:
            self._doors.inboxes.mend(agency)
            found.faults, found.mended = self._doors.inboxes.faults(agency), True
        known_before, whole_at = self._begin(agency)
        old = self._begun - self._wishes.grace
        unproven = old
        for page in _pages(self._doors.inboxes.versions(agency), CHUNK):
            versions = self._unproven(page, known_before, found)
            for version in self._unknown(versions, agency, found):
                unproven = min(unproven, version.modified)
            self._told(agency, found)
        if not self._wishes.dry_run:
            self._proofs.remember(agency, Compared(unproven, whole_at))

    def suspects(self) -> Iterator[Unfinished]:
        """What may stand still: taken in long ago or elsewhere and not in the ledger, or there and without news."""
        yield from self._taken_in
        yield from self._proofs.unfinished(utc_now() - self._wishes.patience)

    def _begin(self, agency: str) -> tuple[datetime | None, datetime]:
        """Before when nothing needs to be asked for (None = everything does), and when that was last ignored."""
        before = self._proofs.compared(agency)
        if self._wishes.whole or before is None or self._begun - before.whole_at >= self._wishes.whole_every:
            self.report.whole = True
            return None, self._begun
        return before.known_before, before.whole_at

    def _unproven(self, page: Sequence[Version], known_before: datetime | None, found: Inbox) -> list[Version]:
        versions = [version for version in page if not version.delete_marker]
        found.delete_markers += len(page) - len(versions)
        found.seen += len(versions)
        if known_before is None:
            return versions
        later = [version for version in versions if version.modified >= known_before]
        found.proven += len(versions) - len(later)
        return later

    def _unknown(self, versions: Sequence[Version], agency: str, found: Inbox) -> list[Version]:
        """The versions that the ledger does not know; those that nobody announced are announced."""
        bucket = self._doors.buckets.inbox(agency)
        ids = {document_id(bucket, version.key, version.version_id): version for version in versions}
        known = self._proofs.known(ids) if ids else set()
        found.known += len(known)
        unknown = {i: version for i, version in ids.items() if i not in known}
        lost = [version for i, version in unknown.items() if self._is_lost(i, version, agency, found)]
        found.missing += len(lost)
        if lost and not self._wishes.dry_run:
            write(self._doors.topics, [announcement(bucket, one.key, one.version_id) for one in lost])
            found.re_emitted += len(lost)
        return list(unknown.values())

    def _is_lost(self, document: str, version: Version, agency: str, found: Inbox) -> bool:
        if version.modified > self._begun - self._wishes.grace:
            found.young += 1
            return False
        if document in self._line:
            found.announced += 1
            return False
        original = Original(
            bucket=self._doors.buckets.inbox(agency), key=version.key, version_id=version.version_id, size=0
        )
        one = DocumentId(id=document, agency=agency, original=original)
        claim = self._claims.find(one)
        if claim is None:
            return True
        found.taken_in += 1
        at = claim.at or version.modified
        long_ago = self._begun - at >= self._wishes.patience
        suspect = long_ago or claim.is_of_another(self._doors.topics.cluster)
        if suspect and len(self._taken_in) <= standstill.MOST:
            self._taken_in.append(Unfinished(one, "intake", at, heard=False))
        return False


def _pages(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while page := list(islice(items, size)):
        yield page
