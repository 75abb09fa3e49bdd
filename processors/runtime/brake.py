"""A brake on a stage that is broken: it stops after a few dead letters instead of emptying its topic into them.

Each document that a broken stage takes costs it three attempts and ends as a dead letter that somebody must replay.
A stage that fails at this rate is not met by odd documents; it has a bad release, model or disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

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


class Brake:
    """Remembers how the latest pieces of work ended."""

    def __init__(self) -> None:
        self._latest: deque[bool] = deque(maxlen=WINDOW)

    def note(self, answers: Sequence[Outgoing]) -> None:
        """A piece of work was answered so, and the answer is written."""
        # Nothing is what a second announcement gets, or a range of a document that has ended: neither good nor bad.
        if answers:
            self._latest.append(any(map(is_our_fault, answers)))

    @property
    def pulled(self) -> bool:
        """Whether half of the latest work, and enough of it, failed."""
        failed = sum(self._latest)
        return failed >= LEAST and 2 * failed >= len(self._latest)

    def __str__(self) -> str:
        return f"{sum(self._latest)} of the latest {len(self._latest)} pieces of work failed"


def is_our_fault(answer: Outgoing) -> bool:
    """Whether a piece of work that is answered so failed for our reasons, not for the document's."""
    if answer.topic == QUARANTINE:
        return bool(decode(answer.value).data.reason == QuarantineReason.WORK_CRASHED.value)
    return answer.topic == DEAD_LETTERS
