"""How long one document takes on a stack that does nothing else, and which stage takes how much of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.documents import Document
from bench.following import Course, Follower
from processors.events import (
    DocumentArrived,
    DocumentClassified,
    DocumentExtracted,
    DocumentRecognised,
)

#: Steps of a course: name, and the event whose `time` ends it. A step holds the commit of the event before.
_STEPS = (
    ("intake", DocumentArrived.TYPE),
    ("ocr", DocumentRecognised.TYPE),
    ("classify", DocumentClassified.TYPE),
    ("extract", DocumentExtracted.TYPE),
)
#: First MinIO's notification; last the commit of the end, and its delivery.
STEPS = ("notification", *(name for name, _ in _STEPS), "publish", "readable")
_SECONDS_EACH = 60.0
#: MinIO empties its queue of notifications every 3 s (`retryInterval` in its internal/store), and nobody who
#: uploads knows when. Submissions are spread over this period, so that what waits for the queue, if anything does,
#: shows with its true share: multiples of the golden ratio never bunch.
_PERIOD, _STEP = 3.0, 0.618


@dataclass(frozen=True)
class Latency:
    """Seconds from the start of the upload until a consumer has the end in hand."""

    each: tuple[float, ...]
    #: step -> median seconds; see STEPS
    by_step: dict[str, float]

    @property
    def p50(self) -> float:
        """The median."""
        return percentile(self.each, 50)

    @property
    def p95(self) -> float:
        """The 95th percentile; of fewer than 20 submissions, close to the slowest."""
        return percentile(self.each, 95)


def measure(follower: Follower, document: Document, times: int, say: Callable[[str], None]) -> Latency:
    """Submit the document so many times, each after the one before has ended."""
    courses = []
    for number in range(times):
        time.sleep(_PERIOD * (number * _STEP % 1.0))
        one = follower.put(document.path, f"latency/{document.kind}/{number}-{document.path.name}")
        courses += follower.until_ended([one], _SECONDS_EACH)
        say(f"latency, {document.kind}, {number + 1} of {times}: {courses[-1].readable - courses[-1].sent:.2f} s")
    return of(courses)


def of(courses: Sequence[Course]) -> Latency:
    """The latency of documents that have ended."""
    steps = [_steps(course) for course in courses]
    return Latency(
        tuple(course.readable - course.sent for course in courses),
        {name: statistics.median(one[name] for one in steps) for name in STEPS},
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which so many percent lie, between neighbours in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _steps(course: Course) -> dict[str, float]:
    stages = [course.times[kind] for _, kind in _STEPS]
    # Intake may have answered before the notification came to us, who only look on.
    notified = min(course.notified, stages[0])
    times = [course.sent, notified, *stages, course.times[course.end], course.readable]
    return {name: after - before for name, before, after in zip(STEPS, times[:-1], times[1:], strict=True)}
