"""Attempts, counted before the work: a document that kills its worker must not be tried for ever.

A mark is a tiny create-only object. In the ordinary case counting costs one PUT and nothing else; a worker that
finds mark 1 taken knows that somebody began this work before, and looks for what that one left behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from processors.ports import Objects
from processors.runtime.retry import MAX_UNEXPLAINED

#: More than any rule in `retry.py` allows; beyond it counting stops.
_MOST = MAX_UNEXPLAINED + 4
#: Beside the mark of an attempt that does not count.
_FORGIVEN = "forgiven"


@dataclass(frozen=True)
class Attempt:
    """One attempt at a piece of work."""

    #: 1 for the first
    number: int
    #: the work was begun before, whether that counts or not: an outcome or an end may be there
    again: bool
    #: when the last one before was begun; None where there was none, or nobody asked the store
    earlier: datetime | None = None


class Attempts:
    """Counts the attempts at one stage's work."""

    def __init__(self, objects: Objects, bucket: str, stage: str) -> None:
        self._objects, self._bucket, self._stage = objects, bucket, stage
        #: work whose last attempt was interrupted by us or by a server's outage: its number is used again
        self._taken_back: dict[str, int] = {}

    def count(self, work_id: str) -> Attempt:
        """Begin an attempt.

        Raises:
            DependencyUnavailable: the store is away; nothing was counted.
        """
        if work_id in self._taken_back:
            return Attempt(self._taken_back.pop(work_id), again=True)
        if self._put(work_id, "1"):
            return Attempt(1, again=False)
        prefix = self._key(work_id, "")
        names = {key.removeprefix(prefix) for key in self._objects.keys(self._bucket, prefix)}
        marks = {name for name in names if name.isdecimal()}
        forgiven = len(names) - len(marks)
        # Before the count, since what fails after it would leave a mark of nothing.
        last = self._objects.info(self._bucket, self._key(work_id, str(len(marks))))
        for mark in range(len(marks) + 1, forgiven + _MOST):
            if self._put(work_id, str(mark)):
                return Attempt(mark - forgiven, again=True, earlier=last.modified if last else None)
        return Attempt(_MOST, again=True)

    def take_back(self, work_id: str, number: int) -> None:
        """The attempt does not count: a server was away, or this worker was asked to stop."""
        self._taken_back[work_id] = number

    def forget(self, work_id: str, number: int) -> None:
        """Another worker may take this work: note in the store that one attempt does not count."""
        self._taken_back.pop(work_id, None)
        prefix = self._key(work_id, "")
        forgiven = sum(key.endswith(_FORGIVEN) for key in self._objects.keys(self._bucket, prefix))
        self._put(work_id, f"{number + forgiven}-{_FORGIVEN}")

    def taken_back(self) -> dict[str, int]:
        """What was taken back and not begun again."""
        return dict(self._taken_back)

    def _put(self, work_id: str, name: str) -> bool:
        key = self._key(work_id, name)
        return self._objects.put(self._bucket, key, b"", "text/plain", create_only=True) is not None

    def _key(self, work_id: str, name: str) -> str:
        return f"attempts/{self._stage}/{work_id}/{name}"
