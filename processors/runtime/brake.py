"""A brake on a stage that is broken: it stops after a few dead letters instead of emptying its topic into them.

Each document that a broken stage takes costs it three attempts and ends as a dead letter that somebody must replay.
A stage that fails at this rate is not met by odd documents; it has a bad release, model or disk.

One agency alone pulls no brake on a stage that others share: documents can be made to kill what reads them, and who
sends them by the dozen must not stop everybody else's. So without the agency that has most of the failures the rest
must look broken, too. Decision 0051 says what that costs.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from processors.pipeline import DEAD_LETTERS, QUARANTINE
from processors.ports import Outgoing
from processors.reasons import QuarantineReason
from processors.runtime.codec import decode

#: The latest pieces of work that are looked at.
WINDOW = 20
#: Fewer failures than this say nothing, however few pieces of work there were.
LEAST = 5


class Broken(Exception):
    """The stage fails at most of its work; see why in its log, mend it, then replay its dead letters."""


@dataclass(frozen=True)
class _Ended:
    """How a piece of work ended."""

    #: whose it was; "" of a record that could not be read
    agency: str
    #: for our reasons
    failed: bool
    #: what did it died over it, which may be the document's doing
    crashed: bool


class Brake:
    """Remembers how the latest pieces of work ended."""

    def __init__(self, *, shared: bool = False) -> None:
        """Nothing has ended yet.

        Args:
            shared: the stage is known to work for several agencies; else it is taken for one agency's own until
                it has worked for another
        """
        self._latest: deque[_Ended] = deque(maxlen=WINDOW)
        self._shared = shared

    def note(self, answers: Sequence[Outgoing]) -> None:
        """A piece of work was answered so, and the answer is written."""
        # Nothing is what a second announcement gets, or a range of a document that has ended: neither good nor bad.
        if not answers:
            return
        failed = [answer for answer in answers if is_our_fault(answer)]
        agency = (failed or answers)[0].agency
        self._shared |= any(one.agency not in ("", agency) for one in self._latest) and agency != ""
        self._latest.append(_Ended(agency, bool(failed), bool(failed) and failed[0].topic == QUARANTINE))

    @property
    def pulled(self) -> bool:
        """Whether half of the latest work, and enough of it, failed, and not one agency's alone."""
        if self._shared:
            return _broken(self._latest, LEAST) and _broken(self._without_loudest(), 1)
        # Nobody else is stopped. But no document makes a dead letter, and a document can make a crash.
        return _broken([one for one in self._latest if not one.crashed], LEAST)

    def __str__(self) -> str:
        return f"{sum(one.failed for one in self._latest)} of the latest {len(self._latest)} pieces of work failed"

    def _without_loudest(self) -> Collection[_Ended]:
        """The latest work, less that of the agency with most failures. What nobody could read is of no agency."""
        counted = Counter(one.agency for one in self._latest if one.failed and one.agency)
        loudest = next((agency for agency, _ in counted.most_common(1)), None)
        return [one for one in self._latest if one.agency != loudest]


def is_our_fault(answer: Outgoing) -> bool:
    """Whether a piece of work that is answered so failed for our reasons, not for the document's."""
    if answer.topic == QUARANTINE:
        return bool(decode(answer.value).data.reason == QuarantineReason.WORK_CRASHED.value)
    return answer.topic == DEAD_LETTERS


def _broken(ended: Collection[_Ended], least: int) -> bool:
    failed = sum(one.failed for one in ended)
    return failed >= least and 2 * failed >= len(ended)
