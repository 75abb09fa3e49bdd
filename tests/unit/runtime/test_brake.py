"""When a stage is taken for broken."""

from __future__ import annotations

import pytest

from processors.pipeline import DEAD_LETTERS, QUARANTINE
from processors.ports import Outgoing
from processors.reasons import QuarantineReason
from processors.runtime import writing
from processors.runtime.brake import Brake
from processors.stage import Rejected
from tests.unit.runtime.makers import DOCUMENT
from tests.unit.runtime.shop import NOW


def quarantined(reason: QuarantineReason) -> Outgoing:
    trigger = writing.Trigger(DOCUMENT, {}, ())
    answer = writing.outgoing(writing.quarantined(Rejected(reason), trigger, writing.step("ocr"), NOW))
    assert answer.topic == QUARANTINE
    return answer


#: How a piece of work may end, by a letter.
ENDS: dict[str, tuple[Outgoing, ...]] = {
    "d": (Outgoing(DEAD_LETTERS, b"", b"{}"),),
    "c": (quarantined(QuarantineReason.WORK_CRASHED),),
    "q": (quarantined(QuarantineReason.DAMAGED),),
    "g": (Outgoing("pages.recognised", b"", b"{}"), Outgoing("documents.recognised", b"", b"{}")),
    "-": (),
}


@pytest.mark.parametrize(
    ("ended", "pulled"),
    [
        ("", False),
        ("dddd", False),
        ("ddddd", True),
        ("ccccc", True),
        ("dcdcd", True),
        ("qqqqqqqqqqqqqqqqqqqq", False),
        ("gggggddddd", True),
        ("ggggggddddd", False),
        ("dgdgdgdgdg", True),
        ("qdqdqdqdqd", True),
        ("g" * 100 + "d" * 9, False),
        ("g" * 100 + "d" * 10, True),
        ("d" * 10 + "g" * 11, False),
        ("dddd" + "-" * 50, False),
        ("dddd" + "-" * 50 + "d", True),
    ],
)
def test_half_of_the_latest_work_must_fail_and_five_at_least(ended: str, pulled: bool) -> None:
    brake = Brake()
    for letter in ended:
        brake.note(ENDS[letter])
    assert brake.pulled is pulled
