"""Right, read and labelled values: what every F1 here is made of. Counts of documents add up to micro-averages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How many values were right, were read, and are labelled."""

    right: int = 0
    read: int = 0
    labelled: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.read + other.read, self.labelled + other.labelled)

    @property
    def precision(self) -> float:
        """Right among read; 0 where nothing was read."""
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Right among labelled; 0 where nothing is labelled."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1; 0 where nothing was right."""
        return 2 * self.right / (self.read + self.labelled) if self.right else 0.0


def total(counts: Iterable[Counts]) -> Counts:
    """All together: micro-averaging is to count first and to divide once."""
    return sum(counts, Counts())


def one_of(read: Sequence[str], labels: Sequence[str], same: Callable[[str, str], bool]) -> Counts:
    """A field with one value, whose labels are alternatives: one right value is all there is."""
    hit = any(same(value, label) for value in read for label in labels)
    return Counts(int(hit), len(read), min(len(labels), 1))


def each_of(read: Sequence[str], labels: Sequence[str], same: Callable[[str, str], bool]) -> Counts:
    """A field with many values: every label asks for a value of its own."""
    left = list(read)
    right = 0
    for label in labels:
        found = next((value for value in left if same(value, label)), None)
        if found is not None:
            left.remove(found)
            right += 1
    return Counts(right, len(read), len(labels))
