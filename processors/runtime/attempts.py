"""Attempts, counted before the work: a document that kills its worker must not be tried for ever.

A mark is a tiny create-only object. A worker that finds mark 1 taken knows that somebody began this work before,
so it looks for a kept outcome; in the ordinary case counting costs one PUT and nothing else.
"""

from __future__ import annotations

from processors.ports import Objects
from processors.runtime.retry import MAX_UNEXPLAINED

#: More marks than any rule in `retry.py` allows; beyond it counting stops.
_MOST = MAX_UNEXPLAINED + 4


class Attempts:
    """Counts the attempts at one stage's work."""

    def __init__(self, objects: Objects, bucket: str, stage: str) -> None:
        self._objects, self._bucket, self._stage = objects, bucket, stage
        #: work whose last attempt was interrupted by us or by a server's outage: its number is used again
        self._taken_back: dict[str, int] = {}

    def count(self, work_id: str) -> int:
        """Begin an attempt and return its number, 1 for the first.

        Raises:
            DependencyUnavailable: the store is away; nothing was counted.
        """
        if work_id in self._taken_back:
            return self._taken_back.pop(work_id)
        for number in range(1, _MOST):
            if self._objects.put(self._bucket, self._key(work_id, number), b"", "text/plain", create_only=True):
                return number
        return _MOST

    def take_back(self, work_id: str, number: int) -> None:
        """The attempt does not count: a server was away, or this worker was asked to stop."""
        self._taken_back[work_id] = number

    def forget(self, work_id: str, number: int) -> None:
        """Another worker may take this work: remove the mark of an attempt that does not count."""
        self._taken_back.pop(work_id, None)
        self._objects.delete(self._bucket, self._key(work_id, number))

    def taken_back(self) -> dict[str, int]:
        """What was taken back and not begun again."""
        return dict(self._taken_back)

    def _key(self, work_id: str, number: int) -> str:
        return f"attempts/{self._stage}/{work_id}/{number}"
