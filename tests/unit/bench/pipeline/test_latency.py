import pytest

from bench.following import Course
from bench.pipeline import latency
from processors.events import (
    DocumentArrived,
    DocumentClassified,
    DocumentExtracted,
    DocumentRecognised,
    ResultReleased,
)

TIMES = {
    DocumentArrived.TYPE: 101.5,
    DocumentRecognised.TYPE: 103.0,
    DocumentClassified.TYPE: 103.25,
    DocumentExtracted.TYPE: 103.5,
    ResultReleased.TYPE: 104.0,
}


def course(notified: float = 101.0, readable: float = 104.125) -> Course:
    return Course(100.0, notified, dict(TIMES), end=ResultReleased.TYPE, readable=readable)


def test_the_steps_follow_each_other_and_add_up() -> None:
    of = latency.of([course()])
    assert of.by_step == {
        "notification": 1.0,
        "intake": 0.5,
        "ocr": 1.5,
        "classify": 0.25,
        "extract": 0.25,
        "publish": 0.5,
        "readable": 0.125,
    }
    assert of.each == (sum(of.by_step.values()),)


def test_a_notification_seen_late_makes_no_step_negative() -> None:
    assert latency.of([course(notified=102.0)]).by_step["intake"] == 0.0


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [((3.0, 1.0, 2.0), 50, 2.0), ((1.0, 2.0), 50, 1.5), ((0.0, 10.0), 95, 9.5), ((4.0,), 95, 4.0)],
)
def test_percentiles_lie_between_neighbours(values: tuple[float, ...], percent: float, wanted: float) -> None:
    assert latency.percentile(values, percent) == wanted
